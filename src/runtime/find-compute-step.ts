import type { RunId, StepRunId } from "../domain/ids.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { stepRunIdOf } from "../ledger/derived-id.ts";

/** The compute step that a person means; task steps take nobody's word. */
export function findComputeStep(run: Run, runId: RunId, stepRunId: StepRunId): Result<PlannedComputeStep, Rejection> {
  const step = run.plan.steps.find((planned) => stepRunIdOf(runId, planned.step_key) === stepRunId);
  if (step === undefined) return err({ code: "step_run_not_found", detail: `run ${runId} has no step ${stepRunId}` });
  if (step.step_type === "compute") return ok(step);
  return err({ code: "step_not_waiting", detail: `step ${step.step_key} is a task step: only compute steps are attested` });
}
