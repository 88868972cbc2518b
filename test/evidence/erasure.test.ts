import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../../src/domain/view.ts";
import { reckon } from "../cli/command-line.ts";
import type { Outcome } from "../cli/command-line.ts";
import { apiOf, putPausingManifest, startRun } from "../support/api.ts";
import type { Answer, Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { runKinds } from "../support/run-kinds.ts";
import type { Stage } from "../support/run-kinds.ts";
import { startReckon } from "../support/server.ts";
import { setStage } from "../support/stage.ts";

let database: TestDatabase;
let stage: Stage;
let api: Api;
let folder: string;
const atEnd = closeAfterAll();
const basis = "GDPR Art. 17(1)(a)";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reckoning-erasure-"));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const set = await setStage(database.url);
  atEnd(set.close);
  stage = set;
  api = apiOf(stage.server().url);
});

async function runOf(kind: string): Promise<string> {
  return (await runKinds[kind]?.(stage)) ?? "";
}

type Problem = { readonly code: string };

function ask(run: string, artifact: string, by = "ada"): Promise<Answer<RunView & Problem>> {
  return api.send("POST", `/api/runs/${run}/erasures`, {
    artifact,
    legal_basis: basis,
    reason: "asked for by Grace Hopper",
    requested_by: by,
  });
}

function approve(run: string, artifact: string, by = "bob"): Promise<Answer<RunView & Problem>> {
  return api.send("POST", `/api/runs/${run}/erasures/${artifact}/approve`, { approved_by: by });
}

async function erase(run: string, artifact: string): Promise<void> {
  expect(await ask(run, artifact)).toMatchObject({ status: 200 });
  expect(await approve(run, artifact)).toMatchObject({ status: 200 });
}

async function onDatabase(...argv: readonly string[]): Promise<{ readonly code: number | string; readonly out: string }> {
  const started = startReckon(argv, { DATABASE_URL: database.url });
  return { code: await started.ended, out: started.output() };
}

async function onBundle(run: string, command: "verify" | "replay"): Promise<Outcome> {
  const answer = await fetch(`${stage.server().url}/api/runs/${run}/export`);
  const file = join(folder, `${run}-${Math.random()}.tar`);
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
  return reckon([command, file]);
}

async function artifactsOf(run: string): Promise<readonly string[]> {
  const rows = await database.rows<{ place: string }>(
    "select seq || '.' || n as place from reckoning.artifact where run_id = $1 order by seq, n",
    [run],
  );
  return rows.map(({ place }) => place);
}

