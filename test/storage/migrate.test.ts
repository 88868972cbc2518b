import { describe, expect, onTestFinished, test } from "vitest";
import { migrate } from "../../src/storage/migrate.ts";
import type { Migration } from "../../src/storage/migrations.ts";
import { readMigrations } from "../../src/storage/migrations.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { dumpOf } from "../support/dump.ts";
import { connectAs } from "../support/login.ts";
import { startReckon } from "../support/server.ts";
import { until } from "../support/until.ts";

const ours = readMigrations();

async function empty(): Promise<TestDatabase> {
  const database = await createTestDatabase({ migrated: false });
  onTestFinished(() => database.drop());
  return database;
}

async function migrated(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return database;
}

function migration(version: number, text: string): Migration {
  return { version, name: `test_${version}`, text, digest: String(version % 10).repeat(64) };
}

const versionsOf = (database: TestDatabase) =>
  database.rows<{ version: number; name: string }>("select version, name from reckoning.schema_migration order by version");

/** What an older program left: its files, without the roles of today. */
async function install(database: TestDatabase, version: number): Promise<void> {
  const client = await connectAs(database.url);
  await client.query(`create schema reckoning;
    create table reckoning.schema_migration (
      version integer primary key check (version > 0),
      name text not null,
      digest text not null check (digest ~ '^[0-9a-f]{64}$'),
      applied_at timestamptz not null default clock_timestamp()
    )`);
  for (const one of ours.slice(0, version)) {
    await client.query("insert into reckoning.schema_migration (version, name, digest) values ($1, $2, $3)", [
      one.version,
      one.name,
      one.digest,
    ]);
    await client.query(one.text);
  }
  await client.end();
}

describe("many at once", () => {
  test("run each file once between them, and all succeed", async () => {
    const database = await empty();
    const reports = await Promise.all([...Array(6).keys()].map(() => migrate(database.url)));
    const applied = reports.flatMap((report) => report.applied);
    expect(applied.toSorted()).toEqual(ours.map((one) => one.name).toSorted());
    for (const report of reports) expect(report.to).toBe(ours.length);
    expect((await versionsOf(database)).map((row) => row.name)).toEqual(ours.map((one) => one.name));
  });

  test("also as processes", async () => {
    const database = await empty();
    const processes = [...Array(3).keys()].map(() => startReckon(["migrate"], { DATABASE_URL: database.url }));
    for (const one of processes) expect(await one.ended, one.output()).toBe(0);
    expect((await versionsOf(database)).length).toBe(ours.length);
  });
});

describe("one that is killed half way", () => {
  test("leaves the files before it applied and nothing of the one it was at; the next run finishes", async () => {
    const database = await empty();
    const files = [
      migration(1, "create table reckoning.one (a integer)"),
      migration(2, "create table reckoning.two (a integer); select pg_sleep(60); create table reckoning.three (a integer)"),
    ];
    const broken = migrate(database.url, files).then(
      () => "done",
      () => "broken",
    );
    const asleep = "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    await until("the second file is under way", 20_000, async () => (await database.rows(asleep)).length === 1);
    await database.rows(`select pg_terminate_backend(pid) from (${asleep}) as sleeping`);
    expect(await broken).toBe("broken");
    expect(await versionsOf(database)).toEqual([{ version: 1, name: "test_1" }]);
    expect(await database.rows("select to_regclass('reckoning.one') is not null as one, to_regclass('reckoning.two') as two")).toEqual([
      { one: true, two: null },
    ]);
  });

  test("at its 1st, 2nd, 5th, … 200th statement: running it again arrives where a fresh install does", async () => {
    const [database, fresh] = [await empty(), await migrated()];
    await database.rows(`create schema faults;
      create sequence faults.seen;
      create table faults.target as select 0 as statement;
      create function faults.die() returns event_trigger language plpgsql as $$
      begin
        if nextval('faults.seen') = (select statement from faults.target) then perform pg_terminate_backend(pg_backend_pid()); end if;
      end $$;
      create event trigger die on ddl_command_start execute function faults.die()`);
    for (const statement of [1, 2, 5, 10, 20, 40, 80, 120, 200]) {
      await database.rows(`select setval('faults.seen', 1, false)`);
      await database.rows(`update faults.target set statement = ${statement}`);
      await expect(migrate(database.url)).rejects.toMatchObject({ code: "database_unavailable" });
    }
    await database.rows("drop event trigger die");
    await database.rows("drop schema faults cascade");
    const report = await migrate(database.url);
    expect(report.to).toBe(ours.length);
    expect(await dumpOf(database.url)).toBe(await dumpOf(fresh.url));
  });

  test("by SIGKILL of the process", async () => {
    const [database, fresh] = [await empty(), await migrated()];
    const run = startReckon(["migrate"], { DATABASE_URL: database.url });
    const begun = "select to_regclass('reckoning.task') is not null as begun";
    await until(
      "the first file is applied, or all of them",
      20_000,
      async () => (await database.rows<{ begun: boolean }>(begun))[0]?.begun === true,
    );
    await run.kill("SIGKILL");
    expect((await migrate(database.url)).to).toBe(ours.length);
    expect(await dumpOf(database.url)).toBe(await dumpOf(fresh.url));
  });
});

