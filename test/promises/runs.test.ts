import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { RunView } from "../../src/domain/view.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeBehaviour, FakeProvider } from "../support/fake-provider.ts";
import { apiOf, attestation, putChain, putManifest, putPausingManifest, putTask, startRun, statusesOf } from "../support/api.ts";
import type { Answer, Api } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const good: JsonObject = { answer: "rain falls", score: 7 };
let database: TestDatabase;
let provider: FakeProvider;
let server: ReckonServer;
let api: Api;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: good } });
  atEnd(() => provider.close());
  server = await startServer(database.url, {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "sk-canary-0123456789",
  });
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

describe("promise 4: a run that reaches a compute step waits, and goes on only after an attestation", () => {
  test("it is waiting, nothing downstream has started, and no lease is held", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    expect(run).toMatchObject({ status: "waiting", waiting_for: { step_key: "sheet", attested: false } });
    const steps = await api.steps(run.id);
    expect(steps.map((step) => [step.step_key, step.status])).toEqual([
      ["first", "SUCCESS"],
      ["sheet", "WAITING_FOR_ATTESTATION"],
    ]);
    const [head] = await database.rows<{ lease_holder: string | null }>("select lease_holder from reckoning.run_head where run_id = $1", [
      run.id,
    ]);
    expect(head?.lease_holder).toBeNull();
    expect((await api.send("GET", "/health")).status).toBe(200);
  });

  test("attest, then resume: the two calls of the original's clients", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const waiting = (await api.steps(run.id)).find((step) => step.step_key === "sheet");
    const attested = await api.send("POST", `/api/runs/${run.id}/steps/${waiting?.id}/attest`, attestation);
    expect(attested).toMatchObject({ status: 200, body: { ok: true, step_run_id: waiting?.id, new_status: "SUCCESS" } });
    expect(await api.run(run.id)).toMatchObject({ status: "waiting", waiting_for: { attested: true } });
    const resumed = await api.send("POST", `/api/runs/${run.id}/resume`, { initiated_by: "carol" }, { prefer: "wait=30" });
    expect(resumed.status).toBe(200);
    await expect.poll(async () => (await api.run(run.id)).status).toBe("success");
    const after = await api.run(run.id);
    expect(after.initiated_by).toBe("alice");
    const steps = await api.steps(run.id);
    expect(steps.find((step) => step.step_key === "sheet")).toMatchObject({
      status: "SUCCESS",
      attestation: { attested_by: "bob", outcome: "SUCCESS" },
    });
  });

  test("attest with resume does both in one commit", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const answer = await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, {
      ...attestation,
      resume: true,
    });
    expect(answer.status).toBe(200);
    await expect.poll(async () => (await api.run(run.id)).status).toBe("success");
  });

  test("an attested FAIL ends the run, and the rest is SKIPPED", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const answer = await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, {
      attested_by: "bob",
      outcome: "FAIL",
      notes: "wrong sheet",
    });
    expect(answer).toMatchObject({ status: 200, body: { new_status: "FAIL" } });
    expect(await api.run(run.id)).toMatchObject({ status: "error", error: { step_key: "sheet", code: "attested_fail" } });
    expect((await api.steps(run.id)).find((step) => step.step_key === "last")).toMatchObject({
      status: "SKIPPED",
      skipped_because: "sheet",
    });
  });
});

