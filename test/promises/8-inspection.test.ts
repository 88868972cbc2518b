import { beforeAll, describe, expect, test } from "vitest";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const atEnd = closeAfterAll();
let provider: FakeProvider;
let server: ReckonServer;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "OUTPUT-CANARY", score: 7 } } });
  atEnd(() => provider.close());
  server = await startServer(database.url, {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "KEY-CANARY",
    RECKONING_LOG_LEVEL: "trace",
  });
  atEnd(() => server.kill("SIGTERM"));
});

describe("promise 8: primary inspection is SQL, and logs are supplemental", () => {
  test("logs are JSON lines without prompts, outputs, parameters, attested notes or keys, at every level and in failure too", async () => {
    const api = apiOf(server.url);
    const prompt_template = "PROMPT-CANARY about {{ params.topic }}.";
    const paused = await startRun(api, await putPausingManifest(api, { prompt_template }));
    const path = `/api/runs/${paused.id}/steps/${paused.waiting_for?.step_run_id}/attest`;
    expect((await api.send("POST", path, { ...attestation, notes: "NOTES-CANARY", resume: true })).status).toBe(200);
    await expect.poll(async () => (await api.run(paused.id)).status).toBe("success");
    provider.script(
      { kind: "status", status: 500, body: "PROVIDER-CANARY" },
      { kind: "raw", body: "RAW-CANARY" },
      { kind: "ok", text: "TEXT-CANARY" },
    );
    for (const code of ["server_error", "reply_unreadable", "invalid_output"])
      expect(await startRun(api, await putChain(api, 1, { prompt_template }))).toMatchObject({ status: "error", error: { code } });
    expect((await api.send("POST", "/api/runs", { manifest_id: "BODY-CANARY" })).status).toBe(422);

    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('reckoning_runs_rested_total{status="error"} 3');
    expect(metrics).toContain('reckoning_model_seconds_count{provider="openai",code="500"} 1');
    await server.kill("SIGTERM");
    const lines = server.output().split("\n");
    const logged = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as unknown);
    expect(logged.length).toBeGreaterThan(0);
    for (const line of logged)
      expect(line).toMatchObject({
        level: expect.any(String) as unknown,
        time: expect.any(String) as unknown,
        version: expect.any(String) as unknown,
      });
    expect(logged).toContainEqual(expect.objectContaining({ run_id: paused.id, status: "waiting", step: "sheet" }));
    expect(logged).toContainEqual(expect.objectContaining({ status: "error", step: "s0", code: "reply_unreadable" }));
    expect(lines.filter((line) => /CANARY/.test(line))).toEqual([]);
  });
});
