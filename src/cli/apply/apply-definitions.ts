import { canonicalJson } from "../../domain/canonical-json.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ManifestView, TaskView } from "../../domain/view.ts";
import type { Issue } from "../../domain/rejection.ts";
import { allOf } from "../all-pages.ts";
import { CliError } from "../cli-error.ts";
import type { Client } from "../client.ts";
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
  const target = await readTarget(client, definitions, dryRun);
  const taskIds = new Map<string, string | null>([...target.tasks].map(([name, task]) => [name, task.id]));
  for (const task of definitions.tasks) {
    const applied = await withLines(definitions, task, () => applyTask(target, task));
    taskIds.set(task.name, applied.id);
    yield applied;
  }
  for (const manifest of definitions.manifests) {
    const input = withTaskIds(definitions, manifest, taskIds);
    yield await withLines(definitions, manifest, () => applyManifest(target, { name: manifest.name, input }));
  }
}

/** Where definitions go, and what was there by name when it began. */
interface Target {
  readonly client: Client;
  readonly dryRun: boolean;
  readonly tasks: ReadonlyMap<string, TaskView>;
  readonly manifests: ReadonlyMap<string, ManifestView>;
}

async function readTarget(client: Client, definitions: Definitions, dryRun: boolean): Promise<Target> {
  const tasks = (await allOf(client, "/api/tasks")).map(readTask);
  const manifests = definitions.manifests.length === 0 ? [] : (await allOf(client, "/api/manifests")).map(readManifest);
  const byName = <T extends { readonly name: string }>(views: readonly T[]): ReadonlyMap<string, T> =>
    new Map(views.map((view) => [view.name, view]));
  return { client, dryRun, tasks: byName(tasks), manifests: byName(manifests) };
}

async function applyTask({ client, dryRun, tasks }: Target, { name, input }: Definition): Promise<Applied> {
  const there = tasks.get(name);
  if (there !== undefined && isSame(definitionOf(there), taskWithDefaults(input))) return appliedAs("task", "unchanged", there);
  if (dryRun) return planned("task", name, there);
  if (there === undefined) return appliedAs("task", "created", readTask(await client.post("/api/tasks", input)));
  return appliedAs("task", "updated", readTask(await client.put(`/api/tasks/${there.id}`, input)));
}

async function applyManifest({ client, dryRun, manifests }: Target, { name, input }: Omit<Definition, "place">): Promise<Applied> {
  const there = manifests.get(name);
  if (there !== undefined) {
    const current = definitionOf(there);
    // A file that says nothing of steps leaves them as they are, as the server's PUT does.
    if (isSame(current, manifestWithDefaults({ steps: current["steps"] ?? [], ...input })))
      return appliedAs("manifest", "unchanged", there);
  }
  if (dryRun) return planned("manifest", name, there);
  if (there === undefined) return appliedAs("manifest", "created", readManifest(await client.post("/api/manifests", input)));
  return appliedAs("manifest", "updated", readManifest(await client.put(`/api/manifests/${there.id}`, input)));
}

/** The manifest as the server takes it: `task: NAME` becomes `task_id`. A task that a dry run did not make has none yet. */
function withTaskIds(definitions: Definitions, { input, place }: Definition, taskIds: ReadonlyMap<string, string | null>): JsonObject {
  const { steps } = input;
  if (!Array.isArray(steps)) return input;
  const issues: Issue[] = [];
  const resolved = listOf(steps).map((step, index) => {
    if (!isJsonObject(step) || typeof step["task"] !== "string") return step;
    const { task: name, ...rest } = step;
    const id = taskIds.get(name);
    if (id === undefined)
      issues.push({
        pointer: definitions.locate([...place, "steps", index, "task"]),
        detail: `there is no task ${name}, neither in the file nor on the server`,
      });
    return { ...rest, task_id: id ?? null };
  });
  if (issues.length > 0)
    throw new CliError({ exit: "error", code: "task_not_found", message: "steps name tasks that do not exist", issues });
  return { ...input, steps: resolved };
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

function planned(kind: Applied["kind"], name: string, there: TaskView | ManifestView | undefined): Applied {
  return {
    kind,
    name,
    action: there === undefined ? "created" : "updated",
    id: there?.id ?? null,
    version: there === undefined ? 1 : there.version + 1,
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
