import pg from "pg";
import type { TestDatabase } from "./database.ts";

export interface TestLogin {
  readonly name: string;
  /** Address of the same database for this login. */
  readonly url: string;
  readonly drop: () => Promise<void>;
}

let made = 0;

/** A login of the shared cluster, made with these clauses, for example `in role rm_app`. */
export async function createLogin(database: TestDatabase, clauses: string): Promise<TestLogin> {
  made += 1;
  const name = `test_login_${process.pid}_${made}`;
  await database.rows(`create role ${name} login ${clauses}`);
  const url = new URL(database.url);
  url.username = name;
  return {
    name,
    url: url.href,
    async drop() {
      await database.rows(`reassign owned by ${name} to current_user`);
      await database.rows(`drop owned by ${name}`);
      await database.rows(`drop role ${name}`);
    },
  };
}

/** One session of that login. */
export async function connectAs(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
