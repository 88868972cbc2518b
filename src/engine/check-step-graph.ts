import type { StepKey, TaskId } from "../domain/ids.ts";
import type { Issue } from "../domain/rejection.ts";
import type { Task } from "../domain/task.ts";
import { findCycle } from "./find-cycle.ts";
import type { StepDraft } from "./read-steps.ts";

/** What is wrong with steps as a graph: keys, dependencies, their order, and the tasks they name. */
export function graphIssues(steps: readonly StepDraft[], tasks: ReadonlyMap<TaskId, Task>): readonly Issue[] {
  const byKey = new Map<StepKey, StepDraft>();
  const issues: Issue[] = [];
  for (const step of steps) {
    const first = byKey.get(step.key);
    if (first === undefined) byKey.set(step.key, step);
    else issues.push({ pointer: `/${step.index}/step_key`, detail: `repeats the key of step ${first.index}` });
    if (step.taskId !== null && !tasks.has(step.taskId))
      issues.push({ pointer: `/${step.index}/task_id`, detail: `there is no task ${step.taskId}` });
  }
  for (const step of steps) issues.push(...dependencyIssues(step, byKey), ...chainingIssues(step));
  return [...issues, ...cycleIssues(byKey)];
}

function dependencyIssues(step: StepDraft, byKey: ReadonlyMap<StepKey, StepDraft>): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [place, key] of step.dependsOn.entries()) {
    const pointer = `/${step.index}/depends_on/${place}`;
    const dependency = byKey.get(key);
    if (key === step.key) issues.push({ pointer, detail: "is the step itself" });
    else if (dependency === undefined) issues.push({ pointer, detail: `there is no step ${key}` });
    else if (step.dependsOn.indexOf(key) < place) issues.push({ pointer, detail: `names ${key} a second time` });
    else if (contradicts(step, dependency)) {
      const detail = `order_index ${step.orderIndex} would come before that of ${key} (${dependency.orderIndex}), on which the step depends`;
      issues.push({ pointer: `/${step.index}/order_index`, detail });
    }
  }
  return issues;
}

function contradicts(step: StepDraft, dependency: StepDraft): boolean {
  return step.orderIndex !== null && dependency.orderIndex !== null && step.orderIndex < dependency.orderIndex;
}

function chainingIssues(step: StepDraft): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [name, { step: source }] of step.chaining) {
    if (!step.dependsOn.includes(source))
      issues.push({ pointer: `/${step.index}/chaining/${name}/step`, detail: `${source} is not among the step's dependencies` });
  }
  return issues;
}

function cycleIssues(byKey: ReadonlyMap<StepKey, StepDraft>): readonly Issue[] {
  // A step that depends on itself is reported as that.
  const cycle = findCycle(new Map([...byKey].map(([key, { dependsOn }]) => [key, dependsOn.filter((need) => need !== key)])));
  const [first] = cycle ?? [];
  if (cycle === null || first === undefined) return [];
  return [{ pointer: `/${byKey.get(first)?.index ?? 0}/depends_on`, detail: `closes a cycle: ${cycle.join(" -> ")}` }];
}
