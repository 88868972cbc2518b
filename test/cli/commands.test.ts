import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reckon } from "./command-line.ts";
import { contract, manifestId, manifestView, otherRunId, runId, runView, stepView, taskId, taskView } from "./documents.ts";
import { fakeServer } from "./fake-server.ts";
import type { Answer, FakeServer } from "./fake-server.ts";

/** Vitest types its matchers as any; as unknown they may stand in an object. */
const stringContaining = (text: string): unknown => expect.stringContaining(text);
const stringMatching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const servers: FakeServer[] = [];
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reckon-cli-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(answers: Readonly<Record<string, Answer | readonly Answer[]>>): Promise<FakeServer> {
  const server = await fakeServer({
    [`GET /api/runs/${runId}/plan`]: { json: { steps: [{ step_key: "one" }, { step_key: "model" }, { step_key: "memo" }] } },
    ...answers,
  });
  servers.push(server);
  return server;
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const model = stepView("model", "WAITING_FOR_ATTESTATION", { step_type: "compute", compute_contract: contract });
const waiting = { json: runView({ status: "waiting", waiting_for: { step_key: "model", step_run_id: model["id"], attested: false } }) };
const aRun = { [`GET /api/runs/${runId}`]: waiting, [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "SUCCESS"), model] } };

test("run finds the manifest by name, merges parameters in order and prints the id alone", async () => {
  const document = await file("report.txt", "figures\n");
  const params = await file("params.yaml", "quarter: 2009Q1\nfloor: 0\n");
  const server = await serve({
    "GET /api/manifests": { json: [manifestView()] },
    "POST /api/runs": { status: 201, json: { run_id: runId, id: runId, status: "running" } },
  });
  const argv = [
    "run",
    "report",
    "--params",
    params,
    "--params",
    "quarter=2009Q3",
    "--params",
    `document=@${document}`,
    "--params",
    "limit:=1.5",
    "--params",
    '{"list": [1]}',
    "--initiated-by",
    "ada",
    "--idempotency-key",
    "k1",
    "--url",
    server.url,
  ];
  const { code, out } = await reckon(argv);
  expect({ code, out }).toEqual({ code: 0, out: `${runId}\n` });
  const post = server.seen.find(({ method }) => method === "POST");
  expect(post?.body).toEqual({
    manifest_id: manifestId,
    initiated_by: "ada",
    run_params: { quarter: "2009Q3", floor: 0, document: "figures\n", limit: 1.5, list: [1] },
  });
  expect(post?.headers["idempotency-key"]).toBe("k1");
});

test("run --wait asks the server to wait and ends with the run's code", async () => {
  const server = await serve({
    "GET /api/manifests": { json: [manifestView()] },
    "POST /api/runs": { status: 201, json: { run_id: runId, id: runId, status: "waiting" } },
    ...aRun,
  });
  const { code, out, err } = await reckon(["run", "report", "--wait", "5", "--url", server.url]);
  expect({ code, out }).toEqual({ code: 8, out: `${runId} waiting\n` });
  expect(err).toContain("reckon attest");
  expect(server.seen.find(({ method }) => method === "POST")?.headers["prefer"]).toBe("wait=5");
});

