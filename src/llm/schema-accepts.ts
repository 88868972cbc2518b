import { canonicalJson } from "../domain/canonical-json.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { compilePattern } from "./pattern.ts";
import { referenceOf } from "./schema-pointer.ts";
import type { Refer } from "./schema-pointer.ts";

/** Deepest chain of schemas that is followed; a schema that goes round in circles accepts nothing. */
const schemaDepthMax = 128;

/**
 * Whether a sample satisfies a schema. It only steers the stub, so it is small and leaves formats and unevaluated
 * members unjudged; what the contract means is decided by `policy` alone, for the stub's answers too.
 */
export function schemaAccepts(schema: Json | undefined, value: Json, refer: Refer, depth = 0): boolean {
  if (typeof schema === "boolean") return schema;
  if (!isJsonObject(schema) || depth > schemaDepthMax) return false;
  const accepts = (child: Json | undefined, part: Json): boolean => schemaAccepts(child, part, refer, depth + 1);
  const reference = referenceOf(schema);
  if (reference !== null && !accepts(refer(reference), value)) return false;
  return acceptsType(schema, value) && acceptsChoice(schema, value, accepts) && acceptsValue(schema, value, accepts);
}

type Accepts = (schema: Json | undefined, value: Json) => boolean;

export function hasType(value: Json, type: Json): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function acceptsType({ type, enum: values, const: only }: JsonObject, value: Json): boolean {
  if (type !== undefined && !listOf(type).some((name) => hasType(value, name))) return false;
  if (only !== undefined && !same(only, value)) return false;
  return !isJsonArray(values) || values.some((one) => same(one, value));
}

function acceptsChoice(schema: JsonObject, value: Json, accepts: Accepts): boolean {
  const { allOf, anyOf, oneOf, not } = schema;
  if (allOf !== undefined && !listOf(allOf).every((one) => accepts(one, value))) return false;
  if (anyOf !== undefined && !listOf(anyOf).some((one) => accepts(one, value))) return false;
  if (oneOf !== undefined && listOf(oneOf).filter((one) => accepts(one, value)).length !== 1) return false;
  if (not !== undefined && accepts(not, value)) return false;
  if (schema["if"] === undefined) return true;
  const branch = accepts(schema["if"], value) ? schema["then"] : schema["else"];
  return branch === undefined || accepts(branch, value);
}

function acceptsValue(schema: JsonObject, value: Json, accepts: Accepts): boolean {
  if (typeof value === "string") return acceptsString(schema, value);
  if (typeof value === "number") return acceptsNumber(schema, value);
  if (isJsonArray(value)) return acceptsArray(schema, value, accepts);
  return !isJsonObject(value) || acceptsObject(schema, value, accepts);
}

function acceptsString(schema: JsonObject, value: string): boolean {
  const { pattern } = schema;
  if (!within(Array.from(value).length, schema["minLength"], schema["maxLength"])) return false;
  return typeof pattern !== "string" || (compilePattern(pattern)?.matches(value) ?? false);
}

function acceptsNumber(schema: JsonObject, value: number): boolean {
  const { exclusiveMinimum: above, exclusiveMaximum: below, multipleOf } = schema;
  if (!within(value, schema["minimum"], schema["maximum"])) return false;
  if ((typeof above === "number" && value <= above) || (typeof below === "number" && value >= below)) return false;
  return typeof multipleOf !== "number" || Number.isInteger(value / multipleOf);
}

function acceptsArray(schema: JsonObject, value: readonly Json[], accepts: Accepts): boolean {
  const { items, contains, uniqueItems } = schema;
  const prefix = listOf(schema["prefixItems"] ?? []);
  if (!within(value.length, schema["minItems"], schema["maxItems"])) return false;
  if (uniqueItems === true && new Set(value.map(canonicalJson)).size !== value.length) return false;
  if (!value.every((item, at) => (at < prefix.length ? accepts(prefix[at], item) : items === undefined || accepts(items, item))))
    return false;
  if (contains === undefined) return true;
  return within(value.filter((item) => accepts(contains, item)).length, schema["minContains"] ?? 1, schema["maxContains"]);
}

function acceptsObject(schema: JsonObject, value: JsonObject, accepts: Accepts): boolean {
  const { additionalProperties, propertyNames } = schema;
  const names = Object.keys(value);
  if (!within(names.length, schema["minProperties"], schema["maxProperties"])) return false;
  if (!namesIn(schema["required"]).every((name) => Object.hasOwn(value, name))) return false;
  if (propertyNames !== undefined && !names.every((name) => accepts(propertyNames, name))) return false;
  if (!acceptsDependents(schema, value, accepts)) return false;
  return names.every((name) => {
    const demands = memberSchemas(schema, name);
    if (demands.length === 0) return additionalProperties === undefined || accepts(additionalProperties, value[name] ?? null);
    return demands.every((demand) => accepts(demand, value[name] ?? null));
  });
}

function acceptsDependents(schema: JsonObject, value: JsonObject, accepts: Accepts): boolean {
  const { dependentRequired, dependentSchemas } = schema;
  const present = (on: Json | undefined): readonly (readonly [string, Json])[] =>
    isJsonObject(on) ? Object.entries(on).filter(([name]) => Object.hasOwn(value, name)) : [];
  if (!present(dependentRequired).every(([, names]) => namesIn(names).every((name) => Object.hasOwn(value, name)))) return false;
  return present(dependentSchemas).every(([, demand]) => accepts(demand, value));
}

/** What `properties` and `patternProperties` say of a member; none means that `additionalProperties` speaks. */
export function memberSchemas(schema: JsonObject, name: string): readonly Json[] {
  const { properties, patternProperties } = schema;
  const found: Json[] = [];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name] ?? true);
  if (isJsonObject(patternProperties)) {
    for (const [pattern, demand] of Object.entries(patternProperties))
      if (compilePattern(pattern)?.matches(name) === true) found.push(demand);
  }
  return found;
}

export function listOf(value: Json): readonly Json[] {
  return isJsonArray(value) ? value : [value];
}

export function namesIn(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((name) => typeof name === "string") : [];
}

export function same(one: Json, other: Json): boolean {
  return one === other || (typeof one === "object" && typeof other === "object" && canonicalJson(one) === canonicalJson(other));
}

function within(size: number, min: Json | undefined, max: Json | undefined): boolean {
  return !(typeof min === "number" && size < min) && !(typeof max === "number" && size > max);
}
