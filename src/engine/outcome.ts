import { assert, present } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import { failureCodes } from "../domain/failure.ts";
import type { Failure } from "../domain/failure.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { CanonicalOutput, PolicyReport, RuleVerdict, Verdict } from "../domain/outcome.ts";
import { readOwnJson } from "../domain/read-json.ts";
import { inCanonicalOrder, makeCanonicalOutput } from "./canonical-output.ts";

/** What came of one attempt, as it is kept in its one `outcome` artifact. */
export interface Outcome {
  readonly output: CanonicalOutput | null;
  readonly rationale: JsonObject | null;
  readonly error: Failure | null;
  readonly report: PolicyReport | null;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The RFC 8785 bytes of an outcome. The output is canonical already, so its bytes are put in as they are. */
export function outcomeBytes({ output, rationale, error, report }: Outcome): Uint8Array {
  const errorJson = error === null ? null : { code: error.code, detail: error.detail };
  const rest = `,"decision_rationale":${canonicalJson(rationale)},"error":${canonicalJson(errorJson)},"execution_policy_report":${reportJson(report)}}`;
  const head = encoder.encode('{"canonical_output":');
  const body = output?.bytes ?? encoder.encode("null");
  const tail = encoder.encode(rest);
  const bytes = new Uint8Array(head.length + body.length + tail.length);
  bytes.set(head);
  bytes.set(body, head.length);
  bytes.set(tail, head.length + body.length);
  return bytes;
}

function reportJson(report: PolicyReport | null): string {
  if (report === null) return "null";
  const { v, verdict, rules } = report;
  return canonicalJson({ v, verdict, rules: rules.map(({ rule, verdict: ruled, reason }) => ({ rule, verdict: ruled, reason })) });
}

/** Reads an outcome back from the store. Asserts that the bytes are ones `outcomeBytes` wrote. */
export function readOutcome(bytes: Uint8Array): Outcome {
  const parts = objectOf(readOwnJson(decoder.decode(bytes)), "an outcome");
  const {
    canonical_output: output = null,
    decision_rationale: rationale = null,
    error = null,
    execution_policy_report: report = null,
  } = parts;
  const outcome: Outcome = {
    output: output === null ? null : makeCanonicalOutput(inCanonicalOrder(output)),
    rationale: rationale === null ? null : objectOf(rationale, "a rationale"),
    error: error === null ? null : failureOf(objectOf(error, "an error")),
    report: report === null ? null : reportOf(objectOf(report, "a policy report")),
  };
  const again = outcomeBytes(outcome);
  assert(again.length === bytes.length && again.every((byte, index) => byte === bytes[index]), "an outcome on record is in canonical form");
  return outcome;
}

function objectOf(value: Json, what: string): JsonObject {
  assert(isJsonObject(value), `${what} on record is an object`);
  return value;
}

function failureOf({ code, detail }: JsonObject): Failure {
  const known = present(
    failureCodes.find((failure) => failure === code),
    "the failure code of an outcome on record",
  );
  assert(typeof detail === "string", "the detail of an error on record is a text");
  return { code: known, detail };
}

function reportOf({ v, verdict, rules }: JsonObject): PolicyReport {
  assert(v === "rm-policy-report/1", "the version of a policy report on record is known");
  assert(Array.isArray(rules), "a policy report on record lists its rules");
  return { v, verdict: verdictOf(verdict), rules: rules.map((rule: Json) => ruleOf(objectOf(rule, "a rule"))) };
}

function ruleOf({ rule, verdict, reason = null }: JsonObject): RuleVerdict {
  assert(typeof rule === "string" && (reason === null || typeof reason === "string"), "a rule on record has a name and a reason");
  return { rule, verdict: verdictOf(verdict), reason };
}

function verdictOf(verdict: Json | undefined): Verdict {
  assert(verdict === "PASS" || verdict === "FAIL", "a verdict on record is PASS or FAIL");
  return verdict;
}
