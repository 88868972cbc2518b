import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ManifestId, RunId, StepKey } from "../../src/domain/ids.ts";
import { manifestStepIdOf, stepRunIdOf } from "../../src/ledger/derived-id.ts";
import { apiOf, attestation, putManifest, putPausingManifest, putTask, sheet, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { hostileTexts, startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { connectAs, createLogin } from "../support/login.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { allViews, originalColumns } from "../support/views.ts";

const good: JsonObject = { answer: "rain falls", score: 7 };
let database: TestDatabase;
let provider: FakeProvider;
let api: Api;
let url: string;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: good, usage: { input: 21, output: 9 } } });
  atEnd(() => provider.close());
  const server = await startServer(database.url, {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "sk-canary-0123456789",
  });
  atEnd(() => server.kill("SIGTERM"));
  url = server.url;
  api = apiOf(url);
});

interface Row {
  readonly [column: string]: unknown;
}

const instantOf = (value: unknown): number => (value instanceof Date ? value.getTime() : Number.NaN);

const rows = (text: string, ...values: readonly unknown[]): Promise<readonly Row[]> => database.rows<Row>(text, values);

describe("the interface", () => {
  test.each(Object.entries(originalColumns))("%s begins with the original's columns", async (view, columns) => {
    const found = await rows(
      "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum",
      `public.${view}`,
    );
    expect(found.map((row) => row["attname"]).slice(0, columns.length)).toEqual(columns);
  });

  test("every view and table that an auditor meets, and every column of them, is explained", async () => {
    const silent = await rows(
      `select c.oid::regclass::text || coalesce('.' || a.attname, '') as what
         from pg_class c
         left join lateral (select 0 as attnum, null as attname union all select attnum, attname from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) a on true
        where (c.relnamespace = 'reckoning'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               or c.relnamespace = 'public'::regnamespace and c.relkind = 'v')
          and col_description(c.oid, a.attnum) is null and (a.attnum > 0 or obj_description(c.oid, 'pg_class') is null)
        order by 1`,
    );
    expect(silent).toEqual([]);
  });

  test("the views of the interface are all there are, and each is refused to writers in our words", async () => {
    const views = await rows("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'");
    expect(views.map((row) => String(row["relname"])).sort()).toEqual([...allViews].sort());
    const session = await connectAs(database.url);
    for (const view of allViews) {
      const [first] = await rows("select attname from pg_attribute where attrelid = $1::regclass and attnum = 1", `public.${view}`);
      for (const statement of [
        `update ${view} set ${String(first?.["attname"])} = null`,
        `delete from ${view}`,
        `delete from ${view} where false`,
        `insert into ${view} (${String(first?.["attname"])}) values (null)`,
      ])
        await expect(session.query(statement), statement).rejects.toMatchObject({ code: "RM001" });
    }
    await session.end();
  });

  test.each(["rm_app", "rm_auditor"])("a member of %s may not write through them either", async (role) => {
    const login = await createLogin(database, `in role ${role}`);
    const session = await connectAs(login.url);
    for (const view of allViews) await expect(session.query(`delete from ${view}`)).rejects.toMatchObject({ code: "42501" });
    await session.end();
    await login.drop();
  });

  test("an auditor reads all of them; whoever is granted one view reads that and nothing below it", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    const auditor = await createLogin(database, "in role rm_auditor");
    const session = await connectAs(auditor.url);
    for (const view of allViews) await session.query(`select * from ${view}`);
    await session.end();
    await auditor.drop();
    const analyst = await createLogin(database, "");
    await database.rows(`grant select on dag_step_runs, llm_call_artifacts to ${analyst.name}`);
    const other = await connectAs(analyst.url);
    expect((await other.query("select * from dag_step_runs where dag_run_id = $1", [run.id])).rowCount).toBe(2);
    const { rows: calls } = await other.query<Row>("select request_json from llm_call_artifacts where dag_run_id = $1", [run.id]);
    expect(calls).toMatchObject([{ request_json: { model: "fake" } }]);
    await expect(other.query("select * from dag_runs")).rejects.toMatchObject({ code: "42501" });
    await expect(other.query("select * from reckoning.artifact")).rejects.toMatchObject({ code: "42501" });
    await other.end();
    await analyst.drop();
  });
});

