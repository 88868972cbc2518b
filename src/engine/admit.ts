import { assert } from "../domain/assert.ts";
import type { Failure } from "../domain/failure.ts";
import { isJsonObject } from "../domain/json.ts";
import type { ReadReply } from "../domain/model-call.ts";
import type { Admission, CanonicalOutput, PolicyReport, RuleVerdict } from "../domain/outcome.ts";
import { readOwnJson } from "../domain/read-json.ts";
import { evaluatePolicy } from "../policy/evaluate.ts";
import { inCanonicalOrder, makeCanonicalOutput } from "./canonical-output.ts";
import type { CompiledTask } from "./compiled-task.ts";
import { rationaleFault } from "./decision-rationale.ts";
import { parseOutput } from "./parse-output.ts";
import { upstreamValues } from "./render-prompt.ts";
import type { StepInput } from "./render-prompt.ts";

/** The gate: takes a reply apart, checks it against contract and policy, and only then makes canonical output of it. */
export function admit(compiled: CompiledTask, input: StepInput, read: ReadReply): Admission {
  const parsed = parseOutput(read.text);
  if (!parsed.ok) return { admitted: false, failure: parsed.error, rationale: null, report: null };
  const rationale = isJsonObject(parsed.value.rationale) ? parsed.value.rationale : null;
  const output = inCanonicalOrder(parsed.value.output);
  const report = evaluatePolicy(compiled, {
    rationaleFault: rationaleFault(parsed.value.rationale),
    output: output.value,
    context: {
      params: input.params.value,
      config: input.config.value,
      upstream: upstreamValues(input),
      usage: { input_tokens: read.usage.input_tokens, output_tokens: read.usage.output_tokens },
      model: read.model,
    },
  });
  if (report.verdict === "FAIL" || rationale === null) return { admitted: false, failure: failureOf(report), rationale, report };
  return { admitted: true, output: makeCanonicalOutput(output), rationale, report };
}

/** Takes up a canonical output that was admitted before. Asserts that the bytes are its RFC 8785 form. */
export function rebuildCanonicalOutput(bytes: Uint8Array): CanonicalOutput {
  const text = decoder.decode(bytes);
  const canonical = inCanonicalOrder(readOwnJson(text));
  assert(canonical.text === text, "a canonical output on record is in canonical form");
  return makeCanonicalOutput(canonical);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The first rule that failed decides the code: the form, then the contract, then the task's own rules. */
function failureOf(report: PolicyReport): Failure {
  const failed: readonly RuleVerdict[] = report.rules.filter(({ verdict }) => verdict === "FAIL");
  const [first] = failed;
  assert(first !== undefined, "a report that fails names a rule");
  const detail = `${first.rule}: ${first.reason ?? ""}`;
  switch (first.rule) {
    case "decision_rationale_valid":
    case "output_json_is_object":
    case "output_json_non_empty":
      return { code: "invalid_output", detail };
    case "output_matches_contract":
      return { code: "contract_violation", detail };
    default:
      return { code: "policy_violation", detail };
  }
}
