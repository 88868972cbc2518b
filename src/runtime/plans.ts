import { canonicalBytes } from "../domain/canonical-json.ts";
import { jsonOf } from "../domain/json.ts";
import type { Plan, PlannedTaskStep } from "../domain/plan.ts";
import { readPlan } from "../domain/read-plan.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { compileTask } from "../engine/compiled-task.ts";
import type { CompiledTask } from "../engine/compiled-task.ts";
import { sha256Of } from "../ledger/leaf.ts";

export const cachedMax = 1_000;

/** Compiled definitions by digest. A digest names its bytes for ever, so an entry can be dropped but never be wrong. */
export interface Plans {
  readonly planOf: (bytes: Uint8Array) => Plan;
  readonly compile: (step: PlannedTaskStep) => CompiledTask;
}

export function makePlans(): Plans {
  const plans = makeCache<Plan>(cachedMax);
  const tasks = makeCache<CompiledTask>(cachedMax);
  return {
    planOf: (bytes) => made(plans, sha256Of(bytes), () => readPlan(bytes)),
    compile: (step) => made(tasks, step.task.digest, () => compileTask(step.task.definition)),
  };
}

function made<T>(cache: Cache<T>, key: string, make: () => T): T {
  const known = cache.find(key);
  if (known !== undefined) return known;
  const value = make();
  cache.keep(key, value);
  return value;
}

/** The plan a run of a manifest is bound to if it starts now, and its digest. */
export interface CurrentPlan {
  readonly plan: Plan;
  readonly digest: Sha256;
}

/** The canonical bytes of a plan and their digest: what is stored once, and what a run's first entry names. */
export function sealPlan(plan: Plan): { readonly bytes: Uint8Array; readonly digest: Sha256 } {
  const bytes = canonicalBytes(jsonOf(plan));
  return { bytes, digest: sha256Of(bytes) };
}

export interface Cache<T> {
  readonly find: (key: string) => T | undefined;
  readonly keep: (key: string, value: T) => void;
}

/** Keeps at most `max` values and drops the oldest first. */
export function makeCache<T>(max: number): Cache<T> {
  const values = new Map<string, T>();
  return {
    find: (key) => values.get(key),
    keep(key, value) {
      const oldest = values.size >= max ? values.keys().next() : null;
      if (oldest !== null && oldest.done !== true) values.delete(oldest.value);
      values.set(key, value);
    },
  };
}
