import { describe, expect, test } from "vitest";
import { canonicalBytes, canonicalJson } from "../domain/canonical-json.ts";
import type { Json } from "../domain/json.ts";
import { inCanonicalOrder, makeCanonicalOutput } from "./canonical-output.ts";
import { outcomeBytes, readOutcome } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";

const success: Outcome = {
  output: makeCanonicalOutput(inCanonicalOrder({ z: "é😀", a: [1, { c: 2, b: 1 }] })),
  rationale: { version: "1", summary: "x" },
  error: null,
  report: { v: "rm-policy-report/1", verdict: "PASS", rules: [{ rule: "decision_rationale_valid", verdict: "PASS", reason: null }] },
};
const failure: Outcome = { output: null, rationale: null, error: { code: "policy_violation", detail: 'a "quoted" detail' }, report: null };

describe("an outcome", () => {
  test.each([success, failure, { output: null, rationale: null, error: null, report: null }])(
    "is written in canonical form and read back the same",
    (outcome) => {
      const bytes = outcomeBytes(outcome);
      const value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
      expect(canonicalBytes(value)).toEqual(bytes);
      expect(Object.keys(value as object)).toEqual(["canonical_output", "decision_rationale", "error", "execution_policy_report"]);
      expect(readOutcome(bytes)).toEqual(outcome);
    },
  );

  test.each<[string, Json]>([
    ["of another form", []],
    [
      "with an unknown code",
      { canonical_output: null, decision_rationale: null, error: { code: "nope", detail: "" }, execution_policy_report: null },
    ],
    ["without a detail", { canonical_output: null, decision_rationale: null, error: { code: "network" }, execution_policy_report: null }],
    ["with a member too many", { canonical_output: null, decision_rationale: null, error: null, execution_policy_report: null, more: 1 }],
    ["with a member missing", { canonical_output: null, decision_rationale: null, error: null }],
    ["with a rationale that is no object", { canonical_output: null, decision_rationale: "x", error: null, execution_policy_report: null }],
    [
      "with a report of another version",
      { canonical_output: null, decision_rationale: null, error: null, execution_policy_report: { v: "2", verdict: "PASS", rules: [] } },
    ],
    [
      "with a verdict of its own",
      {
        canonical_output: null,
        decision_rationale: null,
        error: null,
        execution_policy_report: { v: "rm-policy-report/1", verdict: "MAYBE", rules: [] },
      },
    ],
    [
      "with a rule without a name",
      {
        canonical_output: null,
        decision_rationale: null,
        error: null,
        execution_policy_report: { v: "rm-policy-report/1", verdict: "PASS", rules: [{ verdict: "PASS" }] },
      },
    ],
  ])("%s is not read", (_, value) => {
    expect(() => readOutcome(canonicalBytes(value))).toThrow(/on record/);
  });

  test("in any other bytes than the canonical ones is not read", () => {
    const text = new TextDecoder().decode(outcomeBytes(success));
    expect(() => readOutcome(new TextEncoder().encode(` ${text}`))).toThrow(/canonical form/);
    expect(() => readOutcome(new TextEncoder().encode(text.replace('"c":2', '"c":2.0')))).toThrow(/canonical form/);
    expect(() => readOutcome(new Uint8Array([0xff]))).toThrow(/not valid/);
    expect(canonicalJson(success.output?.value ?? null)).toBe('{"a":[1,{"b":1,"c":2}],"z":"é😀"}');
  });
});
