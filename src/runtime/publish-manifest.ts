import { canonicalBytes } from "../domain/canonical-json.ts";
import { parseUuid } from "../domain/ids.ts";
import type { ManifestId, TaskId } from "../domain/ids.ts";
import { isJsonArray, isJsonObject, jsonOf } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { CheckedManifest, Manifest } from "../domain/manifest.ts";
import type { Issue, Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { Task } from "../domain/task.ts";
import type { ManifestView } from "../domain/view.ts";
import { checkManifest } from "../engine/check-manifest.ts";
import { manifestStepIdOf } from "../ledger/derived-id.ts";
import { sha256Of } from "../ledger/leaf.ts";
import type { Database } from "../storage/pool.ts";
import { readManifest } from "../storage/read/manifests.ts";
import { readCurrentTasks } from "../storage/read/tasks.ts";
import { insertManifest, insertManifestVersion } from "../storage/write/publish-manifest.ts";

/** Creates a manifest as its version 1. Its steps may be given now or by a PUT of their own. */
export async function publishManifest(db: Database, newId: () => ManifestId, input: Json): Promise<Result<ManifestView, Rejection>> {
  const checked = await check(db, input);
  if (!checked.ok) return checked;
  const inserted = await insertManifest(db, sealManifest(newId(), 1, checked.value));
  return inserted === "name_taken" ? err(nameTaken(checked.value.name)) : ok(inserted);
}

/** Every door check of a manifest against the current tasks, and nothing written: the digest that a version of it would have. */
export async function checkManifestInput(db: Database, input: Json): Promise<Result<{ readonly digest: Sha256 }, Rejection>> {
  const checked = await check(db, input);
  return checked.ok ? ok({ digest: sha256Of(canonicalBytes(jsonOf(checked.value))) }) : checked;
}

/** Makes a new version with a new head; steps that the input does not mention stay as they are, and are checked against it anew. */
export async function replaceManifest(db: Database, id: ManifestId, input: Json): Promise<Result<ManifestView, Rejection>> {
  return replaceVersion(db, id, (current) => (isJsonObject(input) && !("steps" in input) ? { ...input, steps: stepsOf(current) } : input));
}

/** Makes a new version with this set of steps; the head stays as it is. */
export async function replaceSteps(db: Database, id: ManifestId, input: Json): Promise<Result<ManifestView, Rejection>> {
  const replaced = await replaceVersion(db, id, (current) => ({ ...headOf(current), steps: input }));
  if (replaced.ok || replaced.error.code !== "invalid_input") return replaced;
  // The caller sent the list alone, so pointers are made to start at it.
  const errors: readonly Issue[] = replaced.error.errors.map(({ pointer, detail }) => ({
    pointer: pointer.replace(/^\/steps/, ""),
    detail,
  }));
  return err({ ...replaced.error, detail: "the steps do not pass their door checks", errors });
}

const triesMax = 10;

async function replaceVersion(
  db: Database,
  id: ManifestId,
  change: (current: ManifestView) => Json,
): Promise<Result<ManifestView, Rejection>> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const current = await readManifest(db, id);
    if (current === null) return err({ code: "manifest_not_found", detail: `there is no manifest ${id}` });
    const checked = await check(db, change(current));
    if (!checked.ok) return checked;
    const inserted = await insertManifestVersion(db, sealManifest(id, current.version + 1, checked.value));
    if (inserted === "name_taken") return err(nameTaken(checked.value.name));
    if (inserted !== "version_taken") return ok(inserted);
  }
  return err({ code: "run_moved", detail: `manifest ${id} is being edited by others: ask again` });
}

async function check(db: Database, input: Json): Promise<Result<CheckedManifest, Rejection>> {
  const tasks: ReadonlyMap<TaskId, Task> = await readCurrentTasks(db, taskIdsOf(input));
  const checked = checkManifest(input, tasks);
  return checked.ok ? checked : err({ code: "invalid_input", detail: "the manifest does not pass its door checks", errors: checked.error });
}

/** The task ids an unchecked body names; whatever is not one is left for the door check to report. */
function taskIdsOf(input: Json): readonly TaskId[] {
  const steps = isJsonObject(input) && isJsonArray(input["steps"]) ? input["steps"] : [];
  const named = steps.map((step) =>
    isJsonObject(step) && typeof step["task_id"] === "string" ? parseUuid<TaskId>(step["task_id"]) : null,
  );
  return [...new Set(named.filter((id) => id !== null))];
}

function sealManifest(id: ManifestId, version: number, manifest: CheckedManifest) {
  const bytes = canonicalBytes(jsonOf(manifest));
  const stepIds = new Map(manifest.steps.map((step) => [step.step_key, manifestStepIdOf(id, version, step.step_key)]));
  return { id, version, manifest, bytes, digest: sha256Of(bytes), stepIds };
}

function headOf(view: ManifestView): JsonObject {
  const { name, description, params_schema, max_parallel } = view satisfies Omit<Manifest, "steps">;
  return { name, description, params_schema, max_parallel };
}

function stepsOf(view: ManifestView): Json {
  return view.steps.map(({ id, ...step }) => jsonOf(step));
}

function nameTaken(name: string): Rejection {
  return { code: "name_taken", detail: `another manifest is named ${JSON.stringify(name)}` };
}
