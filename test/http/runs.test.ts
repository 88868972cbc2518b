import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { EntryView, ManifestView, RunView, StepRunView, StepView, TaskView } from "../../src/domain/view.ts";
import {
  apiOf,
  attestation,
  contract,
  putChain,
  putManifest,
  putPausingManifest,
  putTask,
  sheet,
  startRun,
  statusesOf,
} from "../support/api.ts";
import type { Answer, Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

// Every answer in here is also held against openapi.json (test/support/api.ts).

const waitMs = { timeout: 30_000, interval: 25 };
let database: TestDatabase;
let provider: FakeProvider;
let server: ReckonServer;
let api: Api;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "rain", score: 7 } } });
  atEnd(() => provider.close());
  server = await startServer(database.url, { LLM_PROVIDER: "openai", LLM_MODEL: "fake", LLM_BASE_URL: provider.baseUrl });
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

const params: JsonObject = { topic: "rain" };

/** All items of a list, page by page as the Link header leads; `between` happens after each page. */
async function follow<Item>(
  path: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<{ readonly items: readonly Item[]; readonly pages: number }> {
  const items: Item[] = [];
  let pages = 0;
  for (let next: string | null = path; next !== null; ) {
    const answer: Answer<readonly Item[]> = await api.send<readonly Item[]>("GET", next);
    expect(answer.status).toBe(200);
    items.push(...answer.body);
    pages += 1;
    next = /^<(\/[^>]*)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1] ?? null;
    await between();
  }
  return { items, pages };
}

describe("starting a run", () => {
  test("is 201 with the run under both of its names, and its Location", async () => {
    const manifest_id = await putPausingManifest(api);
    const answer = await api.send<RunView>("POST", "/api/runs", { manifest_id, run_params: params });
    expect(answer.status).toBe(201);
    expect(answer.body.run_id).toBe(answer.body.id);
    expect(answer.body).toMatchObject({ manifest_id, manifest_version: 2, initiated_by: "anonymous", run_params: params });
    expect(answer.headers.get("location")).toBe(`/api/runs/${answer.body.id}`);
    expect(await api.run(answer.body.id)).toMatchObject({ id: answer.body.id });
  });

  test("takes null for what it may leave out", async () => {
    const manifest_id = await putManifest(api, [{ step_key: "sheet", step_type: "compute", compute_contract: sheet }], {
      params_schema: null,
    });
    const answer = await api.send<RunView>("POST", "/api/runs", { manifest_id, initiated_by: null, run_params: null });
    expect(answer).toMatchObject({ status: 201, body: { initiated_by: "anonymous", run_params: {} } });
  });

  test("of a manifest without steps is 409, and with parameters that break its schema 422, each with its pointer", async () => {
    const made = await api.send<ManifestView>("POST", "/api/manifests", { name: "no steps" });
    expect(await api.send("POST", "/api/runs", { manifest_id: made.body.id })).toMatchObject({
      status: 409,
      body: { code: "manifest_has_no_steps" },
    });
    const manifest_id = await putPausingManifest(api);
    expect(await api.send("POST", "/api/runs", { manifest_id, run_params: { topic: 7 } })).toMatchObject({
      status: 422,
      body: { code: "invalid_input", errors: [{ pointer: "/run_params/topic" }] },
    });
  });

  test("answers at once, or with Prefer: wait=N when the run rests, or when N seconds are over", async () => {
    const manifest_id = await putChain(api, 1);
    const start = async (headers: Record<string, string>): Promise<Answer<RunView>> =>
      api.send<RunView>("POST", "/api/runs", { manifest_id, run_params: params }, headers);
    provider.script({ kind: "ok", output: { answer: "a", score: 1 }, delayMs: 300 });
    const atOnce = await start({});
    expect(atOnce.body.status).toBe("running");
    expect(atOnce.headers.get("preference-applied")).toBeNull();
    await expect.poll(async () => (await api.run(atOnce.body.id)).status, waitMs).toBe("success");

    provider.script({ kind: "ok", output: { answer: "a", score: 1 }, delayMs: 300 });
    const rested = await start({ prefer: "respond-async, wait=20" });
    expect(rested.body.status).toBe("success");
    expect(rested.headers.get("preference-applied")).toBe("wait=20");

    provider.script({ kind: "hang" });
    const began = performance.now();
    const late = await start({ prefer: "wait=1" });
    expect(late.body.status).toBe("running");
    expect(late.headers.get("preference-applied")).toBe("wait=1");
    expect(performance.now() - began).toBeGreaterThan(900);
    await api.send("POST", `/api/runs/${late.body.id}/cancel`, { reason: "hangs", cancelled_by: "carol" });
  });
});

