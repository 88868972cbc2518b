import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../../src/domain/view.ts";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

const folder = fileURLToPath(new URL("../../docs/queries/", import.meta.url));
const atEnd = closeAfterAll();
let database: TestDatabase;
let waiting: RunView;
let done: RunView;
let rehearsed: RunView;

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "rain falls", score: 7 } } });
  atEnd(() => provider.close());
  const env = { LLM_PROVIDER: "openai", LLM_MODEL: "fake", LLM_BASE_URL: provider.baseUrl, LLM_API_KEY: "k", RECKONING_LEASE_SECONDS: "3" };
  const first = await startServer(database.url, env);
  const api = apiOf(first.url);
  const pausing = await putPausingManifest(api);
  waiting = await startRun(api, pausing);
  done = await startRun(api, pausing);
  const path = `/api/runs/${done.id}/steps/${done.waiting_for?.step_run_id}/attest`;
  await api.send("POST", path, { ...attestation, notes: "checked twice", resume: true });
  await until("the run ends", 20_000, async () => (await api.run(done.id)).status === "success");
  const policy = [{ name: "modest", expr: "output.score < 5", message: "too proud" }];
  await startRun(api, await putChain(api, 2, { policy }));
  rehearsed = await startRun(api, await putChain(api, 1, { model: { provider: "stub", model: "stub-1" } }));
  const calls = provider.calls.length;
  provider.script({ kind: "hang" });
  const cut = await startRun(api, await putChain(api, 1), 0);
  await until("the call is under way", 10_000, () => provider.calls.length === calls + 1);
  await first.kill("SIGKILL");
  const second = await startServer(database.url, env);
  atEnd(() => second.kill("SIGTERM"));
  await until("the interrupted run ends", 20_000, async () => (await apiOf(second.url).run(cut.id)).status === "success");
});

async function ask(file: string): Promise<readonly Record<string, unknown>[]> {
  const text = readFileSync(`${folder}${file}`, "utf8").replaceAll(":'run_id'", `'${done.id}'`);
  return database.rows<Record<string, unknown>>(text);
}

/** A row of each answer, as far as it is the same in every run of this test. */
const answers: readonly (readonly [file: string, expected: () => Record<string, unknown>])[] = [
  ["waiting.sql", () => ({ run_id: waiting.id, step_key: "sheet", executor: "spreadsheet", attested: false, overdue: false })],
  ["failures.sql", () => ({ step_key: "s0", failure_code: "policy_violation", failures: "1" })],
  ["interrupted-calls.sql", () => ({ step_key: "s0", attempt: 1, provider: "openai", sent_again: true })],
  ["who-did-what.sql", () => ({ who: "alice", did: "started", run_id: waiting.id })],
  ["one-run.sql", () => ({ seq: 0, kind: "run.created" })],
  [
    "one-run-steps.sql",
    () => ({
      step_key: "first",
      status: "SUCCESS",
      attempt: 1,
      canonical_output: { answer: "rain falls", score: 7 },
      verdict: "PASS",
      attested_by: null,
    }),
  ],
  [
    "attestations.sql",
    () => ({
      attested_by: "bob",
      outcome: "SUCCESS",
      run_id: done.id,
      step_key: "sheet",
      name: "model",
      sha256: "a".repeat(64),
      notes: "checked twice",
      credential: null,
    }),
  ],
  ["durations.sql", () => ({ step_key: expect.any(String) as string, ended: expect.stringMatching(/^[1-9]/) as string })],
  ["other-models.sql", () => ({ model: "fake", model_replied: "fake-model" })],
  ["rehearsals.sql", () => ({ run_id: rehearsed.id, stub_answers: "1" })],
  ["unsealed.sql", () => ({ run_id: waiting.id, status: "waiting", checkpoint_size: null })],
  ["tokens.sql", () => ({ provider: "openai", model: "fake", without_success: "1" })],
  ["verdicts.sql", () => ({ step_key: "s0", rule: "modest", refusals: "1", latest_reason: "too proud" })],
];

describe("the queries an operator is given", () => {
  test.each(answers)("%s answers its question", async (file, expected) => {
    const rows = await ask(file);
    expect(rows).toContainEqual(expect.objectContaining(expected()));
  });

  test("who-did-what.sql names the attestor and who resumed", async () => {
    const deeds = (await ask("who-did-what.sql")).filter((row) => row["run_id"] === done.id);
    expect(deeds.map((row) => [row["who"], row["did"], row["step_key"], row["remark"]])).toEqual([
      ["alice", "started", null, null],
      ["bob", "attested SUCCESS", "sheet", "checked twice"],
      ["bob", "resumed", null, null],
    ]);
  });

  test("there is none that is not tried here, and none that the index leaves out", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
    expect(answers.map(([file]) => file).toSorted()).toEqual(files.toSorted());
    const index = readFileSync(`${folder}README.md`, "utf8");
    expect(files.filter((file) => !index.includes(`](${file})`))).toEqual([]);
  });

  test.each(
    [...readFileSync(new URL("../../RUNBOOK.md", import.meta.url), "utf8").matchAll(/```sql\n(select [^`]+)```/g)].map(
      ([, text = ""]) => text,
    ),
  )("the runbook's %s", async (text) => {
    expect(await database.rows(text)).not.toEqual([]);
  });
});
