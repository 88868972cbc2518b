import { canonicalJson } from "../../domain/canonical-json.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { ManifestView, TaskView } from "../../domain/view.ts";
import { CliError } from "../cli-error.ts";
import type { Client } from "../client.ts";
import { manifestNamed, taskNamed } from "../find-manifest.ts";
import { documentOf, listOf, readManifest, readTask } from "../wire.ts";
import { manifestWithDefaults, taskWithDefaults } from "./defaults.ts";
import { issuesInFile } from "./read-definitions.ts";
import type { Definition, Definitions } from "./read-definitions.ts";

/** What became of one definition. `id`, `version` and `digest` are null where a dry run cannot know them. */
export interface Applied {
  readonly kind: "task" | "manifest";
  readonly name: string;
  readonly action: "created" | "updated" | "unchanged";
  readonly id: string | null;
  readonly version: number | null;
  readonly digest: string | null;
}

/**
 * Makes the server hold what the file says, tasks first. What is there already makes no new version. Not one transaction:
 * a manifest that is refused leaves its tasks applied, and applying again goes on from there.
 */
export async function* applyDefinitions(client: Client, definitions: Definitions, dryRun: boolean): AsyncGenerator<Applied> {
  const taskIds = new Map<string, string | null>();
  for (const task of definitions.tasks) {
    const applied = await withLines(definitions, task, () => applyTask(client, task, dryRun));
    taskIds.set(task.name, applied.id);
    yield applied;
  }
  for (const manifest of definitions.manifests) {
    const input = { ...manifest.input, steps: await stepsWithIds(client, definitions, manifest, taskIds) };
    yield await withLines(definitions, manifest, () => applyManifest(client, { name: manifest.name, input }, dryRun));
  }
}

async function applyTask(client: Client, { name, input }: Definition, dryRun: boolean): Promise<Applied> {
  const there = await taskNamed(client, name);
  if (there !== null && isSame(definitionOf(there), taskWithDefaults(input))) return appliedAs("task", "unchanged", there);
  if (dryRun) return planned("task", name, there);
  if (there === null) return appliedAs("task", "created", readTask(await client.post("/api/tasks", input)));
  return appliedAs("task", "updated", readTask(await client.put(`/api/tasks/${there.id}`, input)));
}

async function applyManifest(
  client: Client,
  { name, input }: { readonly name: string; readonly input: JsonObject },
  dryRun: boolean,
): Promise<Applied> {
  const there = await manifestNamed(client, name);
  if (there !== null && isSame(definitionOf(there), manifestWithDefaults(input))) return appliedAs("manifest", "unchanged", there);
  if (dryRun) return planned("manifest", name, there);
  if (there === null) return appliedAs("manifest", "created", readManifest(await client.post("/api/manifests", input)));
  return appliedAs("manifest", "updated", readManifest(await client.put(`/api/manifests/${there.id}`, input)));
}

/** The steps as the server takes them: `task: NAME` becomes `task_id`. A task that a dry run did not make has none yet. */
async function stepsWithIds(
  client: Client,
  definitions: Definitions,
  { input, place }: Definition,
  known: Map<string, string | null>,
): Promise<Json> {
  const steps = input["steps"];
  if (!Array.isArray(steps)) return steps ?? [];
  const resolved: Json[] = [];
  for (const [index, step] of listOf(steps).entries()) {
    if (!isJsonObject(step) || typeof step["task"] !== "string") {
      resolved.push(step);
      continue;
    }
    const { task: name, ...rest } = step;
    if (!known.has(name)) known.set(name, await idOfTask(client, name, () => definitions.locate([...place, "steps", index, "task"])));
    resolved.push({ ...rest, task_id: known.get(name) ?? null });
  }
  return resolved;
}

async function idOfTask(client: Client, name: string, where: () => string): Promise<string> {
  const there = await taskNamed(client, name);
  if (there !== null) return there.id;
  throw new CliError({
    exit: "error",
    code: "task_not_found",
    message: `a step names the task ${name}, which is neither in the file nor on the server`,
    issues: [{ pointer: where(), detail: "no such task" }],
  });
}

/** What of a view is its definition: all but what the server adds. */
function definitionOf(view: TaskView | ManifestView): JsonObject {
  const { id: _id, version: _version, digest: _digest, created_at: _created, updated_at: _updated, ...rest } = documentOf(view);
  const steps = rest["steps"];
  if (!Array.isArray(steps)) return rest;
  return { ...rest, steps: listOf(steps).map((step) => (isJsonObject(step) ? withoutServersOwn(step) : step)) };
}

/** A step without its id and without the members that its type does not have, which an answer may carry as null. */
function withoutServersOwn(step: JsonObject): JsonObject {
  const foreign = step["step_type"] === "compute" ? ["id", "task_id", "chaining"] : ["id", "compute_contract"];
  return Object.fromEntries(Object.entries(step).filter(([name]) => !foreign.includes(name)));
}

function isSame(there: JsonObject, wanted: JsonObject): boolean {
  return canonicalJson(there) === canonicalJson(wanted);
}

function appliedAs(kind: Applied["kind"], action: Applied["action"], { name, id, version, digest }: TaskView | ManifestView): Applied {
  return { kind, name, action, id, version, digest };
}

function planned(kind: Applied["kind"], name: string, there: TaskView | ManifestView | null): Applied {
  return {
    kind,
    name,
    action: there === null ? "created" : "updated",
    id: there?.id ?? null,
    version: there === null ? 1 : there.version + 1,
    digest: null,
  };
}

async function withLines<T>(definitions: Definitions, definition: Definition, apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (error) {
    if (!(error instanceof CliError) || error.issues.length === 0) throw error;
    throw new CliError({
      exit: error.exit,
      code: error.code,
      message: `${definition.name}: ${error.message}`,
      issues: issuesInFile(definitions, definition, error.issues),
      remedy: error.remedy,
      cause: error,
    });
  }
}
