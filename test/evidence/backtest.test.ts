import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { RecordsHandler } from "../../src/cli/handlers.ts";
import type { StoredRunRecord } from "../../src/verify/run-record.ts";
import { reckon } from "../cli/command-line.ts";
import type { Outcome } from "../cli/command-line.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { goldenRecords, origin } from "../support/sealed-bundles.ts";

// The golden runs as a database would hold them: their records came from the real server, with a policy that forbids a score of three.

let folder: string;
const atEnd = closeAfterAll();
const records: readonly StoredRunRecord[] = goldenRecords.map(({ record }) => ({ ...record, live: null }));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reckoning-backtest-"));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
});

function database(held: readonly StoredRunRecord[] = records): RecordsHandler {
  async function* read(): AsyncGenerator<{ readonly record: StoredRunRecord; readonly total: number }> {
    for (const record of held) yield { record, total: held.length };
  }
  async function* nothing(): AsyncGenerator<never> {}
  return () => ({ log: origin, records: read(), readLog: nothing, readDisorder: async () => [] });
}

function taskOf(kind: string): string {
  const plan = Buffer.from(goldenRecords.find((one) => one.kind === kind)?.record.planBytes ?? []).toString();
  return (
    /"task":\{[^}]*"name":"(task-[0-9-]+)"/.exec(plan.replace(/"extract_schema":\{.*?\},"model"/g, '"model"'))?.[1] ??
    /task-\d+-\d+/.exec(plan)?.[0] ??
    ""
  );
}

async function backtest(kind: string, files: { readonly policy?: unknown; readonly schema?: unknown }, held = records): Promise<Outcome> {
  const flags = Object.entries(files).flatMap(([name, content]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return [`--${name}`, file];
  });
  return reckon(["backtest", "--task", taskOf(kind), "--json", ...flags], { handlers: { readRecords: database(held) } });
}

function lines({ out }: Outcome): readonly Record<string, unknown>[] {
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a changed policy", () => {
  test("that forbids what passed is named reply by reply, with the rule that fails", async () => {
    const outcome = await backtest("success", {
      policy: [{ name: "high", expr: "output.score > 7", message: "more than seven is asked" }],
    });
    expect(outcome.code).toBe(1);
    const said = lines(outcome);
    expect(said.at(-1)).toMatchObject({ replies: 3, pass_to_fail: 3, fail_to_pass: 0, unjudged: 0 });
    expect(said[0]).toMatchObject({
      type: "changed",
      step: "s0",
      before: "PASS",
      after: "FAIL",
      because: "high: more than seven is asked",
    });
  });

  test("that allows what failed", async () => {
    const outcome = await backtest("policy_failure", { policy: [] });
    expect(outcome.code).toBe(0);
    expect(lines(outcome)).toMatchObject([
      { before: "FAIL", after: "PASS", step: "s1", because: expect.stringContaining("three is not allowed") as unknown },
      { replies: 2, pass_to_fail: 0, fail_to_pass: 1, still_pass: 1 },
    ]);
  });

  test("that is the one in force changes nothing", async () => {
    const policy = "- name: not_three\n  expr: output.score != 3\n  message: no\n";
    expect(lines(await backtest("policy_failure", { policy }))).toMatchObject([{ replies: 2, still_pass: 1, still_fail: 1 }]);
  });

  test("that would be refused for a task is refused here, with every fault and its place", async () => {
    const outcome = await backtest("success", {
      policy: [
        { name: "a", expr: "output.score >", message: "" },
        { name: "output_json_is_object", expr: "true", message: "" },
      ],
    });
    expect(outcome.code).toBe(2);
    const { error } = JSON.parse(outcome.err) as { error: { code: string; errors: { pointer: string }[] } };
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(["/policy/0/expr", "/policy/1/name"]);
  });
});

test("a changed contract, stricter and looser", async () => {
  const stricter = {
    type: "object",
    properties: { answer: { type: "string", maxLength: 4 }, score: { type: "integer" } },
    required: ["answer", "score"],
  };
  expect(lines(await backtest("success", { schema: stricter })).at(-1)).toMatchObject({ pass_to_fail: 3 });
  expect(lines(await backtest("contract_failure", { schema: { type: "object" }, policy: [] })).at(-1)).toMatchObject({ fail_to_pass: 1 });
});

test("each reply is judged with the parameters of its own run", async () => {
  const policy = [{ name: "about_rain", expr: 'params.topic == "rain"', message: "not about rain" }];
  expect(lines(await backtest("success", { policy })).at(-1)).toMatchObject({ still_pass: 3 });
});

test("what is gone or was altered is not judged, and said to be so", async () => {
  const [record] = records.filter(({ runId }) => runId === goldenRecords.find(({ kind }) => kind === "success")?.record.runId);
  if (record === undefined) throw new Error("there is a golden success");
  const erased = { ...record, artifacts: record.artifacts.filter(({ seq, role }) => !(seq === 2 && role === "reply")) };
  const outcome = await backtest("success", { policy: [] }, [erased]);
  expect(outcome.code).toBe(3);
  expect(lines(outcome).at(-1)).toMatchObject({ replies: 2, unjudged: 1 });
});

test("nothing to change, or a task that nothing on record is of, is a mistake of the caller's", async () => {
  expect(await reckon(["backtest", "--task", "x"], { handlers: { readRecords: database() } })).toMatchObject({ code: 2 });
  const file = join(folder, "empty.json");
  writeFileSync(file, "[]");
  expect(await reckon(["backtest", "--task", "x", "--policy", file], { handlers: { readRecords: database() } })).toMatchObject({ code: 2 });
});
