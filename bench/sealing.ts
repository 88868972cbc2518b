// `npm run bench:sealing`: how fast the sealed log takes up a backlog, and how long an entry waits under a steady load.
// Starts a PostgreSQL of its own (fsync on) and `reckon sealer` as a process of its own, with a key and an anchor.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { formatSignerKey, keyTypes } from "../src/ledger/note-key.ts";
import { migrate } from "../src/storage/migrate.ts";
import { seedEntries } from "../test/support/ledger-rows.ts";
import { startReckon } from "../test/support/server.ts";
import type { ReckonProcess } from "../test/support/server.ts";
import { until } from "../test/support/until.ts";
import { startCluster } from "./lib/cluster.ts";
import { cpuSeconds } from "./lib/cpu.ts";

const backlog = { runs: 5_000, entries: 20 };
const load = { entriesPerSecond: 500, seconds: 30, writesPerSecond: 50 };
const origin = "bench.example/log";
const waitMsMax = 300_000;

const cluster = await startCluster(false);
const folder = mkdtempSync(join(tmpdir(), "reckoning-sealing-"));
const keyFile = join(folder, "log.key");
writeFileSync(keyFile, formatSignerKey(origin, keyTypes.ed25519, randomBytes(32)));
const url = await cluster.createDatabase("sealing");
const client = new pg.Client({ connectionString: url });
try {
  await migrate(url);
  await client.connect();
  await catchUp();
  await steadyLoad();
} finally {
  await client.end();
  rmSync(folder, { recursive: true });
  await cluster.close();
}

async function rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  return (await client.query<Row>(text, [...values])).rows;
}

function startSealer(): ReckonProcess {
  return startReckon(["sealer"], {
    DATABASE_URL: url,
    RECKONING_LOG_ORIGIN: origin,
    RECKONING_LOG_KEY_FILE: keyFile,
    RECKONING_ANCHOR_FILE: join(folder, "anchor.jsonl"),
    RECKONING_LOG_LEVEL: "warn",
  });
}

async function catchUp(): Promise<void> {
  for (let at = 0; at < 10; at += 1) await seedEntries({ rows }, { runs: backlog.runs / 10, entries: backlog.entries });
  await client.query("vacuum analyze");
  await cluster.settle();
  const before = await cluster.read(url);
  const sealer = startSealer();
  const all = backlog.runs * backlog.entries;
  await until("the backlog is signed", waitMsMax, async () => {
    const [row] = await rows<{ size: string | null }>("select max(size) as size from reckoning.log_checkpoint");
    return Number(row?.size ?? 0) === all;
  });
  const processSeconds = cpuSeconds([sealer.process.pid ?? 0]);
  const after = await cluster.read(url);
  await sealer.kill("SIGTERM");
  const [took] = await rows<{ seconds: number; batches: number; first: number }>(
    `select extract(epoch from max(sealed_at) - min(sealed_at))::float8 as seconds, count(*)::integer as batches, min(size)::integer as first from reckoning.log_tree`,
  );
  const { seconds = 0, batches = 0, first = 0 } = took ?? {};
  const perSecond = (all - first) / seconds;
  say(`catching up: ${all} entries in ${batches} batches, ${Math.round(perSecond)} entries/s (first commit to last)`);
  say(`  bytes of log tables and their indexes per entry: ${Math.round((after.bytes - before.bytes) / all)}`);
  say(`  WAL per entry: ${Math.round((after.walBytes - before.walBytes) / all)} bytes`);
  const cpu = (processSeconds + after.cpuSeconds - before.cpuSeconds) / all;
  say(`  CPU per entry, sealer (with its start) and PostgreSQL: ${(cpu * 1e6).toFixed(1)} us`);
}

async function steadyLoad(): Promise<void> {
  const sealer = startSealer();
  await until("the sealer runs", waitMsMax, () => sealer.output().includes("sealing"));
  const entries = load.entriesPerSecond / load.writesPerSecond;
  const writes = load.seconds * load.writesPerSecond;
  await client.query("create temp table written (at timestamptz, run_id uuid)");
  const startMs = performance.now();
  for (let write = 0; write < writes; write += 1) {
    const dueMs = startMs + (write * 1_000) / load.writesPerSecond;
    await until("it is time", waitMsMax, () => performance.now() >= dueMs);
    await seedEntries({ rows }, { runs: 1, entries });
    // As an append does.
    await client.query("select pg_notify('reckoning', 'bench *')");
    await client.query(
      "insert into written select clock_timestamp(), run_id from reckoning.run_head where not sealed and run_id not in (select run_id from written)",
    );
  }
  const offered = (writes * entries * 1_000) / (performance.now() - startMs);
  const all = backlog.runs * backlog.entries + writes * entries;
  await until("all of it is signed", waitMsMax, async () => {
    const [row] = await rows<{ size: string | null }>("select max(size) as size from reckoning.log_checkpoint");
    return Number(row?.size ?? 0) === all;
  });
  await sealer.kill("SIGTERM");
  const [waits] = await rows<Record<"sealed_50" | "sealed_99" | "sealed_max" | "signed_50" | "signed_99" | "signed_max", number>>(
    `with waits as (
       select (select min(t.sealed_at) from reckoning.log_tree t where t.size > l.idx) - w.at as sealed,
              (select min(c.published_at) from reckoning.log_checkpoint c where c.size > l.idx) - w.at as signed
         from written w join reckoning.log_leaf l on l.run_id = w.run_id
     ), ms as (select extract(epoch from sealed) * 1000 as sealed, extract(epoch from signed) * 1000 as signed from waits)
     select round(percentile_cont(0.5) within group (order by sealed))::integer as sealed_50,
            round(percentile_cont(0.99) within group (order by sealed))::integer as sealed_99, round(max(sealed))::integer as sealed_max,
            round(percentile_cont(0.5) within group (order by signed))::integer as signed_50,
            round(percentile_cont(0.99) within group (order by signed))::integer as signed_99, round(max(signed))::integer as signed_max
       from ms`,
  );
  say(`steady load: ${Math.round(offered)} entries/s for ${load.seconds} s`);
  say(`  in the tree after  p50 ${waits?.sealed_50} ms, p99 ${waits?.sealed_99} ms, at most ${waits?.sealed_max} ms`);
  say(`  signed, published, anchored after  p50 ${waits?.signed_50} ms, p99 ${waits?.signed_99} ms, at most ${waits?.signed_max} ms`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
