import { describe, expect, test } from "vitest";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { compileRule } from "./cel-rule.ts";
import type { CelRule } from "./cel-rule.ts";
import { compileContract } from "./contract.ts";
import { builtInRules, evaluatePolicy } from "./evaluate.ts";
import type { Policy, PolicySubject } from "./evaluate.ts";

function policy(schema: JsonObject, rules: { readonly [name: string]: string }): Policy {
  const contract = compileContract(schema);
  if (!contract.ok) throw new Error("the schema does not compile");
  return { contract: contract.value, rules: Object.entries(rules).map(([name, expr]) => rule(name, expr)) };
}

function rule(name: string, expr: string): CelRule {
  const compiled = compileRule({ name, expr, message: `${name} says no` });
  if (!compiled.ok) throw new Error("the rule does not compile");
  return compiled.value;
}

function subject(output: Json, rationaleFault: string | null = null): PolicySubject {
  return {
    rationaleFault,
    output,
    context: { params: {}, config: {}, upstream: {}, usage: { input_tokens: null, output_tokens: null }, model: null },
  };
}

const strict = policy(
  { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
  { small: "output.n < 10", positive: "output.n > 0" },
);

/** The report, one line a rule. */
function lines(output: Json, fault: string | null = null): readonly string[] {
  return evaluatePolicy(strict, subject(output, fault)).rules.map(
    ({ rule: name, verdict, reason }) => `${name} ${verdict}${reason === null ? "" : ` ${reason}`}`,
  );
}

describe("a policy report", () => {
  test("passes when every rule does, and names them all in order", () => {
    const report = evaluatePolicy(strict, subject({ n: 5 }));
    expect(report.verdict).toBe("PASS");
    expect(report.rules.map(({ rule: name }) => name)).toEqual([...builtInRules, "small", "positive"]);
    expect(report.rules.every(({ verdict, reason }) => verdict === "PASS" && reason === null)).toBe(true);
  });

  test("fails when one rule does, and goes on to the others", () => {
    expect(lines({ n: 50 })).toEqual([
      "decision_rationale_valid PASS",
      "output_json_is_object PASS",
      "output_json_non_empty PASS",
      "output_matches_contract PASS",
      "small FAIL small says no",
      "positive PASS",
    ]);
    expect(evaluatePolicy(strict, subject({ n: 50 })).verdict).toBe("FAIL");
  });

  test("says of own rules that they were not evaluated when the contract is broken", () => {
    expect(lines({ n: "x" })).toEqual([
      "decision_rationale_valid PASS",
      "output_json_is_object PASS",
      "output_json_non_empty PASS",
      "output_matches_contract FAIL /n must be integer",
      "small FAIL not evaluated: output_matches_contract failed",
      "positive FAIL not evaluated: output_matches_contract failed",
    ]);
  });

  test.each<Json>([null, 1, "x", [1], true])(
    "says of an output that is %j that it is no object, and of the rest that it was not evaluated",
    (output) => {
      expect(lines(output).slice(1)).toEqual([
        "output_json_is_object FAIL output_json is not an object",
        "output_json_non_empty FAIL not evaluated: output_json_is_object failed",
        "output_matches_contract FAIL not evaluated: output_json_is_object failed",
        "small FAIL not evaluated: output_json_is_object failed",
        "positive FAIL not evaluated: output_json_is_object failed",
      ]);
    },
  );

  test("fails an empty object, whatever the contract says", () => {
    const report = evaluatePolicy(policy({}, {}), subject({}));
    expect(report.verdict).toBe("FAIL");
    expect(report.rules[2]).toEqual({ rule: "output_json_non_empty", verdict: "FAIL", reason: "output_json has no member" });
  });

  test("fails a rationale that is out of form, and still judges the output", () => {
    expect(lines({ n: 5 }, "decision_rationale is not an object")).toEqual([
      "decision_rationale_valid FAIL decision_rationale is not an object",
      "output_json_is_object PASS",
      "output_json_non_empty PASS",
      "output_matches_contract PASS",
      "small PASS",
      "positive PASS",
    ]);
  });

  test("shows a bounded number of violations", () => {
    const many = policy({ additionalProperties: { type: "string" } }, {});
    const output = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`m${index}`, index]));
    expect(evaluatePolicy(many, subject(output)).rules[3]?.reason).toMatch(/^\/m0 must be string; .*; \/m4 must be string; and 4 more$/);
  });

  test("is byte-identical for identical inputs", () => {
    const again = policy(
      { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
      { small: "output.n < 10", positive: "output.n > 0" },
    );
    for (const output of [{ n: 5 }, { n: 50 }, { n: "x" }, [], { n: 1, x: { y: 1 } }]) {
      const first = evaluatePolicy(strict, subject(output)) as unknown as Json;
      expect(canonicalJson(evaluatePolicy(again, subject(structuredClone(output))) as unknown as Json)).toBe(canonicalJson(first));
    }
  });
});
