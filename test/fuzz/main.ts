// npm run fuzz -- --requests N --seed S: a long campaign against a server and a PostgreSQL of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { publishedDocument } from "../support/conformance.ts";
import { startReckon } from "../support/server.ts";
import { answersSeen, runCampaign } from "./campaign.ts";
import { fuzzedOrigin, startFuzzed, troubleOf } from "./fuzzed-server.ts";
import { memoryOf } from "./memory.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "200000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    concurrency: { type: "string", default: "16" },
  },
});
const requests = Number(values.requests);
const seed = Number(values.seed);
const document = publishedDocument();

const folder = mkdtempSync(join(tmpdir(), "reckoning-fuzz-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), settings: ["fsync=off"] });
try {
  process.exitCode = (await fuzz(postgres.url)) ? 0 : 1;
} finally {
  await postgres.stop("immediate");
  for (const path of [folder, postgres.dataDir]) rmSync(path, { recursive: true, force: true });
}

async function fuzz(databaseUrl: string): Promise<boolean> {
  await migrate(databaseUrl);
  const { Client } = (await import("pg")).default;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`alter database "${new URL(databaseUrl).pathname.slice(1)}" set reckoning.allow_data_loss = on`);
  await client.end();
  const server = await startFuzzed(databaseUrl);
  const started = performance.now();
  const memory: number[] = [];
  const onProgress = async (sent: number): Promise<void> => {
    memory.push(await memoryOf(server.url));
    if (sent % 10_000 === 0) console.log(`${sent} requests, ${Math.round((performance.now() - started) / 1000)} s, ${memory.at(-1)} MB`);
  };
  console.log(`fuzzing with seed ${seed}`);
  const campaign = { url: server.url, document, requests, seed, concurrency: Number(values.concurrency), largeMb: [10, 100], onProgress };
  const { sent, seen, failures } = await runCampaign(campaign);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(answersSeen(seen));
  console.log(
    `${sent} requests of seed ${seed} in ${seconds} s; memory from ${memory[0]} to ${memory.at(-1)} MB, ${Math.max(...memory)} at most`,
  );
  const errors = troubleOf(server);
  for (const line of [...failures, ...errors.slice(0, 20)]) console.error(line);
  const alive = server.process.exitCode === null && server.process.signalCode === null;
  if (!alive) console.error("the server ended");
  await server.kill("SIGTERM");
  const verified = await verify(databaseUrl);
  return failures.length === 0 && errors.length === 0 && alive && verified;
}

async function verify(databaseUrl: string): Promise<boolean> {
  const run = startReckon(["verify"], { DATABASE_URL: databaseUrl, ...fuzzedOrigin });
  const exit = await run.ended;
  console.log(run.output().split("\n").slice(-3).join("\n"));
  return exit === 0;
}