describe("a missing, wrong, late, double or concurrent attest or resume is refused and changes nothing", () => {
  async function waitingRun(): Promise<{ readonly id: string; readonly step: string }> {
    const run = await startRun(api, await putPausingManifest(api));
    return { id: run.id, step: run.waiting_for?.step_run_id ?? "" };
  }

  async function refused(id: string, call: () => Promise<Answer<unknown>>, status: number, code: string): Promise<void> {
    const before = await api.entries(id);
    expect(await call()).toMatchObject({ status, body: { code } });
    expect((await api.entries(id)).length).toBe(before.length);
  }

  test("resume before the attestation", async () => {
    const { id } = await waitingRun();
    await refused(id, () => api.send("POST", `/api/runs/${id}/resume`, {}), 409, "step_not_attested");
  });

  test("an attestation of a foreign, unknown or task step", async () => {
    const { id } = await waitingRun();
    const other = await waitingRun();
    await refused(id, () => api.send("POST", `/api/runs/${id}/steps/${other.step}/attest`, attestation), 404, "step_run_not_found");
    await refused(
      id,
      () => api.send("POST", `/api/runs/${id}/steps/00000000-0000-4000-8000-000000000000/attest`, attestation),
      404,
      "step_run_not_found",
    );
    const first = (await api.steps(id)).find((step) => step.step_key === "first")?.id;
    await refused(id, () => api.send("POST", `/api/runs/${id}/steps/${first}/attest`, attestation), 409, "step_not_waiting");
  });

  test("an attestation that misses a declared output or claims one that was not declared", async () => {
    const { id, step } = await waitingRun();
    const path = `/api/runs/${id}/steps/${step}/attest`;
    await refused(
      id,
      () => api.send("POST", path, { attested_by: "bob", outcome: "SUCCESS", artifacts: [] }),
      422,
      "attestation_incomplete",
    );
    const stray = {
      ...attestation,
      artifacts: [
        { name: "model", uri: "file:///a" },
        { name: "stray", uri: "file:///b" },
      ],
    };
    await refused(id, () => api.send("POST", path, stray), 422, "attestation_incomplete");
    expect((await api.send("POST", path, { outcome: "SUCCESS" })).status).toBe(422);
  });

  test("a second attestation, a late one, and a resume of a finished run", async () => {
    const { id, step } = await waitingRun();
    const path = `/api/runs/${id}/steps/${step}/attest`;
    expect((await api.send("POST", path, attestation)).status).toBe(200);
    await refused(id, () => api.send("POST", path, attestation), 409, "step_not_waiting");
    expect((await api.send("POST", `/api/runs/${id}/resume`, {})).status).toBe(200);
    await expect.poll(async () => (await api.run(id)).status).toBe("success");
    await refused(id, () => api.send("POST", path, attestation), 409, "step_not_waiting");
    await refused(id, () => api.send("POST", `/api/runs/${id}/resume`, {}), 409, "run_not_waiting");
    await refused(id, () => api.send("POST", `/api/runs/${id}/cancel`, { cancelled_by: "c", reason: "late" }), 409, "run_is_terminal");
  });

  test("of many attestations at once one is accepted, and of many resumes at once one", async () => {
    const { id, step } = await waitingRun();
    const attests = await Promise.all(
      Array.from({ length: 8 }, () => api.send("POST", `/api/runs/${id}/steps/${step}/attest`, attestation)),
    );
    expect(statusesOf(attests)).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    const resumes = await Promise.all(Array.from({ length: 8 }, () => api.send("POST", `/api/runs/${id}/resume`, {})));
    expect(statusesOf(resumes)).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    await expect.poll(async () => (await api.run(id)).status).toBe("success");
    const kinds = (await api.entries(id)).map((entry) => entry.body["kind"]);
    expect(kinds.filter((kind) => kind === "run.resumed")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "step.succeeded")).toHaveLength(3);
  });

  test("the same idempotency key has one effect and one answer; with another request it is refused", async () => {
    const manifest_id = await putPausingManifest(api);
    const body = { manifest_id, run_params: { topic: "rain" } };
    const headers = { "idempotency-key": `key-${manifest_id}` };
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.send<RunView>("POST", "/api/runs", body, headers)));
    expect(new Set(answers.map((answer) => answer.body.run_id)).size).toBe(1);
    expect(answers.every((answer) => answer.status === 201 || answer.status === 200)).toBe(true);
    expect(await api.send("POST", "/api/runs", { ...body, run_params: { topic: "snow" } }, headers)).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    const listed = await api.send("GET", `/api/runs?manifest_id=${manifest_id}`);
    expect(listed.body).toHaveLength(1);
  });
});

