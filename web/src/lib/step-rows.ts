import type { Plan, StepRun } from "../api/generated.ts";
import type { StepState } from "../ui/looks.ts";

export type PlannedStep = Plan["steps"][number];

/** A step of the plan together with what came of it so far. */
export interface StepRow {
  readonly planned: PlannedStep;
  readonly state: StepState;
  /** Null while it has not begun. */
  readonly run: StepRun | null;
}

export function stepRowsOf(plan: Plan, stepRuns: readonly StepRun[]): readonly StepRow[] {
  const byKey = new Map(stepRuns.map((step) => [step.step_key, step]));
  return plan.steps.map((planned) => {
    const run = byKey.get(planned.step_key) ?? null;
    return { planned, run, state: run?.status ?? "PENDING" };
  });
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** All tokens that the calls of these steps reported. */
export function tokensOf(stepRuns: readonly StepRun[]): Tokens {
  const usages = stepRuns.flatMap((step) => step.attempts.map((attempt) => attempt.usage));
  return {
    input: usages.reduce((sum, usage) => sum + (usage?.input_tokens ?? 0), 0),
    output: usages.reduce((sum, usage) => sum + (usage?.output_tokens ?? 0), 0),
  };
}