test.each([
  ["dag_step_runs", "id", "step_run_by_id"],
  ["prompt_artifacts", "step_run_id", "step_run_by_id"],
  ["llm_call_artifacts", "step_run_id", "step_run_by_id"],
  ["parsed_output_artifacts", "step_run_id", "step_run_by_id"],
  ["compute_attestations", "step_run_id", "step_run_by_id"],
  ["inspect_attempts", "step_run_id", "step_run_by_id"],
  ["dag_runs", "id", "run_pkey"],
  ["dag_step_runs", "dag_run_id", "step_run_pkey"],
  ["inspect_seals", "run_id", "run_head_pkey"],
] as const)("%s by %s goes through an index, so it stays fast however long the record is", async (view, column, index) => {
  const session = await connectAs(database.url);
  // So few rows are not worth an index to the planner unless it is told that they are many.
  await session.query("set enable_seqscan = off");
  const { rows: plan } = await session.query<{ "QUERY PLAN": string }>(
    `explain (costs off) select * from ${view} where ${column} = '01a19467-e800-7000-8000-000000000000'`,
  );
  await session.end();
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).toContain(index);
  expect(text).not.toMatch(/Seq Scan on (entry|artifact|step_run|run)/);
});

describe("ids are those of HTTP", () => {
  test("the derivations of the database and of the machine agree on any run, manifest, version and key", async () => {
    const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.integer({ min: 1, max: 2_147_483_647 }), key, async (uuid, version, stepKey) => {
        const [row] = await rows(
          "select reckoning.step_run_id($1, $3) as run, reckoning.manifest_step_id($1, $2, $3) as manifest",
          uuid,
          version,
          stepKey,
        );
        expect(row).toEqual({
          run: stepRunIdOf(uuid as RunId, stepKey as StepKey),
          manifest: manifestStepIdOf(uuid as ManifestId, version, stepKey as StepKey),
        });
      }),
      { numRuns: 200 },
    );
  });

  test("runs, steps, artifacts, tasks and manifests of a whole story", async () => {
    const task = await putTask(api, {
      description: "says something",
      policy: [{ name: "high", expr: "output.score > 1", message: "too low" }],
    });
    const manifest = await putManifest(api, [
      { step_key: "first", task_id: task, config: { tone: "dry" } },
      { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract: sheet },
      { step_key: "last", task_id: task, depends_on: ["first", "sheet"], chaining: { score: { step: "first", pointer: "/score" } } },
    ]);
    const run = await startRun(api, manifest);
    await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, { ...attestation, notes: "checked" });
    await api.send("POST", `/api/runs/${run.id}/resume`, { initiated_by: "carol" });
    await until("the run ends", 20_000, async () => (await api.run(run.id)).status === "success");
    const [shown, steps, entries] = await Promise.all([api.run(run.id), api.steps(run.id), api.entries(run.id)]);

    const [runRow] = await rows("select * from dag_runs where id = $1", run.id);
    expect(runRow).toMatchObject({
      id: run.id,
      manifest_id: manifest,
      status: "success",
      initiated_by: "alice",
      run_params: { topic: "rain" },
      manifest_name: shown.manifest_name,
      plan_digest: shown.plan_digest,
      entry_count: shown.entry_count,
      leaf: shown.leaf,
    });
    expect(instantOf(runRow?.["ended_at"])).toBe(new Date(shown.ended_at ?? "").getTime());

    const stepRows = await rows("select * from dag_step_runs where dag_run_id = $1 order by position", run.id);
    expect(stepRows.map((row) => [row["id"], row["manifest_step_id"], row["status"]])).toEqual(
      steps.map((step) => [step.id, step.manifest_step_id, step.status]),
    );
    expect(
      stepRows.map((row) => [row["canonical_output"], row["decision_rationale"], row["execution_policy_report"], row["error"]]),
    ).toEqual(steps.map((step) => [step.canonical_output, step.decision_rationale, step.execution_policy_report, null]));
    for (const step of steps) {
      const found = await rows("select dag_run_id from dag_step_runs where id = $1", step.id);
      expect(found).toEqual([{ dag_run_id: run.id }]);
    }
    const definition = (await api.send("GET", `/api/manifests/${manifest}`)).body as { readonly steps: readonly JsonObject[] };
    const manifestSteps = await rows("select * from manifest_steps where manifest_id = $1 order by position", manifest);
    expect(manifestSteps.map((row) => [row["id"], row["step_key"], row["step_type"], row["config"], row["depends_on"]])).toEqual(
      definition.steps.map((step) => [step["id"], step["step_key"], step["step_type"], step["config"], step["depends_on"]]),
    );
    expect(manifestSteps[1]?.["compute_contract"]).toEqual(definition.steps[1]?.["compute_contract"]);
    const [taskRow] = await rows("select * from tasks where id = $1", task);
    expect(taskRow).toMatchObject({
      description: "says something",
      version: 1,
      policy: [{ name: "high" }],
      retry: null,
      timeout_seconds: 120,
    });

    const prompts = await rows("select * from prompt_artifacts where dag_run_id = $1 order by created_at, step_key", run.id);
    expect(prompts.map((row) => row["step_run_id"])).toEqual([steps[0]?.id, steps[2]?.id]);
    expect(prompts[1]?.["context"]).toEqual({
      params: { topic: "rain" },
      config: {},
      upstream: { first: good, sheet: steps[1]?.canonical_output },
    });
    expect(prompts[0]?.["context"]).toEqual({ params: { topic: "rain" }, config: { tone: "dry" }, upstream: {} });
    expect(prompts[0]?.["rendered_prompt"]).toBe(provider.calls.at(-2)?.prompt);
    expect(prompts[1]?.["rendered_prompt"]).toBe(provider.calls.at(-1)?.prompt);
    expect(prompts[1]?.["request_bytes"]).toEqual(provider.calls.at(-1)?.body);
    expect(stepRows[2]?.["input_hash"]).toBe(
      createHash("sha256")
        .update(provider.calls.at(-1)?.body ?? "")
        .digest("hex"),
    );

    const calls = await rows("select * from llm_call_artifacts where step_run_id = $1", steps[0]?.id);
    expect(calls).toMatchObject([
      {
        provider: "openai",
        model: "fake",
        model_replied: "fake-model",
        reply_status: 200,
        input_tokens: "21",
        output_tokens: "9",
        response_json: { object: "chat.completion" },
      },
    ]);
    const parsed = await rows("select * from parsed_output_artifacts where step_run_id = $1", steps[0]?.id);
    expect(parsed).toMatchObject([{ output_json: good, extraction_report: { error: null, execution_policy_report: { verdict: "PASS" } } }]);
    for (const row of [...prompts, ...parsed]) {
      const [id, place] = String(row["id"]).split("/");
      const artifact = await fetch(`${url}/api/runs/${id}/artifacts/${place}`);
      const bytes = Buffer.from(await artifact.arrayBuffer());
      expect(bytes.equals((row["request_bytes"] ?? row["response_bytes"]) as Buffer)).toBe(true);
    }

    const [attested] = await rows("select * from compute_attestations where step_run_id = $1", steps[1]?.id);
    expect(attested).toMatchObject({
      attested_by: "bob",
      outcome: "SUCCESS",
      notes: "checked",
      contract_snapshot: steps[1]?.compute_contract,
    });
    expect(await rows("select * from compute_artifacts where attestation_id = $1", attested?.["id"])).toMatchObject([
      {
        id: `${String(attested?.["id"])}/0`,
        name: "model",
        uri: "file:///model.csv",
        sha256: "a".repeat(64),
        bytes: "10",
        attested_by: "bob",
      },
    ]);
    const shownEntries = await rows("select * from inspect_entries where run_id = $1 order by seq", run.id);
    expect(shownEntries.map((row) => [row["seq"], row["leaf"], row["body"]])).toEqual(
      entries.map((entry) => [entry.seq, entry.leaf, entry.body]),
    );
    expect(await rows("select action, by_whom, reason from inspect_resumes where run_id = $1", run.id)).toEqual([
      { action: "resumed", by_whom: "carol", reason: null },
    ]);
  });
});

