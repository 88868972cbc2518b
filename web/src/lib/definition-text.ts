import { stringify } from "yaml";
import type { Manifest, Task } from "../api/generated.ts";
import { list, record } from "../api/json.ts";

const lineWidth = 100;

/** What a person edits: a definition without what the service adds to it, steps naming their tasks by name, as `reckon apply` has them. */
export function taskText(task: Task): string {
  const { name, description, prompt_template, extract_schema, policy, model, retry, on_interrupt, timeout_seconds } = task;
  return textOf({ name, description, prompt_template, extract_schema, policy, model, retry, on_interrupt, timeout_seconds });
}

export function manifestText(manifest: Manifest, taskNames: ReadonlyMap<string, string>): string {
  const { name, description, params_schema, max_parallel, steps } = manifest;
  return textOf({ name, description, max_parallel, params_schema, steps: steps.map((step) => stepOf(step, taskNames)) });
}

function stepOf({ id: _, ...step }: Manifest["steps"][number], taskNames: ReadonlyMap<string, string>): unknown {
  const { step_key, step_type, ...rest } = step;
  const { task_id, ...others } = "task_id" in rest ? rest : { ...rest, task_id: undefined };
  const task = task_id === undefined ? {} : { task: taskNames.get(task_id) ?? task_id };
  const told = Object.entries(others).filter(([, value]) => !isNothing(value));
  return { step_key, ...(step_type === "compute" ? { step_type } : {}), ...task, ...Object.fromEntries(told) };
}

/** A default that says nothing: left out, so that what is there is what was meant. */
function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function textOf(value: unknown): string {
  return stringify(value, { lineWidth, blockQuote: "literal" });
}

/** The body that is sent: names of tasks become ids again; a name that no task has goes as it is, and is refused at its place. */
export function manifestBody(value: unknown, taskIds: ReadonlyMap<string, string>): unknown {
  const manifest = record(value);
  if (!Array.isArray(manifest["steps"])) return value;
  const steps = list(manifest["steps"]).map((step) => {
    const { task, ...rest } = record(step);
    return typeof task === "string" ? { ...rest, task_id: taskIds.get(task) ?? task } : step;
  });
  return { ...manifest, steps };
}
