import pg from "pg";
import { Fault } from "../domain/fault.ts";
import type { Database } from "./pool.ts";
import { sql } from "./sql.ts";
import { faultOf, sqlstateOf } from "./sqlstate.ts";
import { readMigrations, readRoles } from "./migrations.ts";
import type { Migration } from "./migrations.ts";
import { databaseProtection } from "./protection.ts";

export interface MigrationReport {
  readonly from: number;
  readonly to: number;
  readonly applied: readonly string[];
  /** What the roles of this database are good for, in words. */
  readonly protection: string;
  /** What could not be done about roles, and why. */
  readonly notices: readonly string[];
}

const undefinedTable = "42P01";

/**
 * Brings the schema to this program's version: one transaction per file, the record inserted first, all under one lock, so
 * two starters cannot both run a file and a killed run leaves nothing half done. A file that differs from the one that
 * was applied, and a schema newer than this program, are refused. Afterwards the roles are brought into their order.
 */
export async function migrate(url: string, migrations: readonly Migration[] = readMigrations()): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url, application_name: "reckon migrate" });
  client.on("error", () => undefined);
  const notices: string[] = [];
  try {
    await client.connect();
    await client.query("set reckoning.maintenance = on");
    await client.query(bookkeeping);
    const applied: string[] = [];
    const from = await currentVersion(client);
    for (const migration of migrations) if (await applyOne(client, migration)) applied.push(migration.name);
    await refuseNewer(client, migrations);
    client.on("notice", (notice) => notices.push(notice.message ?? ""));
    await applyRoles(client);
    const found = await client.query<{ protection: string }>(databaseProtection.text);
    return { from, to: migrations.length, applied, protection: found.rows[0]?.protection ?? "unknown", notices };
  } catch (error) {
    throw error instanceof Fault ? error : faultOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const lockKey = 7_166_274_017;

const bookkeeping = `
  do $$ begin
    perform pg_advisory_xact_lock(${lockKey});
    if to_regclass('reckoning.schema_migration') is not null then return; end if;
    create schema if not exists reckoning;
    create table reckoning.schema_migration (
      version integer primary key check (version > 0),
      name text not null,
      digest text not null check (digest ~ '^[0-9a-f]{64}$'),
      applied_at timestamptz not null default clock_timestamp()
    );
  end $$`;

async function applyOne(client: pg.Client, migration: Migration): Promise<boolean> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    const found = await client.query<{ digest: string }>("select digest from reckoning.schema_migration where version = $1", [
      migration.version,
    ]);
    const before = found.rows[0];
    if (before === undefined) {
      await client.query("insert into reckoning.schema_migration (version, name, digest) values ($1, $2, $3)", [
        migration.version,
        migration.name,
        migration.digest,
      ]);
      await client.query(migration.text);
    } else {
      refuseOtherFile(migration, before.digest);
    }
    await client.query("commit");
    return before === undefined;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Leaves roles alone for a login that is none of the owners: it came to look whether there was anything to do. */
async function applyRoles(client: pg.Client): Promise<void> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    const owner = await client.query(
      "select from pg_namespace where nspname = 'reckoning' and pg_has_role(current_user, nspowner, 'usage')",
    );
    // Notes like "does not exist, skipping" say nothing to anybody.
    await client.query("set local client_min_messages = warning");
    if (owner.rowCount === 1) await client.query(readRoles());
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function currentVersion(client: pg.Client): Promise<number> {
  const found = await client.query<{ version: number }>("select coalesce(max(version), 0) as version from reckoning.schema_migration");
  return found.rows[0]?.version ?? 0;
}

async function refuseNewer(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const version = await currentVersion(client);
  if (version > migrations.length) throw new Fault("schema_mismatch", mismatch(version, migrations.length));
}

/** Refuses to go on with a schema that is not this program's own: older, newer, or made from other files. */
export async function assertSchemaCurrent(db: Database, migrations: readonly Migration[] = readMigrations()): Promise<void> {
  const applied = await appliedDigests(db);
  if (applied.length !== migrations.length) throw new Fault("schema_mismatch", mismatch(applied.length, migrations.length));
  for (const [index, migration] of migrations.entries()) refuseOtherFile(migration, applied[index] ?? "");
}

async function appliedDigests(db: Database): Promise<readonly string[]> {
  try {
    const rows = await db.query<{ digest: string }>(sql`select digest from reckoning.schema_migration order by version`);
    return rows.map((row) => row.digest);
  } catch (error) {
    if (error instanceof Fault && sqlstateOf(error.cause) === undefinedTable) return [];
    throw error;
  }
}

function refuseOtherFile({ version, name, digest }: Migration, applied: string): void {
  if (applied === digest) return;
  const found = `the database has ${applied.slice(0, 12)}…, this program has ${digest.slice(0, 12)}…`;
  throw new Fault("schema_mismatch", `migration ${version} (${name}) was applied from another file: ${found}`);
}

function mismatch(version: number, expected: number): string {
  const remedy = version < expected ? "run reckon migrate" : "run a newer reckon, or restore an older database";
  return `the database has schema version ${version}, this program needs ${expected}: ${remedy}`;
}