describe("what the original did not have", () => {
  test("waiting: since when, for what, overdue, and no longer there once it goes on", async () => {
    const task = await putTask(api);
    const manifest = await putManifest(api, [
      { step_key: "first", task_id: task },
      { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract: { ...sheet, timeout_minutes: 30 } },
    ]);
    const run = await startRun(api, manifest);
    const one = "select * from inspect_waiting where run_id = $1";
    expect(await rows(one, run.id)).toMatchObject([
      {
        step_key: "sheet",
        step_run_id: run.waiting_for?.step_run_id,
        attested: false,
        overdue: false,
        initiated_by: "alice",
        compute_contract: { executor: "spreadsheet", timeout_minutes: 30 },
      },
    ]);
    await rows(
      "update reckoning.step_run set started_at = started_at - interval '31 minutes' where run_id = $1 and step_key = 'sheet'",
      run.id,
    );
    expect(await rows(one, run.id)).toMatchObject([{ overdue: true }]);
    await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, attestation);
    expect(await rows(one, run.id)).toMatchObject([{ attested: true, overdue: false }]);
    await api.send("POST", `/api/runs/${run.id}/resume`, {});
    await until("the run ends", 20_000, async () => (await api.run(run.id)).status === "success");
    expect(await rows(one, run.id)).toEqual([]);
  });

  test("attempts: each with its end, its tokens and the pause before the next", async () => {
    const retry = { max_attempts: 2, on: ["rate_limited"], backoff_seconds: 0, respect_retry_after: false };
    const manifest = await putManifest(api, [{ step_key: "only", task_id: await putTask(api, { retry }) }]);
    provider.script({ kind: "status", status: 429 });
    const run = await startRun(api, manifest);
    expect(run.status).toBe("success");
    const attempts = await rows("select * from inspect_attempts where run_id = $1 order by attempt", run.id);
    expect(attempts).toMatchObject([
      { attempt: 1, outcome: "failed", failure_code: "rate_limited", reply_status: 429, retry_in_ms: "0", input_tokens: null },
      { attempt: 2, outcome: "succeeded", failure_code: null, reply_status: 200, retry_in_ms: null, input_tokens: "21" },
    ]);
    expect(attempts[0]?.["failure_detail"]).toContain("429");
    expect(await rows("select attempts from dag_step_runs where dag_run_id = $1", run.id)).toEqual([{ attempts: 2 }]);
    expect(await rows("select attempt from prompt_artifacts where dag_run_id = $1 order by 1", run.id)).toEqual([
      { attempt: 1 },
      { attempt: 2 },
    ]);
  });

  test("attempts: one whose call is under way is running, and one that was cancelled in its call has failed", async () => {
    const manifest = await putManifest(api, [{ step_key: "only", task_id: await putTask(api) }]);
    provider.script({ kind: "hang" });
    const before = provider.calls.length;
    const run = await startRun(api, manifest, 0);
    await provider.untilCalls(before + 1);
    const one = "select outcome, failure_code from inspect_attempts where run_id = $1";
    expect(await rows(one, run.id)).toEqual([{ outcome: "running", failure_code: null }]);
    await api.send("POST", `/api/runs/${run.id}/cancel`, { cancelled_by: "dora", reason: "wrong data, \u{1F600}" });
    expect(await rows(one, run.id)).toEqual([{ outcome: "failed", failure_code: "cancelled" }]);
    expect(await rows("select action, by_whom, reason from inspect_resumes where run_id = $1", run.id)).toEqual([
      { action: "cancelled", by_whom: "dora", reason: "wrong data, \u{1F600}" },
    ]);
  });

  test("failures: why, by which rule, and how many steps never ran", async () => {
    const task = await putTask(api, { policy: [{ name: "high", expr: "output.score > 90", message: "too low" }] });
    const manifest = await putManifest(api, [
      { step_key: "first", task_id: task },
      { step_key: "second", task_id: task, depends_on: ["first"] },
      { step_key: "third", task_id: task, depends_on: ["second"] },
    ]);
    const run = await startRun(api, manifest);
    const [failure] = await rows("select * from inspect_failures where run_id = $1", run.id);
    expect(failure).toMatchObject({
      step_key: "first",
      failure_code: "policy_violation",
      run_status: "error",
      steps_skipped: "2",
      attempts: 1,
    });
    expect(failure?.["execution_policy_report"]).toMatchObject({ verdict: "FAIL" });
    expect(JSON.stringify(failure?.["execution_policy_report"])).toContain('"reason":"too low"');
    expect(await rows("select error from dag_step_runs where dag_run_id = $1 and failure_code is not null", run.id)).toEqual([
      { error: `policy_violation: ${String(failure?.["failure_detail"])}` },
    ]);
  });
});

