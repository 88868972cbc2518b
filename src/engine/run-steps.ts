// The engine room, part one: the pure, synchronous machine of a run (`decide`, `evolve`, `nextEffects`). It may import
// domain and policy and nothing else: no clock, no randomness, no ids, no I/O. Its invariant: the ledger's events are
// its only state, and one command's whole consequence is decided at once, so no reader ever sees half of it.
import type { StepKey } from "../domain/ids.ts";
import type { PlannedStep } from "../domain/plan.ts";
import type { Run, StepRun } from "../domain/run.ts";

/** The steps that run now: their attempt is under way, over and due again, or interrupted. */
export function runningSteps(run: Run): readonly (readonly [StepKey, Extract<StepRun, { status: "RUNNING" }>])[] {
  const running: (readonly [StepKey, Extract<StepRun, { status: "RUNNING" }>])[] = [];
  for (const [key, step] of run.steps) if (step.status === "RUNNING") running.push([key, step]);
  return running;
}

/** The first step in plan order that failed: the cause of the halt. It does not depend on which failure came first. */
export function haltCause(run: Run): StepKey | null {
  for (const step of run.plan.steps) if (run.steps.get(step.step_key)?.status === "FAIL") return step.step_key;
  return null;
}

/** The planned steps that have not begun, in plan order. */
export function unstartedSteps(run: Run): readonly PlannedStep[] {
  return run.plan.steps.filter((step) => !run.steps.has(step.step_key));
}

/**
 * The step that may start now, or null. Steps start strictly in plan order: a step whose dependencies are still under
 * way holds back all later ones, and a compute step waits until nothing runs and holds them back until it is attested.
 * So which step fails first *in order*, and with it the outcome of the run, cannot depend on timing.
 */
export function startableStep(run: Run): PlannedStep | null {
  if (run.state.status !== "running" || haltCause(run) !== null) return null;
  const next = unstartedSteps(run)[0];
  if (next === undefined || next.depends_on.some((key) => run.steps.get(key)?.status !== "SUCCESS")) return null;
  const inFlight = runningSteps(run).length;
  return inFlight < (next.step_type === "compute" ? 1 : run.plan.max_parallel) ? next : null;
}