test("a broken connection is tried again under the same idempotency key", async () => {
  const breaks: Answer = (response) => void response.destroy();
  const server = await serve({
    "GET /api/manifests": { json: [manifestView()] },
    "POST /api/runs": [breaks, { status: 201, json: { run_id: runId, id: runId, status: "running" } }],
  });
  expect((await reckon(["run", "report", "--url", server.url])).code).toBe(0);
  const keys = server.seen.filter(({ method }) => method === "POST").map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test("attest hashes a local file, names the waiting step by itself and resumes in one call", async () => {
  const path = await file("model.csv", "a,b\n");
  const server = await serve({
    ...aRun,
    [`POST /api/runs/${runId}/steps/${String(model["id"])}/attest`]: {
      json: { ok: true, step_run_id: model["id"], new_status: "SUCCESS" },
    },
  });
  const { code, out } = await reckon([
    "attest",
    runId,
    "--by",
    "ada",
    "--outcome",
    "success",
    "--artifact",
    `model=@${path}`,
    "--output",
    '{"x": 1}',
    "--notes",
    "fine",
    "--resume",
    "--url",
    server.url,
  ]);
  expect({ code, out }).toEqual({ code: 0, out: "model attested SUCCESS by ada\n" });
  expect(server.seen.at(-1)?.body).toEqual({
    attested_by: "ada",
    outcome: "SUCCESS",
    notes: "fine",
    artifacts: [
      { name: "model", uri: `file://${path}`, sha256: "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313", bytes: 4 },
    ],
    output: { x: 1 },
    resume: true,
  });
});

test("an artifact given by uri keeps its commas, and takes digest and size from its end", async () => {
  const sha256 = "9f".repeat(32);
  const server = await serve({ ...aRun, [`POST /api/runs/${runId}/steps/${String(model["id"])}/attest`]: { json: { ok: true } } });
  await reckon([
    "attest",
    runId,
    "model",
    "--by",
    "ada",
    "--outcome",
    "SUCCESS",
    "--artifact",
    `model=s3://b/x,y=z,sha256=${sha256.toUpperCase()},bytes=12`,
    "--url",
    server.url,
  ]);
  expect(server.seen.at(-1)?.body).toMatchObject({ artifacts: [{ name: "model", uri: "s3://b/x,y=z", sha256, bytes: 12 }] });
});

test("a refused attestation names every missing piece and what to do", async () => {
  const problem = {
    status: 422,
    json: {
      code: "attestation_incomplete",
      detail: "the attestation does not meet the compute contract",
      errors: [{ pointer: "/artifacts", detail: "model is missing" }],
    },
  };
  const server = await serve({ ...aRun, [`POST /api/runs/${runId}/steps/${String(model["id"])}/attest`]: problem });
  const { code, err } = await reckon(["attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--url", server.url]);
  expect(code).toBe(1);
  expect(err).toMatch(/^error attestation_incomplete: .*\n {2}\/artifacts: model is missing\n {2}what to do: .*--artifact/);
});

test("resume and cancel send who and why", async () => {
  const server = await serve({
    [`POST /api/runs/${runId}/resume`]: { json: { status: "running" } },
    [`POST /api/runs/${runId}/cancel`]: { json: { status: "cancelled" } },
  });
  expect((await reckon(["resume", runId, "--by", "ada", "--url", server.url])).code).toBe(0);
  expect((await reckon(["cancel", runId, "--by", "ada", "--reason", "wrong quarter", "--url", server.url])).code).toBe(0);
  expect(server.seen.map(({ body }) => body)).toEqual([{ initiated_by: "ada" }, { cancelled_by: "ada", reason: "wrong quarter" }]);
});

test("a run may be named by a unique beginning or end, or as latest", async () => {
  const list = { json: [runView(), runView({ id: otherRunId, run_id: otherRunId })] };
  const server = await serve({ "GET /api/runs": list, ...aRun });
  for (const name of ["3f1f2b7d", "latest", "019a2f60-5a0c-7d3e-9a51-0c6f3f1f2"]) {
    const { out } = await reckon(["show", name, "--json", "--url", server.url]);
    expect(JSON.parse(out)).toMatchObject({ id: runId });
  }
  expect(await reckon(["show", "019a2f60", "--url", server.url])).toMatchObject({
    code: 2,
    err: stringContaining("more than one run"),
  });
  expect(await reckon(["show", "ffffffff", "--url", server.url])).toMatchObject({ code: 1, err: stringContaining("run_not_found") });
  expect(await reckon(["show", "01", "--url", server.url])).toMatchObject({ code: 2 });
  expect(await reckon(["show", "mine!", "--url", server.url])).toMatchObject({ code: 2 });
});

test("runs follows the Link header with --all and says the cursor without", async () => {
  const second = { json: [runView({ id: otherRunId, run_id: otherRunId, status: "success" })] };
  const server = await serve({
    "GET /api/runs?limit=20": { json: [runView()], headers: { link: '</api/runs?limit=20&cursor=abc>; rel="next"' } },
    "GET /api/runs?limit=20&cursor=abc": second,
  });
  const all = await reckon(["runs", "--all", "--json", "--url", server.url]);
  expect(all.out.trim().split("\n")).toHaveLength(2);
  const first = await reckon(["runs", "--utc", "--url", server.url]);
  expect(first.err).toBe("more runs: add --cursor abc (or --all)\n");
  const [head, row] = first.out.split("\n");
  expect(head).toMatch(/^RUN {35}STATUS {3}MANIFEST {2}CREATED/);
  expect(row).toMatch(new RegExp(`^${runId}  running  report    2026-11-24 10:00:00Z`));
});

test("show --step keeps the model's rationale apart from the output and prints prompt and reply", async () => {
  const attempt = {
    attempt: 1,
    started_at: "",
    ended_at: "",
    provider: "openai",
    model: "m",
    model_replied: "m-1",
    request_artifact: "1.0",
    reply_artifact: "2.0",
    reply_status: 200,
    latency_ms: 12,
    usage: { input_tokens: 3, output_tokens: 4 },
    outcome: "succeeded",
    error: null,
  };
  const report = { v: "rm-policy-report/1", verdict: "PASS", rules: [{ rule: "output_json_is_object", verdict: "PASS", reason: null }] };
  const step = stepView("one", "SUCCESS", {
    attempts: [attempt],
    decision_rationale: { version: "1", summary: "because" },
    execution_policy_report: report,
    canonical_output: { x: 1 },
  });
  const server = await serve({
    [`GET /api/runs/${runId}`]: { json: runView() },
    [`GET /api/runs/${runId}/steps`]: { json: [step] },
    [`GET /api/runs/${runId}/artifacts/1.0`]: { json: { model: "m", messages: [{ role: "user", content: "Read this." }] } },
    [`GET /api/runs/${runId}/artifacts/2.0`]: { json: { reply: true } },
  });
  const { out } = await reckon(["show", runId, "--step", "one", "--url", server.url]);
  const places = [
    "[user]\n  Read this.",
    '{"reply":true}',
    "Decision rationale (the model's explanation; decides nothing)",
    "PASS output_json_is_object",
    "Canonical output",
  ].map((part) => out.indexOf(part));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("show --artifact writes the stored bytes and nothing else", async () => {
  const raw: Answer = (response) =>
    void response.writeHead(200, { "content-type": "application/octet-stream" }).end(Buffer.from("exact \u001b bytes"));
  const server = await serve({ [`GET /api/runs/${runId}/artifacts/1.0`]: raw });
  expect(await reckon(["show", runId, "--artifact", "1.0", "--url", server.url])).toEqual({ code: 0, out: "exact \u001b bytes", err: "" });
});

test("apply creates what is missing, resolves tasks by name, and does nothing the second time", async () => {
  const path = await file(
    "w.yaml",
    "tasks:\n  - name: read\n    extract_schema: { type: object }\nmanifest:\n  name: report\n  steps:\n    - step_key: one\n      task: read\n",
  );
  const fresh = await serve({
    "GET /api/tasks": { json: [] },
    "GET /api/manifests": { json: [] },
    "POST /api/tasks": { status: 201, json: taskView() },
    "POST /api/manifests": { status: 201, json: manifestView() },
  });
  const first = await reckon(["apply", "-f", path, "--url", fresh.url]);
  expect(first).toMatchObject({
    code: 0,
    out: stringMatching(/^task read created \(version 1, abababababab\)\nmanifest report created/),
  });
  expect(fresh.seen.filter(({ method }) => method === "POST").map(({ body }) => body)).toEqual([
    { name: "read", extract_schema: { type: "object" } },
    { name: "report", steps: [{ step_key: "one", task_id: taskId }] },
  ]);
  const there = await serve({
    "GET /api/tasks": { json: [taskView()] },
    "GET /api/manifests": { json: [manifestView()] },
    [`GET /api/manifests/${manifestId}`]: { json: manifestView() },
  });
  const second = await reckon(["apply", "-f", path, "--json", "--url", there.url]);
  expect(
    second.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { action: string }).action),
  ).toEqual(["unchanged", "unchanged"]);
  expect(there.seen.every(({ method }) => method === "GET")).toBe(true);
});

test("apply sends a definition that differs, also when the file leaves out what was there", async () => {
  const path = await file("w.yaml", "tasks:\n  - name: read\n    extract_schema: { type: object }\n");
  const server = await serve({
    "GET /api/tasks": { json: [taskView({ description: "was said before" })] },
    [`PUT /api/tasks/${taskId}`]: { json: taskView({ version: 2 }) },
  });
  const dry = await reckon(["apply", "-f", path, "--dry-run", "--url", server.url]);
  expect(dry.out).toBe("task read would be updated (version 2)\n");
  expect(server.seen.every(({ method }) => method === "GET")).toBe(true);
  expect((await reckon(["apply", "-f", path, "--url", server.url])).out).toContain("task read updated (version 2");
});

test("apply shows the server's faults with the line of the file", async () => {
  const path = await file(
    "w.yaml",
    "tasks:\n  - name: read\n    extract_schema: { type: object }\n    policy:\n      - name: rule\n        expr: output.(\n        message: no\n",
  );
  const server = await serve({
    "GET /api/tasks": { json: [] },
    "POST /api/tasks": {
      status: 422,
      json: {
        code: "invalid_input",
        detail: "the task does not pass its door checks",
        errors: [{ pointer: "/policy/0/expr", detail: "does not parse" }],
      },
    },
  });
  const { code, err } = await reckon(["apply", "-f", path, "--url", server.url]);
  expect(code).toBe(1);
  expect(err).toContain(`${path}:6:15 /tasks/0/policy/0/expr: does not parse`);
});

test.each([
  ["a duplicate key", "tasks:\n  - name: a\n    name: b\n", ":3:5"],
  ["an unknown key", "task:\n  name: a\n", ":2:3"],
  ["a nameless task", "tasks:\n  - description: x\n", ":2:5"],
  ["a name used twice", "tasks:\n  - name: a\n  - name: a\n", ":3:11"],
  ["an unknown tag", "tasks:\n  - name: !!js/function a\n", ":2:11"],
  ["broken YAML", "tasks: [\n", ":"],
  ["nothing", "{}", ""],
  ["a list of names", "- a\n", ""],
  [
    "an alias bomb",
    `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\ntasks: [*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    "",
  ],
])("apply refuses a file with %s before it talks to anybody", async (_, text, place) => {
  const path = await file("w.yaml", text);
  const { code, err } = await reckon(["apply", "-f", path, "--url", "http://127.0.0.1:1"]);
  expect(code).toBe(2);
  expect(err).toContain(`${path}${place}`);
});

test("apply reads standard input", async () => {
  const server = await serve({ "GET /api/tasks": { json: [taskView()] } });
  const { out } = await reckon(["apply", "-f", "-", "--url", server.url], {
    stdin: '{"tasks": [{"name": "read", "extract_schema": {"type": "object"}}]}',
  });
  expect(out).toContain("task read unchanged");
});

test("a server that is not there is named, with what to do and code 69", async () => {
  const { code, err } = await reckon(["runs"], { env: { RECKONING_URL: "http://127.0.0.1:1" } });
  expect(code).toBe(69);
  expect(err).toMatch(/^error server_unreachable: cannot reach http:\/\/127\.0\.0\.1:1 .*\n {2}what to do: .*reckon dev/);
});

test("a server that answers too late is given up", async () => {
  const never: Answer = () => undefined;
  const server = await serve({ "GET /api/runs": never });
  expect(await reckon(["runs", "--timeout", "1", "--url", server.url])).toMatchObject({
    code: 69,
    err: stringContaining("did not answer within 1 s"),
  });
});

test.each([
  [401, 4],
  [403, 4],
  [404, 1],
  [409, 1],
  [422, 1],
  [500, 1],
  [503, 69],
])("an answer %i ends with code %i", async (status, code) => {
  const server = await serve({ "GET /api/runs": { status, json: { code: "some_code", detail: "some words" } } });
  expect(await reckon(["runs", "--url", server.url])).toMatchObject({ code, err: "error some_code: some words\n" });
});

test("something else at that address is not taken for a Reckoning Machine", async () => {
  const page: Answer = (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>");
  const server = await serve({ "GET /api/runs": page, [`GET /api/runs/${runId}`]: { json: { hello: "world" } } });
  expect(await reckon(["runs", "--url", server.url])).toMatchObject({ code: 1, err: stringContaining("answer_unreadable") });
  expect(await reckon(["show", runId, "--url", server.url])).toMatchObject({ code: 1, err: stringContaining("answer_unreadable") });
});

test("with --json a failure is one JSON line on standard error", async () => {
  const server = await serve({
    "GET /api/runs": { status: 422, json: { code: "invalid_input", detail: "no", errors: [{ pointer: "/limit", detail: "too large" }] } },
  });
  const { err, out } = await reckon(["runs", "--json", "--url", server.url]);
  expect(out).toBe("");
  expect(JSON.parse(err)).toEqual({
    error: { code: "invalid_input", detail: "no", errors: [{ pointer: "/limit", detail: "too large" }], remedy: null },
  });
});

test("the server's address comes from --url, else RECKONING_URL, else HOST and PORT", async () => {
  const server = await serve({ "GET /api/tasks": { json: [] } });
  const port = new URL(server.url).port;
  for (const env of [{ RECKONING_URL: `${server.url}/` }, { PORT: port }, { HOST: "0.0.0.0", PORT: port }]) {
    expect((await reckon(["tasks"], { env })).code).toBe(0);
  }
});
