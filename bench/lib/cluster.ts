import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { cpuSeconds } from "./cpu.ts";

/** Counters of the whole cluster and of one database, at one moment. */
export interface Reading {
  readonly cpuSeconds: number;
  readonly statements: number;
  /** Transactions that wrote something: ids given out. */
  readonly commits: number;
  /** Tables of the database with their indexes and TOAST. */
  readonly bytes: number;
  readonly walBytes: number;
}

/** One PostgreSQL for all contestants: fsync on, data in a folder of its own that is removed at the end. */
export interface Cluster {
  readonly version: string;
  readonly settings: readonly string[];
  readonly createDatabase: (name: string) => Promise<string>;
  readonly dropDatabase: (name: string) => Promise<void>;
  /** Writes out what earlier measurements left behind, so that nobody pays for another's pages. */
  readonly settle: () => Promise<void>;
  readonly read: (url: string) => Promise<Reading>;
  /** The statements that took the most time since the start, those within functions too when `profiled`. */
  readonly dearest: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The settings that matter to the figures; everything else is as initdb leaves it. The same for every contestant. */
const settings = [
  "fsync=on",
  "synchronous_commit=on",
  "full_page_writes=on",
  "max_connections=200",
  "shared_buffers=512MB",
  "max_wal_size=4GB",
  "checkpoint_timeout=30min",
  "shared_preload_libraries=pg_stat_statements",
];

export async function startCluster(profiled: boolean): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const all = [...settings, `pg_stat_statements.track=${profiled ? "all" : "top"}`];
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), settings: all }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const admin = new pg.Client({ connectionString: urlOf(postgres.url, "postgres") });
  admin.on("error", (error) => process.stderr.write(`bench: the connection to PostgreSQL broke: ${error.message}\n`));
  await admin.connect();
  await admin.query("create extension pg_stat_statements");
  const shown = await admin.query<{ version: string }>("select current_setting('server_version') as version");
  return {
    version: shown.rows[0]?.version ?? "unknown",
    settings: all,
    async createDatabase(name) {
      await admin.query(`create database ${name}`);
      return urlOf(postgres.url, name);
    },
    async dropDatabase(name) {
      await admin.query(`drop database ${name} with (force)`);
    },
    async settle() {
      await admin.query("checkpoint");
    },
    async read(url) {
      const database = new URL(url).pathname.slice(1);
      const bytes = await bytesOf(url);
      const counted = await admin.query<{ statements: string; commits: string; wal: string }>(
        `select (select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = $1) as statements,
                pg_snapshot_xmax(pg_current_snapshot())::text as commits, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal`,
        [database],
      );
      const row = counted.rows[0];
      return {
        cpuSeconds: cpuSeconds([postgres.pid]),
        statements: Number(row?.statements),
        commits: Number(row?.commits),
        bytes,
        walBytes: Number(row?.wal),
      };
    },
    async dearest() {
      const rows = await admin.query<{ line: string }>(
        `select format('%10s ms %8s calls %8s us %8s rows  %s', round(total_exec_time), calls, round(1000 * mean_exec_time), rows,
                       left(regexp_replace(query, '\\s+', ' ', 'g'), 150)) as line
           from pg_stat_statements order by total_exec_time desc limit 40`,
      );
      return rows.rows.map(({ line }) => `${line}\n`).join("");
    },
    async close() {
      await admin.end();
      await postgres.stop("immediate");
      remove();
      rmSync(postgres.dataDir, { recursive: true, force: true });
    },
  };
}

async function bytesOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = await client.query<{ bytes: string }>(
      `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as bytes
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')`,
    );
    return Number(rows.rows[0]?.bytes);
  } finally {
    await client.end();
  }
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