describe("an idempotency key", () => {
  test("gives one run and one answer, however often it is sent; with another body 422 and nothing new", async () => {
    const manifest_id = await putPausingManifest(api);
    const headers = { "idempotency-key": `start-${manifest_id}` };
    const send = async (body: JsonObject): Promise<Answer<RunView>> =>
      api.send<RunView>("POST", "/api/runs", { manifest_id, run_params: params, ...body }, headers);
    const answers = await Promise.all(Array.from({ length: 6 }, () => send({})));
    answers.push(await send({}));
    expect(statusesOf(answers)).toEqual([201, 201, 201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ headers: h }) => h.get("location"))).size).toBe(1);
    for (const change of [{ run_params: { topic: "snow" } }, { initiated_by: "mallory" }, { manifest_id: await putPausingManifest(api) }])
      expect(await send(change)).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect((await follow<RunView>(`/api/runs?manifest_id=${manifest_id}`)).items).toHaveLength(1);
  });

  test("does so for attest, resume and cancel, and leaves one entry of each", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const step = run.waiting_for?.step_run_id ?? "";
    const commands: readonly (readonly [string, JsonObject, JsonObject, string])[] = [
      [`/api/runs/${run.id}/steps/${step}/attest`, attestation, { ...attestation, notes: "other" }, "attestation.submitted"],
      [`/api/runs/${run.id}/resume`, { initiated_by: "carol" }, { initiated_by: "dave" }, "run.resumed"],
    ];
    for (const [path, body, other, kind] of commands) {
      const headers = { "idempotency-key": `k-${kind}` };
      const answers = await Promise.all(Array.from({ length: 4 }, () => api.send("POST", path, body, headers)));
      answers.push(await api.send("POST", path, body, headers));
      expect(statusesOf(answers), path).toEqual([200, 200, 200, 200, 200]);
      expect(await api.send("POST", path, other, headers), path).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
      expect(
        (await kindsOf(run.id)).filter((each) => each === kind),
        path,
      ).toHaveLength(1);
    }
    const waiting = await startRun(api, await putPausingManifest(api));
    const headers = { "idempotency-key": "k-cancel" };
    const cancel = async (reason: string): Promise<Answer<Json>> =>
      api.send("POST", `/api/runs/${waiting.id}/cancel`, { reason, cancelled_by: "carol" }, headers);
    expect(statusesOf([await cancel("enough"), await cancel("enough"), await cancel("other")])).toEqual([200, 200, 422]);
  });

  test("is one command's own: the same key may start, attest and resume", async () => {
    const headers = { "idempotency-key": "shared" };
    const manifest_id = await putPausingManifest(api);
    const started = await api.send<RunView>("POST", "/api/runs", { manifest_id, run_params: params }, { ...headers, prefer: "wait=20" });
    const run = started.body;
    expect((await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, attestation, headers)).status).toBe(
      200,
    );
    expect((await api.send("POST", `/api/runs/${run.id}/resume`, {}, headers)).status).toBe(200);
  });
});

