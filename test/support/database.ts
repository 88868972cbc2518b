import pg from "pg";
import { inject } from "vitest";
import { until } from "./until.ts";

export interface TestDatabase {
  readonly url: string;
  /** Rows of any statement, as the owner. */
  readonly rows: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  /** A database of its own with everything that is in this one now. Breaks off the connections to this one while it copies. */
  readonly copy: () => Promise<TestDatabase>;
  readonly drop: () => Promise<void>;
}

let made = 0;

/** A migrated database of the caller's own, cloned from the template. */
export async function createTestDatabase(options: { readonly migrated?: boolean; readonly source?: string } = {}): Promise<TestDatabase> {
  const template = new URL(inject("templateUrl"));
  made += 1;
  const name = `test_${process.pid}_${made}`;
  const source = options.source ?? (options.migrated === false ? "template0" : template.pathname.slice(1));
  await until("nobody is connected to the source", 10_000, async () => {
    if (options.source !== undefined)
      await asAdministrator(template, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${source}'`);
    await asAdministrator(template, `create database ${name} template ${source}`);
    return true;
  });
  // The shared server runs without fsync, which the service refuses to trust unless the database itself says that it may.
  await asAdministrator(template, `alter database ${name} set reckoning.allow_data_loss = on`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  pool.on("error", () => undefined);
  return {
    url: url.href,
    rows: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await pool.query<Row>(text, [...values])).rows,
    copy: () => createTestDatabase({ source: name }),
    async drop() {
      await pool.end();
      await asAdministrator(template, `drop database ${name} with (force)`);
    },
  };
}

async function asAdministrator(template: URL, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
