import { canonicalBytes } from "../domain/canonical-json.ts";
import type { TaskId } from "../domain/ids.ts";
import { jsonOf } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { CheckedTask } from "../domain/task.ts";
import type { TaskView } from "../domain/view.ts";
import { checkTask } from "../engine/check-task.ts";
import { sha256Of } from "../ledger/leaf.ts";
import type { Database } from "../storage/pool.ts";
import { insertTask, insertTaskVersion } from "../storage/write/publish-task.ts";

/** Creates a task as its version 1, if it passes every door check. */
export async function publishTask(db: Database, newId: () => TaskId, input: Json): Promise<Result<TaskView, Rejection>> {
  const sealed = sealTask(input);
  if (!sealed.ok) return sealed;
  const inserted = await insertTask(db, { id: newId(), ...sealed.value });
  return inserted === "name_taken" ? err(nameTaken(sealed.value.task.name)) : ok(inserted);
}

/** Every door check of a task, and nothing written: the digest that a version of it would have. */
export function checkTaskInput(input: Json): Result<{ readonly digest: Sha256 }, Rejection> {
  const sealed = sealTask(input);
  return sealed.ok ? ok({ digest: sealed.value.digest }) : sealed;
}

/** Makes a new version of a task; earlier versions stay readable, and runs under way keep the one they are bound to. */
export async function replaceTask(db: Database, id: TaskId, input: Json): Promise<Result<TaskView, Rejection>> {
  const sealed = sealTask(input);
  if (!sealed.ok) return sealed;
  const inserted = await insertTaskVersion(db, { id, ...sealed.value });
  if (inserted === "not_found") return err({ code: "task_not_found", detail: `there is no task ${id}` });
  return inserted === "name_taken" ? err(nameTaken(sealed.value.task.name)) : ok(inserted);
}

function sealTask(input: Json): Result<{ readonly task: CheckedTask; readonly bytes: Uint8Array; readonly digest: Sha256 }, Rejection> {
  const checked = checkTask(input);
  if (!checked.ok) return err({ code: "invalid_input", detail: "the task does not pass its door checks", errors: checked.error });
  const bytes = canonicalBytes(jsonOf(checked.value));
  return ok({ task: checked.value, bytes, digest: sha256Of(bytes) });
}

function nameTaken(name: string): Rejection {
  return { code: "name_taken", detail: `another task is named ${JSON.stringify(name)}` };
}
