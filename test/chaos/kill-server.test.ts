import { beforeAll, describe, expect, test } from "vitest";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import type { RunView } from "../../src/domain/view.ts";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import { startReckon, startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

const leaseSeconds = 2;
const good = { answer: "rain falls", score: 7 };
let database: TestDatabase;
let provider: FakeProvider;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: good } });
  atEnd(() => provider.close());
});

function environment(): Record<string, string> {
  return {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "k",
    RECKONING_LEASE_SECONDS: String(leaseSeconds),
  };
}

async function verified(): Promise<void> {
  const verify = startReckon(["verify"], { DATABASE_URL: database.url });
  expect(await verify.ended, verify.output()).toBe(0);
}

describe("promise 7: kill -9 at any time loses nothing that was acknowledged, and the next server goes on by itself", () => {
  test("killed in a model call: the interrupted call is on record and the run finishes within lease + 5 s", async () => {
    const first = await startServer(database.url, environment());
    const manifest = await putChain(apiOf(first.url), 3);
    const calls = provider.calls.length;
    provider.script({ kind: "ok", output: good }, { kind: "hang" });
    const run = await startRun(apiOf(first.url), manifest, 0);
    await until("the second call is under way", 10_000, () => provider.calls.length === calls + 2);
    await first.kill("SIGKILL");

    const restartedAt = performance.now();
    const second = await startServer(database.url, environment());
    const api = apiOf(second.url);
    await until("the run finishes", 20_000, async () => (await api.run(run.id)).status === "success");
    expect(performance.now() - restartedAt).toBeLessThan((leaseSeconds + 5) * 1000);

    const entries = (await api.entries(run.id)).map((entry) => [entry.body["kind"], entry.body["step"], entry.body["attempt"]]);
    expect(entries).toContainEqual(["step.interrupted", "s1", 1]);
    expect(entries).toContainEqual(["step.started", "s1", 2]);
    for (const step of ["s0", "s1", "s2"])
      expect(entries.filter(([kind, key]) => kind === "step.succeeded" && key === step)).toHaveLength(1);
    await second.kill("SIGTERM");
    await verified();
  });

  test("killed while a run waits: it still waits, and is attested and finished by the next server", async () => {
    const first = await startServer(database.url, environment());
    const run = await startRun(apiOf(first.url), await putPausingManifest(apiOf(first.url)));
    expect(run.status).toBe("waiting");
    await first.kill("SIGKILL");

    const second = await startServer(database.url, environment());
    const api = apiOf(second.url);
    expect((await api.run(run.id)).status).toBe("waiting");
    expect(
      (await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, { ...attestation, resume: true })).status,
    ).toBe(200);
    await until("the run finishes", 20_000, async () => (await api.run(run.id)).status === "success");
    await second.kill("SIGTERM");
    await verified();
  });

  test("killed between runs, again and again under load: nothing acknowledged is lost and no step succeeds twice", async () => {
    const acknowledged: string[] = [];
    let server = await startServer(database.url, environment());
    const manifest = await putChain(apiOf(server.url), 4);
    for (let round = 0; round < 8; round += 1) {
      const api = apiOf(server.url);
      const starts = Array.from({ length: 10 }, async () => {
        // A connection that breaks is no acknowledgement, and nothing is promised for it.
        const answer = await api
          .send<RunView>("POST", "/api/runs", { manifest_id: manifest, run_params: { topic: "rain" } })
          .catch(() => null);
        if (answer?.status === 201) acknowledged.push(answer.body.run_id);
      });
      const enough = acknowledged.length + 1 + (round % 9);
      await until("some starts are acknowledged", 10_000, () => acknowledged.length >= enough);
      await server.kill("SIGKILL");
      await Promise.all(starts);
      server = await startServer(database.url, environment());
    }
    const api = apiOf(server.url);
    expect(acknowledged.length).toBeGreaterThanOrEqual(8);
    for (const id of acknowledged) await until(`run ${id} finishes`, 30_000, async () => (await api.run(id)).status === "success");
    for (const id of acknowledged) {
      const kinds = (await api.entries(id)).map(({ body }) => JSON.stringify([body["kind"], body["step"], body["attempt"]]));
      expect(kinds.filter((kind) => kind.startsWith('["step.succeeded"'))).toHaveLength(4);
      expect(new Set(kinds).size).toBe(kinds.length);
    }
    await server.kill("SIGTERM");
    await verified();
  }, 180_000);
});
