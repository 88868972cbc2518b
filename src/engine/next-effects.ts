import type { Effect } from "../domain/effect.ts";
import { unreachable } from "../domain/assert.ts";
import type { StepKey } from "../domain/ids.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run, StepRun } from "../domain/run.ts";
import { runningSteps, startableStep } from "./run-steps.ts";

/**
 * What the world must do next; never empty. At most one step is named for its first attempt: once that attempt is
 * decided, ask again, for `max_parallel` may allow the next one too.
 */
export function nextEffects(run: Run): readonly Effect[] {
  if (isTerminal(run.state)) return [{ type: "rest" }];
  if (run.state.status === "waiting") {
    return [run.state.attested ? { type: "await_resume" } : { type: "await_attestation", step: run.state.step }];
  }
  const effects: Effect[] = runningSteps(run).map(([key, step]) => effectOfRunning(key, step));
  const next = startableStep(run);
  if (next !== null) effects.push({ type: "prepare_attempt", step: next.step_key, attempt: 1, delayMs: 0 });
  return effects;
}

function effectOfRunning(step: StepKey, running: Extract<StepRun, { status: "RUNNING" }>): Effect {
  switch (running.phase.type) {
    case "calling":
      return { type: "call_model", step, attempt: running.attempt };
    case "retry_due":
      return { type: "prepare_attempt", step, attempt: running.attempt + 1, delayMs: running.phase.retryInMs };
    case "interrupted":
      return { type: "prepare_attempt", step, attempt: running.attempt + 1, delayMs: 0 };
    default:
      return unreachable(running.phase);
  }
}
