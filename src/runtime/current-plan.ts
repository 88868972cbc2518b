import { canonicalJson } from "../domain/canonical-json.ts";
import type { ManifestId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Task } from "../domain/task.ts";
import { makePlan } from "../engine/make-plan.ts";
import { readPlanSource } from "../storage/read/manifests.ts";
import { putPlan } from "../storage/write/put-plan.ts";
import { sealPlan } from "./plans.ts";
import type { CurrentPlan } from "./plans.ts";
import type { Runtime } from "./runtime.ts";

/**
 * The plan a run of this manifest is bound to if it starts now. Which versions are current is asked of the database
 * each time; what those versions make is made once, because versions never change.
 */
export async function currentPlan(runtime: Runtime, manifestId: ManifestId): Promise<Result<CurrentPlan, Rejection>> {
  const { db, planCache } = runtime;
  const stamp = await runtime.currentVersions(manifestId);
  if (stamp === null) return err({ code: "manifest_not_found", detail: `there is no manifest ${manifestId}` });
  const known = planCache.find(stamp);
  if (known !== undefined) return ok(known);
  const source = await readPlanSource(db, manifestId);
  if (source === null) return err({ code: "manifest_not_found", detail: `there is no manifest ${manifestId}` });
  if (source.manifest.manifest.steps.length === 0) {
    return err({
      code: "manifest_has_no_steps",
      detail: `manifest ${source.manifest.manifest.name} has no steps yet: there is nothing to run`,
    });
  }
  const missing = missingProvider(
    runtime,
    [...source.tasks.values()].map((version) => version.task),
  );
  if (missing !== null) return err(missing);
  const plan = makePlan({ manifest: source.manifest, tasks: source.tasks, models: runtime.resolveModel });
  const sealed = sealPlan(plan);
  await putPlan(db, sealed);
  const current = { plan, digest: sealed.digest };
  // Between the two reads the versions may have moved on: only what both saw may be kept under the stamp.
  if (source.stamp === stamp) planCache.keep(stamp, current);
  return ok(current);
}

function missingProvider(runtime: Runtime, tasks: readonly Task[]): Rejection | null {
  for (const task of tasks) {
    const { provider } = runtime.resolveModel(task.model);
    if (runtime.hasProvider(provider)) continue;
    return {
      code: "provider_not_configured",
      detail: `task ${canonicalJson(task.name)} asks for provider ${provider}, for which this server has no key or address`,
    };
  }
  return null;
}
