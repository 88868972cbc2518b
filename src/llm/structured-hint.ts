import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";

/** Deepest contract that is sent as a hint; OpenAI takes ten levels and the reply's own frame is two of them. */
const hintDepthMax = 8;

/**
 * The reply form with a weaker copy of the contract inside, in the subset of JSON Schema that OpenAI's strict mode and
 * Anthropic's `output_config` both take; null where the contract has no such copy. Weaker, never stronger: limits on
 * values are left out, but nothing is demanded that the contract does not demand, since the gate checks the real one.
 */
export function structuredHint(schema: JsonObject): JsonObject | null {
  const known = hints.get(schema);
  if (known !== undefined) return known.hint;
  const output = weaken(schema, 0);
  const isObject = output !== null && output["type"] === "object";
  const hint = isObject ? object({ decision_rationale: rationale, output_json: output }) : null;
  hints.set(schema, { hint });
  return hint;
}

const hints = new WeakMap<JsonObject, { readonly hint: JsonObject | null }>();

const texts: JsonObject = { type: "array", items: { type: "string" } };
const rationale = object({ version: { type: "string" }, summary: { type: "string" }, nodes: texts, selected_path: texts });

function object(properties: JsonObject): JsonObject {
  return { type: "object", additionalProperties: false, properties, required: Object.keys(properties) };
}

/** Keywords that only narrow or annotate: without them more is allowed, which a hint may do. */
const droppable = new Set(
  (
    "$schema $id $comment title default examples deprecated readOnly writeOnly format pattern minLength maxLength minimum maximum " +
    "exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems contains minContains maxContains minProperties maxProperties " +
    "propertyNames dependentRequired contentEncoding contentMediaType contentSchema"
  ).split(" "),
);
const carried = new Set("type description enum const properties required additionalProperties items anyOf".split(" "));
const types = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);

function weaken(schema: Json | undefined, depth: number): JsonObject | null {
  if (!isJsonObject(schema) || depth > hintDepthMax) return null;
  if (!Object.keys(schema).every((key) => carried.has(key) || droppable.has(key))) return null;
  const weak: { [key: string]: Json } = {};
  const { type, description } = schema;
  if (type !== undefined) {
    const named: readonly (Json | undefined)[] = isJsonArray(type) ? type : [type];
    if (!named.every((name) => typeof name === "string" && types.has(name))) return null;
    weak["type"] = type;
    if (named.includes("object") && !weakenObject(schema, weak, depth)) return null;
    if (named.includes("array") && !weakenChild(schema["items"], weak, { name: "items", depth })) return null;
  } else if (schema["enum"] === undefined && schema["const"] === undefined && schema["anyOf"] === undefined) {
    return null;
  }
  if (typeof description === "string") weak["description"] = description;
  return weakenChoice(schema, weak, depth) ? weak : null;
}

/** Both providers take only closed objects whose members are all required. */
function weakenObject(schema: JsonObject, weak: { [key: string]: Json }, depth: number): boolean {
  const { properties, required, additionalProperties } = schema;
  if (additionalProperties !== false || !isJsonObject(properties)) return false;
  const names = Object.keys(properties);
  const demanded: readonly Json[] = isJsonArray(required) ? required : [];
  if (names.length === 0 || demanded.length !== names.length || !names.every((name) => demanded.includes(name))) return false;
  const weakened: { [key: string]: Json } = {};
  for (const name of names) if (!weakenChild(properties[name], weakened, { name, depth })) return false;
  Object.assign(weak, { additionalProperties: false, properties: weakened, required: demanded });
  return true;
}

function weakenChild(
  schema: Json | undefined,
  into: { [key: string]: Json },
  at: { readonly name: string; readonly depth: number },
): boolean {
  const weak = weaken(schema, at.depth + 1);
  if (weak === null) return false;
  Object.defineProperty(into, at.name, { value: weak, enumerable: true, configurable: true, writable: true });
  return true;
}

function weakenChoice(schema: JsonObject, weak: { [key: string]: Json }, depth: number): boolean {
  const { enum: values, const: only, anyOf } = schema;
  if (values !== undefined) {
    if (!isJsonArray(values) || !values.every((value) => typeof value !== "object" || value === null)) return false;
    weak["enum"] = values;
  }
  if (only !== undefined) {
    if (typeof only === "object" && only !== null) return false;
    weak["const"] = only;
  }
  if (anyOf === undefined) return true;
  if (!isJsonArray(anyOf)) return false;
  const branches = anyOf.map((branch) => weaken(branch, depth + 1));
  if (branches.includes(null)) return false;
  weak["anyOf"] = branches;
  return true;
}
