import { assert } from "../domain/assert.ts";
import { manifestInputSchema, stepCountMax, stepsInputSchema } from "../domain/definition-schema.ts";
import type { TaskId } from "../domain/ids.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { CheckedManifest, Manifest, Step } from "../domain/manifest.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Task } from "../domain/task.ts";
import { compileContract } from "../policy/contract.ts";
import { checkShape, isUnsafe } from "./check-shape.ts";
import { graphIssues } from "./check-step-graph.ts";
import { templateIssues } from "./check-step-templates.ts";
import { numberOr, prefixed, textOr } from "./input-fields.ts";
import { readSteps } from "./read-steps.ts";

export type ManifestHeader = Omit<Manifest, "steps">;

/** What the steps of a manifest are checked against. */
export interface StepsContext {
  readonly paramsSchema: JsonObject | null;
  /** The tasks that the steps name, as far as they exist. */
  readonly tasks: ReadonlyMap<TaskId, Task>;
}

/** The door of manifests: head and steps together, every fault with its pointer into the body. No steps are no fault yet. */
export function checkManifest(input: Json, tasks: ReadonlyMap<TaskId, Task>): Result<CheckedManifest, readonly Issue[]> {
  const header = checkManifestHeader(input);
  const paramsSchema = isJsonObject(input) && isJsonObject(input["params_schema"]) ? input["params_schema"] : null;
  // With a params_schema that does not compile, paths into it would be reported a second time.
  const usable = paramsSchema !== null && compileContract(paramsSchema).ok ? paramsSchema : null;
  const given = isJsonObject(input) ? (input["steps"] ?? []) : [];
  const steps = checkSteps(given, { paramsSchema: usable, tasks });
  const issues = [...(header.ok ? [] : header.error), ...(steps.ok ? [] : prefixed("/steps", steps.error))];
  if (!header.ok || !steps.ok) return err(issues);
  const manifest: Manifest = { ...header.value, steps: steps.value };
  assertChecked(manifest, issues);
  return ok(manifest);
}

/** Everything of a manifest but its steps, which the body may hold all the same. */
export function checkManifestHeader(input: Json): Result<ManifestHeader, readonly Issue[]> {
  const shapeIssues = checkShape("manifest", headerSchema, input);
  if (!isJsonObject(input)) return err(shapeIssues);
  const schema = isJsonObject(input["params_schema"]) ? input["params_schema"] : null;
  const compiled = schema === null ? ok(null) : compileContract(schema);
  const repeated = shapeIssues.some(({ pointer }) => pointer.startsWith("/params_schema"));
  const issues = [...shapeIssues, ...(compiled.ok || repeated ? [] : prefixed("/params_schema", compiled.error))];
  if (issues.length > 0) return err(issues);
  return ok({
    name: textOr(input["name"], ""),
    description: textOr(input["description"], ""),
    params_schema: schema,
    max_parallel: numberOr(input["max_parallel"], 1),
  });
}

/** A set of steps: shape, then each step by itself, then the graph they make, then what their templates read. */
export function checkSteps(input: Json, context: StepsContext): Result<readonly Step[], readonly Issue[]> {
  const shapeIssues = checkShape("steps", stepsInputSchema, input);
  if (!isJsonArray(input) || input.length > stepCountMax || isUnsafe(input)) return err(shapeIssues);
  const read = readSteps(input);
  // What has the wrong shape was read as its default: what else is found at the very same place would mislead.
  const misshapen = new Set(shapeIssues.map(({ pointer }) => pointer));
  const found = [...read.issues, ...graphIssues(read.drafts, context.tasks), ...templateIssues(read.drafts, context)];
  const issues = [...shapeIssues, ...found.filter(({ pointer }) => !misshapen.has(pointer))];
  return issues.length > 0 ? err(issues.toSorted(byStep)) : ok(read.steps);
}

/** The steps have a door of their own, so here any list will do. */
const headerSchema: JsonObject = { ...manifestInputSchema, properties: { ...manifestInputSchema.properties, steps: true } };

/** Faults of one step stand together, whichever check found them. */
function byStep(left: Issue, right: Issue): number {
  return stepIndex(left) - stepIndex(right);
}

function stepIndex({ pointer }: Issue): number {
  return Number(pointer.split("/")[1] ?? -1);
}

function assertChecked(_manifest: Manifest, issues: readonly Issue[]): asserts _manifest is CheckedManifest {
  assert(issues.length === 0, "a checked manifest has no fault");
}
