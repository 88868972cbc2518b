// What flowed where (LEDGER 4, invariants 19 and 20), read from the artifacts alone: each request must show exactly the outputs
// of the steps it depends on, and every output must have passed its report.
import { isJsonObject } from "../../src/domain/json.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { StoredArtifact } from "../../src/domain/transition.ts";
import type { Entry } from "../../src/ledger/read-entry.ts";
import type { Violation } from "./history.ts";

const decoder = new TextDecoder();

export function judgeFlow(plan: Plan, entries: readonly Entry[], artifacts: readonly StoredArtifact[]): readonly Violation[] {
  const found: Violation[] = [];
  const outputs = new Map<string, string>();
  const contentOf = (seq: number, role: StoredArtifact["role"]): string =>
    decoder.decode(artifacts.find((artifact) => artifact.seq === seq && artifact.role === role)?.content);
  const objectOf = (text: string): JsonObject => {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : {};
  };
  for (const { seq, kind, step: key } of entries) {
    const step = plan.steps.find((planned) => planned.step_key === key);
    if (step === undefined) continue;
    if (kind === "step.succeeded") {
      const outcome = objectOf(contentOf(seq, "outcome"));
      outputs.set(step.step_key, JSON.stringify(outcome["canonical_output"]));
      if (step.step_type === "task" && !isPassed(outcome))
        found.push({ invariant: 20, what: `${step.step_key} has an output that did not pass` });
    }
    if (kind === "step.started") {
      const { prompt } = objectOf(contentOf(seq, "request"));
      const [input = ""] = (typeof prompt === "string" ? prompt : "").split("\n\n---");
      const upstream = JSON.stringify(objectOf(input)["upstream"]);
      const expected = step.depends_on
        .toSorted()
        .map((dependency) => `${JSON.stringify(dependency)}:${outputs.get(dependency) ?? "nothing"}`);
      if (upstream !== `{${expected.join(",")}}`) found.push({ invariant: 19, what: `${step.step_key} was shown ${upstream}` });
    }
  }
  return found;
}

function isPassed(outcome: JsonObject): boolean {
  const { canonical_output: output, execution_policy_report: report } = outcome;
  return isJsonObject(report) && report["verdict"] === "PASS" && isJsonObject(output) && Number.isInteger(output["n"]);
}