describe("lists", () => {
  test("of runs are newest first, and paging loses and repeats none while new ones arrive", async () => {
    const manifest_id = await putPausingManifest(api);
    const started: string[] = [];
    for (let n = 0; n < 11; n += 1) started.push((await startRun(api, manifest_id)).id);
    const { items, pages } = await follow<RunView>(`/api/runs?manifest_id=${manifest_id}&status=waiting&limit=3`, () =>
      startRun(api, manifest_id),
    );
    expect(items.map(({ id }) => id)).toEqual(started.toReversed());
    expect(pages).toBe(4);
    const all = await follow<RunView>(`/api/runs?limit=2`);
    expect(new Set(all.items.map(({ id }) => id)).size).toBe(all.items.length);
    expect(all.items.length).toBeGreaterThan(11);
  });

  test("of runs are filtered by status and by manifest", async () => {
    const [mine, other] = [await putPausingManifest(api), await putPausingManifest(api)];
    const waiting = await startRun(api, mine);
    const ended = await startRun(api, mine);
    await startRun(api, other);
    await api.send("POST", `/api/runs/${ended.id}/cancel`, { reason: "enough", cancelled_by: "carol" });
    const idsOf = async (query: string): Promise<readonly string[]> =>
      (await follow<RunView>(`/api/runs?${query}`)).items.map(({ id }) => id);
    expect(await idsOf(`manifest_id=${mine}`)).toEqual([ended.id, waiting.id]);
    expect(await idsOf(`manifest_id=${mine}&status=waiting`)).toEqual([waiting.id]);
    expect(await idsOf(`manifest_id=${mine}&status=cancelled`)).toEqual([ended.id]);
    expect(await idsOf(`manifest_id=${mine.toUpperCase()}&status=error`)).toEqual([]);
    expect((await idsOf("status=waiting")).includes(waiting.id)).toBe(true);
  });

  test("of tasks and manifests go by name, through names that need encoding", async () => {
    const names = ["a & b", "a%20b", "a?b#c", "a/b", "\u00e4\u6f22\u{1f327}", "a'b\"c", "a=b&limit=1"];
    for (const name of names) {
      expect((await api.send("POST", "/api/tasks", { name: `list ${name}` })).status).toBe(201);
      expect((await api.send("POST", "/api/manifests", { name: `list ${name}` })).status).toBe(201);
    }
    for (const path of ["/api/tasks", "/api/manifests"]) {
      const { items } = await follow<TaskView>(`${path}?limit=2`);
      const found = items.map(({ name }) => name);
      expect(found.filter((name) => name.startsWith("list ")).toSorted()).toEqual(names.map((name) => `list ${name}`).toSorted());
      expect(new Set(found).size).toBe(found.length);
    }
  });

  test("of entries go on after a seq, and are the whole record", async () => {
    const run = await startRun(api, await putChain(api, 5));
    const { items, pages } = await follow<EntryView>(`/api/runs/${run.id}/entries?limit=4`);
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: run.entry_count }, (_, seq) => seq));
    // A page that is just full has a next one, though it may be empty.
    expect(pages).toBe(Math.floor(run.entry_count / 4) + 1);
    expect(items.at(-1)?.leaf).toBe((await api.run(run.id)).leaf);
    for (const { bytes, leaf, body } of items) {
      const exact = Buffer.from(bytes, "base64");
      expect(createHash("sha256").update(Buffer.of(0)).update(exact).digest("hex")).toBe(leaf);
      expect(JSON.parse(exact.toString("utf8"))).toEqual(body);
    }
  });

  test("ask for more than 500 and get 500 at most, for none and get one", async () => {
    expect((await api.send("GET", "/api/runs?limit=999999999")).status).toBe(200);
    expect((await api.send<readonly Json[]>("GET", "/api/runs?limit=0")).body).toHaveLength(1);
  });
});

