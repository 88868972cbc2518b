import { beforeAll, expect, test } from "vitest";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { apiOf, statusesOf, putChain, putPausingManifest, startRun, attestation } from "../support/api.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let provider: FakeProvider;
let servers: readonly ReckonServer[];
const atEnd = closeAfterAll();
const good = { answer: "rain falls", score: 7 };

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: good } });
  atEnd(() => provider.close());
  const env = {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "k",
    RECKONING_MAX_RUNS: "3",
    RECKONING_LEASE_SECONDS: "3",
  };
  const start = async (): Promise<ReckonServer> => {
    const server = await startServer(database.url, env);
    atEnd(() => server.kill("SIGTERM"));
    return server;
  };
  servers = await Promise.all([start(), start()]);
});

test("two servers share the work of more runs than one has room for, and no call is made twice for one attempt", async () => {
  const [one] = servers.map((server) => apiOf(server.url));
  if (one === undefined) throw new Error("a server");
  const manifest = await putChain(one, 4);
  const before = provider.calls.length;
  const started = await Promise.all(Array.from({ length: 20 }, () => startRun(one, manifest, 0)));
  for (const run of started) await until(`run ${run.id} finishes`, 30_000, async () => (await one.run(run.id)).status === "success");
  expect(provider.calls.length - before).toBe(20 * 4);
  const holders = await database.rows<{ epochs: number }>("select count(distinct epoch)::int as epochs from reckoning.run_head", []);
  expect(holders[0]?.epochs).toBeGreaterThan(1);
  const verify = startReckon(["verify"], { DATABASE_URL: database.url });
  expect(await verify.ended, verify.output()).toBe(0);
});

test("of attestations sent to both servers at once one is accepted, and the run ends once", async () => {
  const apis = servers.map((server) => apiOf(server.url));
  const [one] = apis;
  if (one === undefined) throw new Error("a server");
  const manifest = await putPausingManifest(one);
  for (let round = 0; round < 10; round += 1) {
    const run = await startRun(one, manifest);
    const path = `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`;
    const answers = await Promise.all([...apis, ...apis].map((api) => api.send("POST", path, { ...attestation, resume: true })));
    expect(statusesOf(answers)).toEqual([200, 409, 409, 409]);
    await until(`run ${run.id} finishes`, 20_000, async () => (await one.run(run.id)).status === "success");
  }
});
