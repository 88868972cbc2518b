import { describe, expect, test } from "vitest";
import type { StepRow } from "../../lib/step-rows.ts";
import { pairSteps } from "./pair-steps.ts";

/** A step with what the comparison looks at; the rest of it is none of its business. */
function row(
  step_key: string,
  change: { readonly output?: unknown; readonly status?: "SUCCESS" | "FAIL"; readonly at?: string } = {},
): StepRow {
  const { output = 1, status = "SUCCESS", at = "2026-11-24T10:15:30.123456Z" } = change;
  const attestation = { attested_by: "ada", attested_at: at, outcome: "SUCCESS", output };
  const run = { started_at: at, execution_policy_report: null, canonical_output: output, error: null, attestation };
  return { planned: { step_key, step_type: "compute", compute_contract: { executor: "e" } }, state: status, run } as unknown as StepRow;
}

describe("two runs, step by step", () => {
  test("are the same when only their times differ", () => {
    const later = row("a", { at: "2026-11-25T10:15:30.123456Z" });
    expect(pairSteps([row("a")], [later]).map(({ differences }) => differences)).toEqual([[]]);
  });

  test("differ in what came out and in what was attested", () => {
    expect(pairSteps([row("a")], [row("a", { output: 2, status: "FAIL" })])[0]?.differences).toEqual(["status", "output", "attestation"]);
  });

  test("pair by key, and show what only one of them has", () => {
    const pairs = pairSteps([row("a"), row("b")], [row("b"), row("c")]);
    expect(pairs.map(({ key, differences }) => [key, differences])).toEqual([
      ["a", ["is there"]],
      ["b", []],
      ["c", ["is there"]],
    ]);
  });
});
