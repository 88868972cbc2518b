import type { StepKey, TaskId } from "../domain/ids.ts";
import { jsonPointer, jsonPointerTokens, resolveJsonPointer } from "../domain/json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import type { Task } from "../domain/task.ts";
import type { StepDraft } from "./read-steps.ts";
import { canSupply, pathStatus } from "./schema-path.ts";
import type { PathStatus } from "./schema-path.ts";
import { parseTemplate } from "./template.ts";
import type { VariablePath } from "./template.ts";

type Path = readonly (string | number)[];

interface Context {
  readonly paramsSchema: JsonObject | null;
  readonly tasks: ReadonlyMap<TaskId, Task>;
}

/**
 * Chaining pointers and template variables that the declared inputs cannot supply. A path is refused when the schema it
 * leads into cannot have it, or lists its members without it. A member that is declared but optional passes: whether it
 * is there shows at rendering, where its absence fails the step (a template may ask first, with the filter `has`).
 */
export function templateIssues(steps: readonly StepDraft[], context: Context): readonly Issue[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const variables = new Map<TaskId, readonly VariablePath[]>();
  const issues: Issue[] = [];
  for (const step of steps) {
    const supplies = (key: StepKey, path: Path): PathStatus => outputStatus(byKey.get(key), context.tasks, path);
    for (const [name, { step: source, pointer }] of step.chaining) {
      const tokens = jsonPointerTokens(pointer) ?? [];
      if (canSupply(supplies(source, tokens))) continue;
      issues.push({
        pointer: `/${step.index}/chaining/${name}/pointer`,
        detail: `${pointer} is not in the output that ${source} declares`,
      });
    }
    const task = step.taskId === null ? undefined : context.tasks.get(step.taskId);
    if (step.taskId === null || task === undefined || task.prompt_template === null) continue;
    const read = variables.get(step.taskId) ?? variablesOf(task.prompt_template);
    variables.set(step.taskId, read);
    for (const variable of read) {
      const fault = variableFault(variable, step, context, supplies);
      if (fault !== null)
        issues.push({
          pointer: `/${step.index}/task_id`,
          detail: `the template of task ${task.name} reads ${written(variable)}, ${fault}`,
        });
    }
  }
  return issues;
}

function variablesOf(template: string): readonly VariablePath[] {
  const parsed = parseTemplate(template);
  return parsed.ok ? parsed.value.variables : [];
}

type Supplies = (key: StepKey, path: Path) => PathStatus;

function variableFault({ root, path }: VariablePath, step: StepDraft, context: Context, supplies: Supplies): string | null {
  switch (root) {
    case "params":
      return canSupply(inTemplate(path, (tokens) => pathStatus(context.paramsSchema ?? {}, tokens)))
        ? null
        : "which params_schema does not declare";
    case "config":
      return canSupply(
        inTemplate(path, (tokens) => (resolveJsonPointer(step.config, jsonPointer(tokens)) === undefined ? "never" : "declared")),
      )
        ? null
        : "which the step's config does not have";
    case "upstream":
      return upstreamFault(path, step, supplies);
    default: {
      const source = step.chaining.get(root);
      if (source === undefined) return "which nothing declares: a template knows params, config, upstream and the step's chaining";
      const status = inTemplate(path, (tokens) => supplies(source.step, [...(jsonPointerTokens(source.pointer) ?? []), ...tokens]));
      return canSupply(status) ? null : `which is not in the output that ${source.step} declares`;
    }
  }
}

function upstreamFault([key, ...path]: Path, step: StepDraft, supplies: Supplies): string | null {
  if (key === undefined) return null;
  const source = step.dependsOn.find((dependency) => dependency === key);
  if (source === undefined) return `but ${key} is not among the step's dependencies`;
  return canSupply(inTemplate(path, (tokens) => supplies(source, tokens))) ? null : `which is not in the output that ${source} declares`;
}

/** Liquid gives every collection and text a `size`, and every list a `first` and a `last`, unless a member has that name. */
function inTemplate(path: Path, status: (path: Path) => PathStatus): PathStatus {
  const direct = status(path);
  if (canSupply(direct)) return direct;
  const special = path.findIndex((token) => token === "size" || token === "first" || token === "last");
  if (special === -1) return direct;
  const before = path.slice(0, special);
  if (path[special] === "size") return special === path.length - 1 ? status(before) : "never";
  return inTemplate([...before, 0, ...path.slice(special + 1)], status);
}

/** What a step's canonical output can have: its contract says so, or for a compute step the form of an attested output. */
function outputStatus(step: StepDraft | undefined, tasks: ReadonlyMap<TaskId, Task>, path: Path): PathStatus {
  // Whatever else is wrong with such a step is reported where it stands.
  if (step === undefined) return "open";
  if (step.type === "task") return pathStatus((step.taskId === null ? undefined : tasks.get(step.taskId)?.extract_schema) ?? {}, path);
  const [first, ...rest] = path;
  if (first === undefined || step.contract === null) return "open";
  if (first === "output") return pathStatus(step.contract.output_schema ?? {}, rest);
  if (first !== "artifacts") return "never";
  const [name, member, ...beyond] = rest;
  if (name === undefined) return "declared";
  if (!step.contract.outputs.some((output) => output.name === name)) return "never";
  return beyond.length === 0 && (member === undefined || ["uri", "sha256", "bytes"].includes(String(member))) ? "declared" : "never";
}

function written({ root, path }: VariablePath): string {
  return [root, ...path].join(".");
}
