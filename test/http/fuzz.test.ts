import { beforeAll, expect, test } from "vitest";
import { answersSeen, runCampaign, unreached } from "../fuzz/campaign.ts";
import { fuzzedOrigin, startFuzzed, troubleOf } from "../fuzz/fuzzed-server.ts";
import { memoryOf } from "../fuzz/memory.ts";
import { publishedDocument } from "../support/conformance.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startReckon } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const document = publishedDocument();
const requests = 5_000;
const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_125);
const memoryGrowthMbMax = 300;
let database: TestDatabase;
let server: ReckonServer;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  server = await startFuzzed(database.url);
  atEnd(() => server.kill("SIGTERM"));
});

test(`no input gives a 5xx or an answer that the document does not have (${requests} requests, seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  const memory: number[] = [];
  const onProgress = async (): Promise<void> => void memory.push(await memoryOf(server.url));
  const started = performance.now();
  const { seen, failures, sent } = await runCampaign({
    url: server.url,
    document,
    requests,
    seed,
    concurrency: 16,
    largeMb: [10, 100],
    onProgress,
  });
  const seconds = Math.round(performance.now() - started) / 1000;
  console.log(`${sent} requests, seed ${seed}, ${seconds} s, memory ${memory.join(" ")} MB`);
  expect(failures.join("\n\n")).toBe("");
  expect(server.process.exitCode, server.output()).toBeNull();
  expect(troubleOf(server)).toEqual([]);
  expect(Math.max(...memory) - (memory[0] ?? 0)).toBeLessThan(memoryGrowthMbMax);

  // What was never reached was not tested: every good answer of every route, and the refusals that a body of JSON can cause.
  expect([...unreached(document, seen)]).toEqual([]);
  const unrefused = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { requestBody }]) => requestBody !== undefined && "application/json" in requestBody.content)
      .flatMap(([method]) => ["400", "415", "422"].map((status) => `${method.toUpperCase()} ${path} ${status}`))
      .filter((answer) => !seen.has(answer)),
  );
  console.log(answersSeen(seen));
  expect(unrefused).toEqual([]);

  const verify = startReckon(["verify", "--json"], { DATABASE_URL: database.url, ...fuzzedOrigin });
  expect(await verify.ended, verify.output()).toBe(0);
});
