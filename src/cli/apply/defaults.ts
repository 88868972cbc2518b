import { manifestInputSchema, taskInputSchema } from "../../domain/definition-schema.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import { retryCauses } from "../../domain/task.ts";
import { listOf } from "../wire.ts";

// The server answers a definition with every default filled in. To tell whether a file differs from what is there, the
// same defaults are filled in here, from the schemas that both sides share; a test holds the result against the doors. A
// disagreement would show as a new version of an unchanged definition, never as a change that is not made.

/** A task as the server would answer it, as far as the input can be read. */
export function taskWithDefaults(input: JsonObject): JsonObject {
  const { retry, ...task } = membersOf(filled(taskInputSchema, input));
  // The causes are a set; the server keeps them in its own order.
  const ordered = isJsonObject(retry) ? { ...retry, on: retryCauses.filter((cause) => listOf(retry["on"]).includes(cause)) } : retry;
  return { ...task, retry: ordered ?? null };
}

/** A manifest as the server would answer it, as far as the input can be read. */
export function manifestWithDefaults(input: JsonObject): JsonObject {
  const manifest = membersOf(filled(manifestInputSchema, input));
  return { ...manifest, steps: listOf(manifest["steps"]).map((step) => (isJsonObject(step) ? ownMembers(step) : step)) };
}

/** A step without the members that its type does not have. */
function ownMembers(step: JsonObject): JsonObject {
  const { task_id: task, chaining, compute_contract: contract, ...shared } = step;
  if (step["step_type"] !== "compute")
    return { ...shared, task_id: typeof task === "string" ? task.toLowerCase() : (task ?? null), chaining: chaining ?? {} };
  const outputs = listOf(membersOf(contract)["outputs"]).map((output) =>
    typeof output === "string" ? { name: output, description: "" } : output,
  );
  return { ...shared, compute_contract: { ...membersOf(contract), outputs } };
}

/** `value` with the `default` of every member that is absent or null. */
function filled(schema: JsonObject, value: Json | undefined): Json | undefined {
  const given = value ?? ("default" in schema ? schema["default"] : value);
  if (Array.isArray(given)) return listOf(given).map((item) => filled(membersOf(schema["items"]), item) ?? null);
  const { properties } = schema;
  if (!isJsonObject(given) || !isJsonObject(properties)) return given;
  const members = Object.entries(properties).flatMap(([name, member]): readonly (readonly [string, Json])[] => {
    const content = filled(membersOf(member), given[name]);
    return content === undefined ? [] : [[name, content]];
  });
  return { ...given, ...Object.fromEntries(members) };
}

function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