describe("definitions", () => {
  test("keep every version; a run keeps the one it began with", async () => {
    const task_id = await putTask(api);
    const before = (await api.send<TaskView>("GET", `/api/tasks/${task_id}`)).body;
    const manifest_id = await putManifest(api, [{ step_key: "only", task_id }]);
    const run = await startRun(api, manifest_id);
    const put = await api.send<TaskView>("PUT", `/api/tasks/${task_id}`, {
      name: before.name,
      prompt_template: "Something else.",
      extract_schema: contract,
    });
    expect(put).toMatchObject({ status: 200, body: { id: task_id, version: 2, created_at: before.created_at } });
    expect(put.body.digest).not.toBe(before.digest);
    const versions = await follow<TaskView>(`/api/tasks/${task_id}/versions?limit=1`);
    expect(versions.items.map(({ version }) => version)).toEqual([2, 1]);
    expect((await api.send("GET", `/api/tasks/${task_id}/versions/1`)).body).toEqual(before);
    expect((await api.send("GET", `/api/tasks/${task_id}/versions/3`)).status).toBe(404);
    const plan = await api.send<{ steps: readonly { task: { version: number; digest: string } }[] }>("GET", `/api/runs/${run.id}/plan`);
    expect(plan.body.steps[0]?.task).toMatchObject({ version: 1, digest: before.digest });
    expect((await startRun(api, manifest_id)).plan_digest).not.toBe(run.plan_digest);
  });

  test("of manifests: PUT steps replaces the set, PUT of the head keeps it, and both are versions", async () => {
    const task_id = await putTask(api);
    const manifest_id = await putManifest(api, [
      { step_key: "a", task_id },
      { step_key: "b", task_id },
    ]);
    const steps = await api.send<readonly StepView[]>("PUT", `/api/manifests/${manifest_id}/steps`, [{ step_key: "c", task_id }]);
    expect(steps.body.map(({ step_key }) => step_key)).toEqual(["c"]);
    expect((await api.send<readonly StepView[]>("GET", `/api/manifests/${manifest_id}/steps`)).body).toEqual(steps.body);
    const head = await api.send<ManifestView>("PUT", `/api/manifests/${manifest_id}`, { name: `renamed ${manifest_id}`, max_parallel: 3 });
    expect(head).toMatchObject({ status: 200, body: { version: 4, max_parallel: 3, steps: [{ step_key: "c" }] } });
    const versions = (await follow<ManifestView>(`/api/manifests/${manifest_id}/versions?limit=3`)).items;
    expect(versions.map(({ version, steps: set }) => [version, set.map(({ step_key }) => step_key).join("")])).toEqual([
      [4, "c"],
      [3, "c"],
      [2, "ab"],
      [1, ""],
    ]);
  });

  test("are refused under a name that is taken, whatever else is right", async () => {
    expect((await api.send("POST", "/api/tasks", { name: "taken" })).status).toBe(201);
    expect(await api.send("POST", "/api/tasks", { name: "taken" })).toMatchObject({ status: 409, body: { code: "name_taken" } });
    const other = await api.send<TaskView>("POST", "/api/tasks", { name: "free" });
    expect(await api.send("PUT", `/api/tasks/${other.body.id}`, { name: "taken" })).toMatchObject({
      status: 409,
      body: { code: "name_taken" },
    });
    expect(await api.send("PUT", `/api/tasks/${other.body.id}`, { name: "free" })).toMatchObject({ status: 200 });
    const made = await Promise.all(Array.from({ length: 5 }, () => api.send("POST", "/api/manifests", { name: "contended" })));
    expect(statusesOf(made)).toEqual([201, 409, 409, 409, 409]);
  });
});

