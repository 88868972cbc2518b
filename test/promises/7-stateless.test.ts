import { beforeAll, describe, expect, test } from "vitest";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { until } from "../support/until.ts";

// What kill -9 leaves behind in each state is proved in test/chaos/kill-server.test.ts and kill-postgres.test.ts.

const atEnd = closeAfterAll();
const leaseSeconds = 2;
const stopMsMax = 10_000;
const good = { answer: "rain falls", score: 7 };
let database: TestDatabase;
let provider: FakeProvider;

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: good } });
  atEnd(() => provider.close());
});

async function start(): Promise<ReckonServer> {
  const server = await startServer(database.url, {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "k",
    RECKONING_LEASE_SECONDS: String(leaseSeconds),
  });
  atEnd(() => server.kill("SIGTERM"));
  return server;
}

describe("promise 7: the service is stateless", () => {
  test("stopping needs no drain: a server told to stop in a call that never ends stops, and another takes the run up", async () => {
    const first = await start();
    const manifest = await putChain(apiOf(first.url), 2);
    const calls = provider.calls.length;
    provider.script({ kind: "hang" });
    const run = await startRun(apiOf(first.url), manifest, 0);
    await until("the call is under way", 10_000, () => provider.calls.length === calls + 1);
    const toldMs = performance.now();
    await first.kill("SIGTERM");
    expect(performance.now() - toldMs).toBeLessThan(stopMsMax);
    expect(await first.ended).toBe(0);

    const second = await start();
    await until("the run finishes", (leaseSeconds + 5) * 1000, async () => (await apiOf(second.url).run(run.id)).status === "success");
    const kinds = (await apiOf(second.url).entries(run.id)).map((entry) => entry.body["kind"]);
    expect(kinds.filter((kind) => kind === "step.interrupted")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "step.succeeded")).toHaveLength(2);
  });

  test("a waiting run stays paused while one server after another is killed, and the last one goes on with it", async () => {
    const first = await start();
    const run = await startRun(apiOf(first.url), await putPausingManifest(apiOf(first.url)));
    await first.kill("SIGKILL");
    for (let round = 0; round < 2; round += 1) {
      const next = await start();
      expect(await apiOf(next.url).run(run.id)).toEqual(run);
      await next.kill("SIGKILL");
    }
    const calls = provider.calls.length;
    const last = await start();
    const path = `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`;
    expect((await apiOf(last.url).send("POST", path, { ...attestation, resume: true })).status).toBe(200);
    await until("the run finishes", 10_000, async () => (await apiOf(last.url).run(run.id)).status === "success");
    expect(provider.calls.length).toBe(calls + 1);
  });

  test("a request goes to any server: what one began another shows, attests and resumes", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const [here, there] = [apiOf(one.url), apiOf(other.url)];
    const run = await startRun(here, await putPausingManifest(there));
    expect(await there.run(run.id)).toEqual(run);
    const path = `/api/runs/${run.id}`;
    expect((await there.send("POST", `${path}/steps/${run.waiting_for?.step_run_id}/attest`, attestation)).status).toBe(200);
    expect((await here.send("POST", `${path}/resume`, {})).status).toBe(200);
    await until("the run finishes", 10_000, async () => (await there.run(run.id)).status === "success");
  });
});
