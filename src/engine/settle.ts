import type { RunEvent } from "../domain/event.ts";
import type { StepKey } from "../domain/ids.ts";
import { assert } from "../domain/assert.ts";
import type { Failure } from "../domain/failure.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run, RunningPhase } from "../domain/run.ts";
import { haltCause, runningSteps, startableStep, unstartedSteps } from "./run-steps.ts";

/** What follows from a run's state without any outside word: nothing, or events after which it must be asked again. */
export function settle(run: Run): readonly RunEvent[] {
  if (isTerminal(run.state)) return [];
  const cause = haltCause(run);
  if (cause !== null) return settleHalt(run, cause);
  if (run.state.status === "waiting") return [];
  if (runningSteps(run).length > 0) return [];
  const next = startableStep(run);
  if (next === null) return [{ kind: "run.succeeded" }];
  return next.step_type === "compute" ? [{ kind: "step.waiting", step: next.step_key }] : [];
}

/** After a failure nothing new starts: calls under way are waited for, further attempts are not made, the rest is skipped. */
function settleHalt(run: Run, cause: StepKey): readonly RunEvent[] {
  const running = runningSteps(run);
  const given = running.filter(([, step]) => step.phase.type !== "calling");
  if (given.length > 0) return given.map(([step, { phase }]) => ({ kind: "step.failed", step, failure: lastFailure(phase), by: null }));
  if (running.length > 0) return [];
  const skipped: RunEvent[] = unstartedSteps(run).map(({ step_key }) => ({
    kind: "step.skipped",
    step: step_key,
    because: { type: "step_failed", step: cause },
  }));
  const failed = run.steps.get(cause);
  assert(failed?.status === "FAIL", `step ${cause}, which halted the run, failed`);
  return [...skipped, { kind: "run.failed", step: cause, code: failed.failure.code }];
}

function lastFailure(phase: RunningPhase): Failure {
  if (phase.type === "retry_due") return phase.lastFailure;
  return { code: "interrupted", detail: "the call was interrupted and is not sent again, because another step failed" };
}