describe("what a run shows", () => {
  test("a step has every field of the original and of SPEC 4, with its attempts", async () => {
    const run = await startRun(api, await putPausingManifest(api, { policy: [{ name: "some", expr: "output.score > 3" }] }));
    const [first, waiting] = await api.steps(run.id);
    expect(Object.keys(first ?? {}).toSorted()).toEqual(
      [
        "attempts",
        "attestation",
        "canonical_output",
        "compute_contract",
        "decision_rationale",
        "ended_at",
        "error",
        "execution_policy_report",
        "id",
        "manifest_step_id",
        "rejected_attestations",
        "run_id",
        "skipped_because",
        "started_at",
        "status",
        "step_key",
        "step_type",
      ].toSorted(),
    );
    expect(first).toMatchObject({
      step_key: "first",
      step_type: "task",
      status: "SUCCESS",
      canonical_output: { answer: "rain", score: 7 },
      decision_rationale: { version: "fake-1" },
      execution_policy_report: { verdict: "PASS" },
      error: null,
      attempts: [
        {
          attempt: 1,
          outcome: "succeeded",
          provider: "openai",
          model: "fake",
          model_replied: "fake-model",
          reply_status: 200,
          usage: { input_tokens: 11, output_tokens: 7 },
        },
      ],
    } satisfies JsonObject);
    expect(first?.execution_policy_report?.rules.map(({ rule }) => rule)).toEqual([
      "decision_rationale_valid",
      "output_json_is_object",
      "output_json_non_empty",
      "output_matches_contract",
      "some",
    ]);
    expect(waiting).toMatchObject({
      step_key: "sheet",
      status: "WAITING_FOR_ATTESTATION",
      compute_contract: { executor: "spreadsheet", outputs: [{ name: "model" }] },
      attestation: null,
    });
    const { body: manifest } = await api.send<ManifestView>("GET", `/api/manifests/${run.manifest_id}`);
    expect([first?.manifest_step_id, waiting?.manifest_step_id]).toEqual(manifest.steps.slice(0, 2).map(({ id }) => id));
  });

  test("an artifact is a download of exact bytes that no page of ours can be", async () => {
    provider.script({
      kind: "ok",
      text: '{"decision_rationale":{"version":"1"},"output_json":{"answer":"<script>alert(1)</script>","score":1}}',
    });
    const run = await startRun(api, await putChain(api, 1));
    const [step] = await api.steps(run.id);
    const place = step?.attempts[0]?.reply_artifact ?? "";
    const response = await fetch(`${server.url}/api/runs/${run.id}/artifacts/${place}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${run.id}.${place}"`);
    expect(response.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Number(response.headers.get("content-length"))).toBe((await response.clone().arrayBuffer()).byteLength);
    expect(await response.text()).toContain("<script>alert(1)<\\/script>".replace("\\/", "/"));
    const request = await fetch(`${server.url}/api/runs/${run.id}/artifacts/${step?.attempts[0]?.request_artifact}`);
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(await request.json()).toMatchObject({ model: "fake" });
    expect(await api.send("GET", `/api/runs/${run.id}/artifacts/0.9`)).toMatchObject({ status: 404, body: { code: "artifact_not_found" } });
    expect((await api.send("GET", `/api/runs/${run.id}/artifacts/x`)).status).toBe(422);
  });

  test("the plan is the bytes that its digest names", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const bytes = Buffer.from(await (await fetch(`${server.url}/api/runs/${run.id}/plan`)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(run.plan_digest);
  });

  test("a cancelled run says who ended it and why, and the rest is skipped", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const answer = await api.send<RunView>("POST", `/api/runs/${run.id}/cancel`, { reason: "a mistake", cancelled_by: "carol" });
    expect(answer).toMatchObject({ status: 200, body: { status: "cancelled", waiting_for: null, error: null } });
    const steps = await api.steps(run.id);
    expect(steps.map(({ step_key, status }) => [step_key, status])).toEqual([
      ["first", "SUCCESS"],
      ["sheet", "SKIPPED"],
      ["last", "SKIPPED"],
    ]);
    const entry = (await api.entries(run.id)).find(({ body }) => body["kind"] === "run.cancelled");
    expect(entry?.body["data"]).toEqual({ cancelled_by: "carol" });
    const reason = await fetch(`${server.url}/api/runs/${run.id}/artifacts/${entry?.seq}.0`);
    expect(await reason.text()).toBe("a mistake");
  });
});