describe("an erasure", () => {
  test("takes content and salt away in the commit that says who asked, who approved and on what ground", async () => {
    const run = await runOf("success");
    const before = await artifactsOf(run);
    await erase(run, "2.0");
    const entries = (await api.entries(run)).slice(-2);
    expect(entries.map(({ body }) => [body["kind"], body["data"]])).toEqual([
      ["erasure.requested", { artifact: "2.0", legal_basis: basis, requested_by: "ada" }],
      ["artifact.erased", { approved_by: "bob", artifact: "2.0", legal_basis: basis, request: 8, requested_by: "ada" }],
    ]);
    expect(await artifactsOf(run)).toEqual([...before, "8.0"].filter((place) => place !== "2.0"));
    expect(await api.send("GET", `/api/runs/${run}/artifacts/2.0`)).toMatchObject({ status: 404 });
    expect(await api.run(run)).toMatchObject({ status: "success" });
    expect((await api.steps(run)).map(({ status }) => status)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
  });

  test("leaves verification green, which says so and ends with 3; the replay of that step is impossible by design", async () => {
    const run = await runOf("success");
    await erase(run, "2.0");
    expect(await onDatabase("verify", run)).toMatchObject({
      code: 3,
      out: expect.stringContaining("reply 2.0: erased, authorised by entry 9") as unknown,
    });
    expect(await onBundle(run, "verify")).toMatchObject({
      code: 3,
      out: expect.stringContaining("reply 2.0: erased, authorised by entry 9") as unknown,
    });
    const replayed = await onBundle(run, "replay");
    expect(replayed).toMatchObject({ code: 3, out: expect.stringMatching(/^IMPOSSIBLE .*by design/) as unknown });
    expect(replayed.out).toContain("entry 2, step s0: its reply is gone");
    const report = await (await fetch(`${stage.server().url}/api/runs/${run}/report`)).text();
    expect(report).toContain("reply 2.0 (erased, authorised by entry 9)");
    expect(report).toContain("erased artifact 2.0, as ada had asked");
  });

  test("of everything a run holds leaves its whole history, and nothing of what it was about", async () => {
    const run = await runOf("attested");
    for (const place of await artifactsOf(run)) await erase(run, place);
    const reasons = (await artifactsOf(run)).length;
    for (const place of await artifactsOf(run)) await erase(run, place);
    const left = await database.rows<{ text: string }>(
      "select convert_from(content, 'UTF8') as text from reckoning.artifact where run_id = $1",
      [run],
    );
    expect(left).toHaveLength(reasons);
    expect(left.every(({ text }) => text === "asked for by Grace Hopper")).toBe(true);
    expect(await onDatabase("verify", run)).toMatchObject({ code: 3 });
    expect(await onBundle(run, "verify")).toMatchObject({ code: 3, out: expect.stringContaining(" 0 findings") as unknown });
    expect(await api.run(run)).toMatchObject({ status: "success", run_params: null });
    expect((await api.steps(run)).map(({ status }) => status)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
  });

  test("is found out where the entry says so and the content is still there, and where it is gone and no entry says so", async () => {
    const run = await runOf("success");
    const kept = await database.rows<{ salt: Buffer; content: Buffer }>(
      "select salt, content from reckoning.artifact where run_id = $1 and seq = 2 and n = 0",
      [run],
    );
    await erase(run, "2.0");
    await database.rows(
      "insert into reckoning.artifact (run_id, seq, n, role, media_type, salt, content) values ($1, 2, 0, 'reply', 'application/octet-stream', $2, $3)",
      [run, kept[0]?.salt, kept[0]?.content],
    );
    expect(await onDatabase("verify", run)).toMatchObject({
      code: 1,
      out: expect.stringContaining("nothing, for entry 9 erased it") as unknown,
    });
  });
});

describe("is refused and changes nothing", () => {
  test.each([
    [
      "by the one person who asked for it",
      async (run: string) => (await ask(run, "2.0"), approve(run, "2.0", "ada")),
      403,
      "duties_not_separate",
    ],
    ["when nobody asked for it", (run: string) => approve(run, "2.0"), 409, "erasure_not_requested"],
    ["when it was asked for already", async (run: string) => (await ask(run, "2.0"), ask(run, "2.0", "carol")), 409, "erasure_requested"],
    ["a second time", async (run: string) => (await erase(run, "2.0"), ask(run, "2.0")), 409, "artifact_erased"],
    ["of what no entry refers to", (run: string) => ask(run, "2.7"), 404, "artifact_not_found"],
    ["of a place that is none", (run: string) => ask(run, "two"), 422, "invalid_input"],
  ])("an erasure %s", async (_, attempt, status, code) => {
    const run = await runOf("success");
    const answer = await attempt(run);
    expect(answer).toMatchObject({ status, body: { code } });
    if (code !== "artifact_erased") expect(await artifactsOf(run)).toContain("2.0");
  });

  test("an erasure of a run that has not ended", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    expect(await ask(run.id, "0.0")).toMatchObject({ status: 409, body: { code: "run_not_ended" } });
  });

  test("an erasure while the run is on hold, until the hold is lifted", async () => {
    const run = await runOf("success");
    await ask(run, "2.0");
    const hold = (path: string, body: Record<string, string>) => api.send<Problem>("POST", `/api/runs/${run}/${path}`, body);
    expect(await hold("hold", { held_by: "eve", reason: "case 17" })).toMatchObject({ status: 200 });
    expect(await approve(run, "2.0")).toMatchObject({ status: 409, body: { code: "run_on_hold" } });
    expect(await ask(run, "2.1")).toMatchObject({ status: 409, body: { code: "run_on_hold" } });
    expect(await hold("hold", { held_by: "eve", reason: "again" })).toMatchObject({ status: 409, body: { code: "run_on_hold" } });
    expect(await hold("hold/release", { released_by: "eve", reason: "closed" })).toMatchObject({ status: 200 });
    expect(await hold("hold/release", { released_by: "eve", reason: "closed" })).toMatchObject({
      status: 409,
      body: { code: "run_not_on_hold" },
    });
    expect(await approve(run, "2.0")).toMatchObject({ status: 200 });
    expect(await onDatabase("verify", run)).toMatchObject({ code: 3 });
  });

  test("a deletion by any other way, also through the function, where no entry authorises it", async () => {
    const run = await runOf("success");
    await expect(database.rows("select reckoning.erase_artifact($1, 2, 0::smallint, 2)", [run])).rejects.toThrow("no entry 2");
    await expect(database.rows("delete from reckoning.artifact where run_id = $1", [run])).rejects.toThrow("append-only");
  });
});

test("of many approvals at once one is carried out, and a repeated one under the same key has no second effect", async () => {
  const run = await runOf("success");
  await ask(run, "2.0");
  const body = { approved_by: "bob" };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => api.send("POST", `/api/runs/${run}/erasures/2.0/approve`, body, { "idempotency-key": `once-${run}` })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
  const kinds = (await api.entries(run)).map(({ body: entry }) => entry["kind"]);
  expect(kinds.filter((kind) => kind === "artifact.erased")).toHaveLength(1);
});

test("the commands ask, approve, hold and lift", async () => {
  const run = await runOf("success");
  const env = { RECKONING_URL: stage.server().url };
  expect(await reckon(["erase", run, "2.0", "--by", "ada", "--basis", basis, "--reason", "x"], { env })).toMatchObject({ code: 0 });
  expect(await reckon(["hold", run, "--by", "eve", "--reason", "case"], { env })).toMatchObject({ code: 0 });
  expect(await reckon(["erase", run, "2.0", "--approve", "--by", "bob"], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining("run_on_hold") as unknown,
  });
  expect(await reckon(["hold", run, "--release", "--by", "eve", "--reason", "over"], { env })).toMatchObject({ code: 0 });
  expect(await reckon(["erase", run, "2.0", "--approve", "--by", "bob"], { env })).toMatchObject({ code: 0 });
  expect(await reckon(["erase", run, "2.0"], { env })).toMatchObject({ code: 2 });
  expect(await reckon(["erase", run, "two", "--approve"], { env })).toMatchObject({ code: 2 });
});
