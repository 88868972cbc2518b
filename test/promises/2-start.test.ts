import { describe, expect, test } from "vitest";
import { migrate } from "../../src/storage/migrate.ts";
import { readMigrations } from "../../src/storage/migrations.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { runReckon, startReckon } from "../support/server.ts";
import { until } from "../support/until.ts";

const atEnd = closeAfterAll();
const current = readMigrations().length;

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase({ migrated: false });
  atEnd(() => database.drop());
  return database;
}

async function migratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  return database;
}

async function refusal(command: string, database: TestDatabase): Promise<string> {
  const { code, out, err } = await runReckon([command], { DATABASE_URL: database.url, PORT: "0" });
  expect({ code, out }).toEqual({ code: 78, out: "" });
  expect(err.trim().split("\n")).toHaveLength(1);
  return err;
}

describe("promise 2: reckon migrate, then reckon serve, which refuses a schema that is older or newer than itself", () => {
  test("migrate, then serve --host 0.0.0.0 --port N answers there", async () => {
    const database = await emptyDatabase();
    const migrated = await runReckon(["migrate"], { DATABASE_URL: database.url });
    expect(migrated.code).toBe(0);
    expect(migrated.err).toMatch(/^protection: [^\n]+\n$/);
    expect(migrated.out).toMatch(new RegExp(`^(applied \\w+\\n){${current}}schema version 0 -> ${current}\\n$`));
    expect(await runReckon(["migrate"], { DATABASE_URL: database.url })).toMatchObject({
      code: 0,
      out: `schema version ${current}: nothing to do\n`,
    });
    const port = await freePort();
    // An address that others can reach needs a word on authentication.
    const env = { DATABASE_URL: database.url, RECKONING_AUTH: "on" };
    const server = startReckon(["serve", "--host", "0.0.0.0", "--port", String(port)], env);
    atEnd(() => server.kill("SIGTERM"));
    await until("the server answers", 30_000, async () => (await fetch(`http://127.0.0.1:${port}/db/ping`)).ok);
    expect(await (await fetch(`http://127.0.0.1:${port}/db/ping`)).json()).toMatchObject({
      status: "ok",
      schema_version: current,
      is_primary: true,
    });
    expect((await fetch(`http://127.0.0.1:${port}/api/runs`)).status).toBe(401);
  });

  test("two migrations started at once apply each file once", async () => {
    const database = await emptyDatabase();
    const both = await Promise.all([1, 2].map(() => runReckon(["migrate"], { DATABASE_URL: database.url })));
    expect(both.map((ended) => ended.code)).toEqual([0, 0]);
    expect(both.flatMap((ended) => ended.out.match(/^applied .*/gm) ?? [])).toHaveLength(current);
  });

  test.each(["serve", "worker"])("%s refuses an empty database and one whose schema is older, and says so", async (command) => {
    const empty = await emptyDatabase();
    expect(await refusal(command, empty)).toContain(`the database has schema version 0, this program needs ${current}: run reckon migrate`);
    const older = await migratedDatabase();
    await older.rows(
      `set reckoning.maintenance = on; alter table reckoning.schema_migration disable trigger all; delete from reckoning.schema_migration where version = ${current}`,
    );
    expect(await refusal(command, older)).toContain(`schema version ${current - 1}, this program needs ${current}: run reckon migrate`);
  });

  test.each(["serve", "worker", "migrate"])("%s refuses a schema that is newer than itself, and says so", async (command) => {
    const database = await migratedDatabase();
    await database.rows("insert into reckoning.schema_migration (version, name, digest) values ($1, 'later', repeat('0', 64))", [
      current + 1,
    ]);
    expect(await refusal(command, database)).toContain(
      `the database has schema version ${current + 1}, this program needs ${current}: run a newer reckon, or restore an older database`,
    );
  });

  test.each(["serve", "worker", "migrate"])("%s refuses a schema that was made from another file, and names the file", async (command) => {
    const database = await emptyDatabase();
    const other = readMigrations().map((migration) => (migration.version === 1 ? { ...migration, digest: "0".repeat(64) } : migration));
    await migrate(database.url, other);
    expect(await refusal(command, database)).toMatch(/migration 1 \(control_plane\) was applied from another file/);
  });
});
