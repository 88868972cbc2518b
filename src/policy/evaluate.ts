import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { PolicyReport, RuleVerdict } from "../domain/outcome.ts";
import type { Issue } from "../domain/rejection.ts";
import type { CelRule, RuleContext } from "./cel-rule.ts";
import type { Contract } from "./contract.ts";

/** The rules every task has; its own CEL rules follow under their names, which may not be one of these. */
export const builtInRules = [
  "decision_rationale_valid",
  "output_json_is_object",
  "output_json_non_empty",
  "output_matches_contract",
] as const;

export interface Policy {
  readonly contract: Contract;
  readonly rules: readonly CelRule[];
}

export interface PolicySubject {
  /** What is wrong with the form of the decision rationale; null: nothing. Its content is not for rules to see. */
  readonly rationaleFault: string | null;
  readonly output: Json;
  readonly context: Omit<RuleContext, "output">;
}

const issuesShownMax = 5;

/**
 * The report of one output: every rule with its verdict, in order. The task's own rules run only on an output that
 * matches the contract, so that they can rely on its types; otherwise each is a FAIL that says so.
 */
export function evaluatePolicy(policy: Policy, subject: PolicySubject): PolicyReport {
  const { output, rationaleFault } = subject;
  const object = isJsonObject(output) ? output : null;
  const rules: RuleVerdict[] = [
    ruled("decision_rationale_valid", rationaleFault),
    ruled("output_json_is_object", object === null ? "output_json is not an object" : null),
  ];
  if (object === null) {
    rules.push(
      ruled("output_json_non_empty", notEvaluated("output_json_is_object")),
      ruled("output_matches_contract", notEvaluated("output_json_is_object")),
    );
  } else {
    rules.push(ruled("output_json_non_empty", Object.keys(object).length === 0 ? "output_json has no member" : null));
    rules.push(ruled("output_matches_contract", issuesReason(policy.contract.check(object))));
  }
  const blocking = rules.slice(1).find(({ verdict }) => verdict === "FAIL");
  for (const rule of policy.rules) rules.push(ruled(rule.name, ownRuleReason(rule, subject, object, blocking)));
  return { v: "rm-policy-report/1", verdict: rules.every(({ verdict }) => verdict === "PASS") ? "PASS" : "FAIL", rules };
}

function ownRuleReason(
  rule: CelRule,
  { context }: PolicySubject,
  output: JsonObject | null,
  blocking: RuleVerdict | undefined,
): string | null {
  if (blocking !== undefined || output === null) return notEvaluated(blocking?.rule ?? "output_json_is_object");
  return rule.evaluate({ ...context, output });
}

function ruled(rule: string, reason: string | null): RuleVerdict {
  return { rule, verdict: reason === null ? "PASS" : "FAIL", reason };
}

function notEvaluated(rule: string): string {
  return `not evaluated: ${rule} failed`;
}

function issuesReason(issues: readonly Issue[]): string | null {
  if (issues.length === 0) return null;
  const shown = issues.slice(0, issuesShownMax).map(({ pointer, detail }) => `${pointer === "" ? "the output" : pointer} ${detail}`);
  const more = issues.length - shown.length;
  return `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
