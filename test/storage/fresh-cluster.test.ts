import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import type { Database } from "../../src/storage/pool.ts";
import { protectionLevel } from "../../src/storage/protection.ts";
import { assertDurable } from "../../src/storage/settings.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { connectAs } from "../support/login.ts";
import { until } from "../support/until.ts";

// A cluster that has never seen the product, so without its roles, and whose settings are a test's own.

const atEnd = closeAfterAll();
let url: string;
let administrator: pg.Client;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-fresh-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), pgBin: inject("pgBin") });
  atEnd(() => rmSync(postgres.dataDir, { recursive: true, force: true }));
  atEnd(() => postgres.stop("immediate"));
  url = postgres.url;
  administrator = await connectAs(url);
  atEnd(() => administrator.end());
});

function urlOf(login: string, database: string): string {
  const other = new URL(url);
  other.username = login;
  other.pathname = `/${database}`;
  return other.href;
}

async function opened<T>(at: string, use: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: at, applicationName: "test", poolMax: 1 });
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}

describe("the first reckon migrate of a cluster", () => {
  test("by a login that owns the database and may not make roles: it works, and says that there are guard rails only", async () => {
    await administrator.query("create role plain login");
    await administrator.query("create database plain owner plain");
    const report = await migrate(urlOf("plain", "plain"));
    expect(report.protection).toBe("guard rails only: there is no role rm_app");
    expect(report.notices).toEqual(
      expect.arrayContaining(
        ["rm_owner", "rm_app", "rm_auditor"].map((role) => `the role ${role} is missing and plain may not create roles`),
      ),
    );
    expect(await opened(urlOf("plain", "plain"), protectionLevel)).toBe("guard rails only: the login plain owns the tables");
  });

  test("by a login that may make roles and is no superuser, as the runbook says: roles, owner and grants are all there", async () => {
    await administrator.query("create role reckoning_migrate login createrole");
    await administrator.query("create database ours");
    await administrator.query("alter database ours owner to reckoning_migrate");
    const report = await migrate(urlOf("reckoning_migrate", "ours"));
    expect(report.protection).toBe("separate roles, for logins that are members of rm_app and nothing else; rm_owner owns the tables");
    expect(report.notices).toEqual(["nothing guards against DROP TABLE by the owner: only a superuser can make event triggers"]);
    await administrator.query("create role reckoning_serve login in role rm_app");
    expect(await opened(urlOf("reckoning_serve", "ours"), protectionLevel)).toBe("separate roles: the login cannot change history");
    expect((await migrate(urlOf("reckoning_migrate", "ours"))).applied).toEqual([]);
  });

  test("by a superuser afterwards: the last guard is there too", async () => {
    const report = await migrate(urlOf("reckoning", "ours"));
    expect(report.notices).toEqual([]);
    const session = await connectAs(urlOf("reckoning_migrate", "ours"));
    await expect(session.query("drop table reckoning.entry_other")).rejects.toMatchObject({ code: "RM001" });
    await session.end();
  });

  test("of a database whose tables a plain login made before there were roles: the roles are made up for", async () => {
    const report = await migrate(urlOf("reckoning", "plain"));
    expect(report.protection).toContain("rm_owner owns the tables");
    expect(await opened(urlOf("plain", "plain"), async (db) => db.query({ name: "n", text: "select 1 as one", values: [] }))).toEqual([
      { one: 1 },
    ]);
  });
});

describe("a database that may lose what it acknowledged", () => {
  async function withSetting(name: string, use: () => Promise<void>): Promise<void> {
    const shown = async (): Promise<unknown> =>
      (await administrator.query<{ setting: string }>("select setting from pg_settings where name = $1", [name])).rows[0]?.setting;
    await administrator.query(`alter system set ${name} = off`);
    await administrator.query("select pg_reload_conf()");
    await until(`${name} is off`, 10_000, async () => (await shown()) === "off");
    try {
      await use();
    } finally {
      await administrator.query(`alter system reset ${name}`);
      await administrator.query("select pg_reload_conf()");
      await until(`${name} is on again`, 10_000, async () => (await shown()) === "on");
    }
  }

  test.each(["fsync", "full_page_writes", "synchronous_commit"])("is refused: %s off", async (name) => {
    await opened(url, (db) => assertDurable(db));
    await withSetting(name, async () => {
      await expect(opened(url, (db) => assertDurable(db))).rejects.toMatchObject({
        code: "database_refused",
        message: expect.stringContaining(`runs with ${name} off`) as string,
      });
    });
    await opened(url, (db) => assertDurable(db));
  });

  test("is refused also when only the service's own login has it so", async () => {
    await administrator.query("create role careless login");
    await administrator.query("alter role careless set synchronous_commit = off");
    await expect(opened(urlOf("careless", "postgres"), (db) => assertDurable(db))).rejects.toMatchObject({ code: "database_refused" });
  });

  test("is taken when the database itself says that it may", async () => {
    await administrator.query("create database worthless");
    await administrator.query("alter database worthless set reckoning.allow_data_loss = on");
    await withSetting("fsync", () => opened(urlOf("reckoning", "worthless"), (db) => assertDurable(db)));
  });
});

test("no statement, lock or forgotten transaction of the service can hold the others for ever", async () => {
  const rows = await opened(url, (db) =>
    db.query<{ name: string; setting: string }>({
      name: "limits",
      text: "select name, setting from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name",
      values: [],
    }),
  );
  expect(rows).toEqual([
    { name: "idle_in_transaction_session_timeout", setting: "10000" },
    { name: "lock_timeout", setting: "10000" },
    { name: "statement_timeout", setting: "30000" },
  ]);
});