describe("promise 5: a failing model call fails its step with a stable code, halts, skips the rest and ends the run", () => {
  const cases: readonly (readonly [string, FakeBehaviour, string])[] = [
    ["the connection is reset in the middle of a reply", { kind: "reset", when: "within" }, "network"],
    ["the provider is rate limiting", { kind: "status", status: 429 }, "rate_limited"],
    ["the provider errs", { kind: "status", status: 500 }, "server_error"],
    ["the key is refused", { kind: "status", status: 401 }, "request_refused"],
    ["the envelope is not JSON", { kind: "raw", body: "<html>" }, "reply_unreadable"],
    [
      "the answer is fenced in Markdown",
      { kind: "ok", text: '```json\n{"decision_rationale":{"version":"1"},"output_json":{"answer":"a","score":1}}\n```' },
      "invalid_output",
    ],
    [
      "the answer has a duplicate key",
      { kind: "ok", text: '{"decision_rationale":{"version":"1"},"output_json":{"answer":"a","answer":"b","score":1}}' },
      "invalid_output",
    ],
    ["the answer breaks the contract", { kind: "ok", output: { answer: "a", score: 101 } }, "contract_violation"],
    ["the answer breaks the policy", { kind: "ok", output: { answer: "a", score: 3 } }, "policy_violation"],
  ];

  test.each(cases)("%s", async (_, behaviour, code) => {
    const policy = [{ name: "score_is_not_three", expr: "output.score != 3", message: "three is not allowed" }];
    const manifest = await putChain(api, 3, { policy });
    provider.script(behaviour);
    const run = await startRun(api, manifest);
    expect(run).toMatchObject({ status: "error", error: { step_key: "s0", code } });
    const steps = await api.steps(run.id);
    expect(steps.map((step) => step.status)).toEqual(["FAIL", "SKIPPED", "SKIPPED"]);
    expect(steps[0]?.error).toMatchObject({ code });
    expect(steps[0]?.canonical_output).toBeNull();
  });

  test("a reply that never comes fails at the task's own time limit", async () => {
    const manifest = await putChain(api, 2, { timeout_seconds: 1 });
    provider.script({ kind: "hang" });
    expect(await startRun(api, manifest)).toMatchObject({ status: "error", error: { code: "timeout" } });
  });

  test("a declared retry is a new attempt on record; without one there is none", async () => {
    const retrying = await putChain(api, 1, {
      retry: { max_attempts: 3, on: ["server_error"], backoff_seconds: 0, respect_retry_after: false },
    });
    provider.script({ kind: "status", status: 500 }, { kind: "status", status: 503 }, { kind: "ok", output: good });
    const run = await startRun(api, retrying);
    expect(run.status).toBe("success");
    const [step] = await api.steps(run.id);
    expect(step?.attempts.map((attempt) => [attempt.attempt, attempt.outcome, attempt.error?.code ?? null])).toEqual([
      [1, "failed", "server_error"],
      [2, "failed", "server_error"],
      [3, "succeeded", null],
    ]);
  });
});

test("independent steps run side by side up to max_parallel", async () => {
  const task_id = await putTask(api);
  const keys = ["a", "b", "c", "d"];
  const manifest = await putManifest(
    api,
    keys.map((step_key) => ({ step_key, task_id })),
    { max_parallel: 2 },
  );
  const run = await startRun(api, manifest);
  expect(run.status).toBe("success");
});

test("no secret of the configuration appears in the record or the process's output", async () => {
  provider.script({ kind: "status", status: 401 });
  const run = await startRun(api, await putChain(api, 1));
  const record = JSON.stringify([await api.run(run.id), await api.steps(run.id), await api.entries(run.id)]);
  expect(record).not.toContain("canary");
  expect(server.output()).not.toContain("canary");
});