describe("an attestation or resume that is refused leaves every byte of the record as it was", () => {
  const path = (run: RunView, step?: string): string => `/api/runs/${run.id}/steps/${step ?? run.waiting_for?.step_run_id}/attest`;
  const waitingRun = async (): Promise<RunView> => startRun(api, await putPausingManifest(api));

  const wrong: readonly (readonly [string, Json, number])[] = [
    ["nothing at all", null, 422],
    ["no name", { outcome: "SUCCESS" }, 422],
    ["an empty name", { ...attestation, attested_by: " " }, 422],
    ["an outcome that there is not", { ...attestation, outcome: "success" }, 422],
    ["an artifact without a uri", { ...attestation, artifacts: [{ name: "model" }] }, 422],
    ["an artifact with a digest that is none", { ...attestation, artifacts: [{ name: "model", uri: "x", sha256: "A".repeat(64) }] }, 422],
    ["an artifact of a negative size", { ...attestation, artifacts: [{ name: "model", uri: "x", bytes: -1 }] }, 422],
    [
      "an artifact twice",
      {
        ...attestation,
        artifacts: [
          { name: "model", uri: "x" },
          { name: "model", uri: "y" },
        ],
      },
      422,
    ],
    ["a member that nobody knows", { ...attestation, approved: true }, 422],
    ["resume as text", { ...attestation, resume: "true" }, 422],
  ];
  test.each(wrong)("an attestation with %s", async (_, body, status) => {
    const run = await waitingRun();
    const before = await api.entries(run.id);
    expect((await api.send("POST", path(run), body)).status).toBe(status);
    expect(await api.entries(run.id)).toEqual(before);
  });

  test("an attestation whose output breaks the contract's schema names where", async () => {
    const compute_contract = {
      ...sheet,
      output_schema: { type: "object", properties: { total: { type: "number" } }, required: ["total"] },
    };
    const run = await startRun(api, await putManifest(api, [{ step_key: "sheet", step_type: "compute", compute_contract }]));
    const before = await api.entries(run.id);
    const answer = await api.send("POST", path(run), { ...attestation, output: { total: "much" } });
    expect(answer).toMatchObject({ status: 422, body: { code: "attestation_incomplete", errors: [{ pointer: "/output/total" }] } });
    expect(await api.entries(run.id)).toEqual(before);
    expect((await api.send("POST", path(run), { ...attestation, output: { total: 1 } })).status).toBe(200);
  });

  test("an attestation and a cancellation at once: one of them is first, the other is refused", async () => {
    const run = await waitingRun();
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => api.send("POST", path(run), attestation)),
      ...Array.from({ length: 4 }, () => api.send("POST", `/api/runs/${run.id}/cancel`, { reason: "r", cancelled_by: "c" })),
    ]);
    const kinds = await kindsOf(run.id);
    const attested = kinds.filter((kind) => kind === "attestation.submitted").length;
    expect(attested).toBeLessThanOrEqual(1);
    expect(kinds.filter((kind) => kind === "run.cancelled")).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(attested + 1);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  });

  test("a resume of a run that is running, has ended, or waits unattested", async () => {
    provider.script({ kind: "hang" });
    const running = await startRun(api, await putChain(api, 1), 0);
    expect(await api.send("POST", `/api/runs/${running.id}/resume`)).toMatchObject({ status: 409, body: { code: "run_not_waiting" } });
    await api.send("POST", `/api/runs/${running.id}/cancel`, { reason: "r", cancelled_by: "c" });
    expect(await api.send("POST", `/api/runs/${running.id}/resume`, {})).toMatchObject({ status: 409, body: { code: "run_not_waiting" } });
    const waiting = await waitingRun();
    const before = await api.entries(waiting.id);
    for (const body of [undefined, {}, { initiated_by: "carol" }, { initiated_by: null }])
      expect(await api.send("POST", `/api/runs/${waiting.id}/resume`, body)).toMatchObject({
        status: 409,
        body: { code: "step_not_attested" },
      });
    expect(await api.entries(waiting.id)).toEqual(before);
  });
});

async function kindsOf(runId: string): Promise<readonly Json[]> {
  return (await api.entries(runId)).map(({ body }) => body["kind"] ?? null);
}

test("the views of the answers are what the tests take them for", async () => {
  const run = await startRun(api, await putChain(api, 1));
  const steps: readonly StepRunView[] = await api.steps(run.id);
  expect(steps[0]?.run_id).toBe(run.id);
});