describe("an upgrade", () => {
  test.each(ours.map((one) => one.version))("from version %i equals a fresh install", async (version) => {
    const [database, fresh] = [await empty(), await migrated()];
    await install(database, version);
    const report = await migrate(database.url);
    expect(report).toMatchObject({ from: version, to: ours.length });
    expect(await dumpOf(database.url)).toBe(await dumpOf(fresh.url));
  });
});

describe("what is refused, and changes nothing", () => {
  test("a file that was edited after it was applied", async () => {
    const database = await migrated();
    await database.rows(
      "alter table reckoning.schema_migration disable trigger user".replace("alter", "set reckoning.maintenance = on; alter"),
    );
    await database.rows("update reckoning.schema_migration set digest = repeat('0', 64) where version = 2");
    const before = await dumpOf(database.url);
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: "schema_mismatch",
      message: expect.stringContaining("migration 2 (execution_plane)") as string,
    });
    expect(await dumpOf(database.url)).toBe(before);
    const server = startReckon(["serve", "--port", "0"], { DATABASE_URL: database.url });
    expect(await server.ended).toBe(78);
  });

  test("a schema that is newer than the program, by migrate and by serve", async () => {
    const database = await migrated();
    await database.rows("insert into reckoning.schema_migration (version, name, digest) values ($1, 'from_the_future', repeat('0', 64))", [
      ours.length + 1,
    ]);
    await expect(migrate(database.url)).rejects.toMatchObject({ code: "schema_mismatch" });
    const server = startReckon(["serve", "--port", "0"], { DATABASE_URL: database.url });
    expect(await server.ended).toBe(78);
    expect(server.output()).toContain(
      `the database has schema version ${ours.length + 1}, this program needs ${ours.length}: run a newer reckon`,
    );
  });

  test("a schema that is older, by serve", async () => {
    const database = await empty();
    await install(database, ours.length - 1);
    const server = startReckon(["serve", "--port", "0"], { DATABASE_URL: database.url });
    expect(await server.ended).toBe(78);
    expect(server.output()).toContain("run reckon migrate");
  });

  test("a file with an error in it: the ones before stay, and the next try starts there", async () => {
    const database = await empty();
    const files = [...ours, migration(ours.length + 1, "create table reckoning.extra (a integer); select 1 / 0")];
    await expect(migrate(database.url, files)).rejects.toMatchObject({ code: "database_refused" });
    expect((await versionsOf(database)).length).toBe(ours.length);
    const again = await migrate(database.url, [...ours, migration(ours.length + 1, "create table reckoning.extra (a integer)")]);
    expect(again.applied).toEqual([`test_${ours.length + 1}`]);
  });

  test("an original's database with tables of the views' names: it is said, and nothing is half done", async () => {
    const database = await empty();
    await database.rows("create table public.tasks (id uuid)");
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: "database_refused",
      message: expect.stringContaining('"tasks" already exists') as string,
    });
    await database.rows("drop table public.tasks");
    expect((await migrate(database.url)).to).toBe(ours.length);
  });
});
