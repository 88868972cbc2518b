import { present } from "../domain/assert.ts";
import type { TaskId } from "../domain/ids.ts";
import type { ManifestVersion, Step } from "../domain/manifest.ts";
import type { EffectiveModel, Plan, PlannedStep } from "../domain/plan.ts";
import type { ModelSettings, TaskVersion } from "../domain/task.ts";
import { orderSteps } from "./order-steps.ts";

/** Version of the rules in `src/engine` and `src/policy` that a run follows; a replay refuses one it does not know. */
export const engineVersion = "1";

export interface PlanSource {
  readonly manifest: ManifestVersion;
  readonly tasks: ReadonlyMap<TaskId, TaskVersion>;
  /** What a task's settings come to here and now. */
  readonly models: (settings: ModelSettings) => EffectiveModel;
}

/** Binds a run: manifest version, task versions, model settings and order, all resolved. */
export function makePlan({ manifest, tasks, models }: PlanSource): Plan {
  const { name, params_schema, max_parallel, steps } = manifest.manifest;
  return {
    v: "rm-plan/1",
    engine: engineVersion,
    manifest: { id: manifest.id, version: manifest.version, digest: manifest.digest, name },
    params_schema,
    max_parallel,
    steps: orderSteps(steps).map((step) => plannedStep(step, tasks, models)),
  };
}

function plannedStep(step: Step, tasks: PlanSource["tasks"], models: PlanSource["models"]): PlannedStep {
  const { step_key, depends_on, config } = step;
  if (step.step_type === "compute") return { step_type: "compute", step_key, depends_on, config, compute_contract: step.compute_contract };
  const { id, version, digest, task } = present(tasks.get(step.task_id), `task ${step.task_id} of step ${step_key}`);
  return {
    step_type: "task",
    step_key,
    depends_on,
    config,
    chaining: step.chaining,
    task: { id, version, digest, definition: task },
    model: models(task.model),
  };
}
