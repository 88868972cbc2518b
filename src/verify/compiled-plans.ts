import type { PlannedTaskStep } from "../domain/plan.ts";
import { compileTask } from "../engine/compiled-task.ts";
import type { CompiledTask } from "../engine/compiled-task.ts";

const tasksMax = 1_000;

export type Compile = (step: PlannedTaskStep) => CompiledTask;

/**
 * Compiles each definition once. Kept by the definition's own text and never by the digest beside it, for whoever
 * wrote the record wrote that too.
 */
export function makeCompiler(): Compile {
  const compiled = new Map<string, CompiledTask>();
  const known = new WeakMap<PlannedTaskStep, CompiledTask>();
  return (step) => {
    const seen = known.get(step);
    if (seen !== undefined) return seen;
    const key = JSON.stringify(step.task.definition);
    const task = compiled.get(key) ?? compileTask(step.task.definition);
    if (compiled.size >= tasksMax) compiled.clear();
    compiled.set(key, task);
    known.set(step, task);
    return task;
  };
}