test("seals: how much of a run stands in the log, and which checkpoint covers it", async () => {
  const run = await startRun(api, await putPausingManifest(api));
  const one = "select entries, sealed, pending, checkpoint_size from inspect_seals where run_id = $1";
  await until("the run is sealed", 20_000, async () => (await rows(one, run.id))[0]?.["pending"] === 0);
  expect(await rows(one, run.id)).toEqual([{ entries: 4, sealed: 4, pending: 0, checkpoint_size: null }]);
  const [tree] = await rows("select max(size) as size from reckoning.log_tree");
  await rows("select reckoning.publish_checkpoint('example.org/log', $1, 'note')", tree?.["size"]);
  expect(await rows("select checkpoint_size, checkpoint_origin from inspect_seals where run_id = $1", run.id)).toEqual([
    { checkpoint_size: tree?.["size"], checkpoint_origin: "example.org/log" },
  ]);
});

describe("a reply that jsonb cannot hold makes no view fail", () => {
  const envelope = (content: string): string => `{"choices":[{"message":{"content":"x"}}],"extra":${content}}`;
  const unreadable: Readonly<Record<string, string | Buffer>> = {
    "a NUL": envelope('"a\\u0000b"'),
    "a lone surrogate": envelope('"\\ud800"'),
    "a number beyond a double": envelope("1e400"),
    "a number that jsonb would write out in full": envelope(`[${Array(1000).fill("1e100000").join(",")}]`),
    "a number too near to zero": envelope("1E-16000"),
    "a number that no numeric can hold": envelope("1e200000"),
    "depth 100,000": envelope(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    "bytes that are not UTF-8": Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    "a raw NUL byte": Buffer.from('{"a":"\u0000"}'),
    "no JSON": "<html>",
    nothing: "",
  };
  let manifest: string;

  beforeAll(async () => {
    manifest = await putManifest(api, [{ step_key: "only", task_id: await putTask(api) }]);
  });

  test.each(Object.entries(unreadable))("%s", async (_, body) => {
    provider.script({ kind: "raw", body });
    const run = await startRun(api, manifest);
    const [call] = await rows("select response_json, response_bytes from llm_call_artifacts where dag_run_id = $1", run.id);
    expect(call?.["response_json"]).toBeNull();
    expect(call?.["response_bytes"]).toEqual(Buffer.from(body));
    expect(await rows("select output_text, output_json from parsed_output_artifacts where dag_run_id = $1", run.id)).toEqual([
      { output_text: null, output_json: null },
    ]);
    for (const view of allViews) await rows(`select * from ${view}`);
  });

  test.each(Object.entries(hostileTexts))("a model's text with %s", async (_, text) => {
    provider.script({ kind: "ok", text });
    const run = await startRun(api, manifest);
    expect(run.status).toBe("error");
    for (const view of ["dag_step_runs", "prompt_artifacts", "llm_call_artifacts", "parsed_output_artifacts"])
      expect((await rows(`select * from ${view} where dag_run_id = $1`, run.id)).length).toBe(1);
  });

  test("numbers that only stand in strings hide nothing", async () => {
    const [row] = await rows(
      `select reckoning.json_of(convert_to($1, 'UTF8')) as strings, reckoning.json_of(convert_to($2, 'UTF8')) as largest, reckoning.json_of(convert_to($3, 'UTF8')) as escaped`,
      '{"a":"[1e400, 2E-999]","b":[1.5e308,-1e-308]}',
      "[1e308]",
      '{"quote\\" 1e400":1}',
    );
    expect(row).toEqual({ strings: { a: "[1e400, 2E-999]", b: [1.5e308, -1e-308] }, largest: [1e308], escaped: { 'quote" 1e400': 1 } });
  });
});

describe("the prompt of each protocol", () => {
  test.each(["anthropic", "stub"])("%s", async (name) => {
    const server = await startServer(database.url, {
      LLM_PROVIDER: name,
      ...(name === "stub" ? {} : { LLM_MODEL: "fake", LLM_BASE_URL: provider.baseUrl, LLM_API_KEY: "sk-canary-0123456789" }),
    });
    try {
      const other = apiOf(server.url);
      const run = await startRun(other, await putManifest(other, [{ step_key: "only", task_id: await putTask(other) }]));
      expect(run.status).toBe("success");
      const [prompt] = await rows("select rendered_prompt, request_bytes from prompt_artifacts where dag_run_id = $1", run.id);
      expect(prompt?.["rendered_prompt"]).toMatch(/^Say something about rain\.\n/);
      if (name === "anthropic") expect(prompt?.["rendered_prompt"]).toBe(provider.calls.at(-1)?.prompt);
      const [parsed] = await rows("select output_json from parsed_output_artifacts where dag_run_id = $1", run.id);
      const [step] = await other.steps(run.id);
      expect(parsed?.["output_json"]).toEqual(step?.canonical_output);
    } finally {
      await server.kill("SIGTERM");
    }
  });
});
