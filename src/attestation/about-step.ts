import { assert } from "../domain/assert.ts";
import { canonicalBytes } from "../domain/canonical-json.ts";
import type { RunId, StepKey } from "../domain/ids.ts";
import { jsonOf } from "../domain/json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Run } from "../domain/run.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { stepRunIdOf } from "../ledger/derived-id.ts";
import { sha256Of } from "../ledger/leaf.ts";
import { aboutStep } from "./challenge.ts";

/** What a signature on a waiting step is about, as the run stands: at the challenge, at the answer, and in every replay. */
export function aboutWaitingStep(runId: RunId, run: Run, step: PlannedComputeStep): JsonObject {
  const stepRun = run.steps.get(step.step_key);
  return aboutStep({
    run: runId,
    step: step.step_key,
    stepRun: stepRunIdOf(runId, step.step_key),
    contract: sha256Of(canonicalBytes(jsonOf(step.compute_contract))),
    upstream: new Map(step.depends_on.map((key) => [key, outputDigest(run, key)])),
    submission: stepRun?.status === "WAITING_FOR_ATTESTATION" ? (stepRun.submission?.seq ?? null) : null,
  });
}

function outputDigest(run: Run, step: StepKey): Sha256 {
  const stepRun = run.steps.get(step);
  assert(stepRun?.status === "SUCCESS", `step ${step}, on which a waiting step depends, succeeded`);
  return sha256Of(stepRun.output.bytes);
}
