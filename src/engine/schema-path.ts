import { isJsonArray, isJsonObject, jsonPointerTokens, resolveJsonPointer } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";

/**
 * What a schema says of a path into its instances: `declared`: it names it; `open`: it says nothing of such members;
 * `undeclared`: it lists members and this is not among them; `never`: no instance can have it.
 */
export type PathStatus = "declared" | "open" | "undeclared" | "never";

/** Most references followed on one way; a loop of references says nothing more. */
const refDepthMax = 64;

/**
 * Whether instances of `root` can have something at `path`. JSON Schema lets unlisted members through unless it is told
 * not to; an author who lists the members of an output means these, so a path past a list is `undeclared` unless
 * `additionalProperties` (or `unevaluatedProperties`) is there to let it through.
 */
export function pathStatus(root: Json, path: readonly (string | number)[]): PathStatus {
  return statusOf({ root, refs: 0 }, root, path);
}

export function canSupply(status: PathStatus): boolean {
  return status === "declared" || status === "open";
}

interface Way {
  readonly root: Json;
  readonly refs: number;
}

type Path = readonly (string | number)[];

function statusOf(way: Way, schema: Json, path: Path): PathStatus {
  if (schema === false) return "never";
  if (path.length === 0) return "declared";
  if (!isJsonObject(schema)) return "open";
  const statuses: PathStatus[] = [ownStatus(way, schema, path)];
  for (const part of listOf(schema["allOf"])) statuses.push(statusOf(way, part, path));
  for (const keyword of ["anyOf", "oneOf"])
    if (Array.isArray(schema[keyword])) statuses.push(best(listOf(schema[keyword]).map((part) => statusOf(way, part, path))));
  if (schema["then"] !== undefined || schema["else"] !== undefined) {
    statuses.push(best([schema["then"] ?? true, schema["else"] ?? true].map((part) => statusOf(way, part, path))));
  }
  if (typeof schema["$ref"] === "string") statuses.push(refStatus(way, schema["$ref"], path));
  const all = worstUnlessDeclared(statuses);
  return schema["unevaluatedProperties"] === false && all === "undeclared" ? "never" : all;
}

/** What the keywords of `schema` itself say, its combinations left aside. */
function ownStatus(way: Way, schema: JsonObject, path: Path): PathStatus {
  const [token = "", ...rest] = path;
  const kinds = kindsOf(schema);
  const statuses: PathStatus[] = [];
  if (kinds.includes("object")) statuses.push(memberStatus(way, schema, String(token), rest));
  const index = indexOf(token);
  if (kinds.includes("array") && index !== null) statuses.push(itemStatus(way, schema, index, rest));
  return best(statuses);
}

function memberStatus(way: Way, schema: JsonObject, name: string, rest: Path): PathStatus {
  const properties = schema["properties"];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) return statusOf(way, properties[name] ?? true, rest);
  // Patterns are not matched here: a schema with patterns may let any name through.
  if (isJsonObject(schema["patternProperties"]) && Object.keys(schema["patternProperties"]).length > 0) return "open";
  const others = schema["additionalProperties"] ?? schema["unevaluatedProperties"];
  if (others !== undefined) return statusOf(way, others, rest);
  return isJsonObject(properties) && Object.keys(properties).length > 0 ? "undeclared" : "open";
}

function itemStatus(way: Way, schema: JsonObject, index: number, rest: Path): PathStatus {
  const prefix = listOf(schema["prefixItems"]);
  const item = prefix[index] ?? schema["items"] ?? schema["unevaluatedItems"];
  return item === undefined ? "open" : statusOf(way, item, rest);
}

function refStatus(way: Way, ref: string, path: Path): PathStatus {
  if (way.refs >= refDepthMax) return "open";
  const pointer = decodeURIComponent(ref.slice(1));
  const target = jsonPointerTokens(pointer) === null ? undefined : resolveJsonPointer(way.root, pointer);
  return target === undefined ? "open" : statusOf({ ...way, refs: way.refs + 1 }, target, path);
}

/** `type`, or where it is missing, everything. */
function kindsOf(schema: JsonObject): readonly Json[] {
  const type = schema["type"];
  if (type === undefined) return ["object", "array"];
  return isJsonArray(type) ? type : [type];
}

function indexOf(token: string | number): number | null {
  if (typeof token === "number") return token >= 0 ? token : 0;
  return /^(?:0|[1-9][0-9]{0,8})$/.test(token) ? Number(token) : null;
}

/** All parts must hold: one that cannot have it decides, then one that declares it, then one that lists others. */
function worstUnlessDeclared(statuses: readonly PathStatus[]): PathStatus {
  for (const status of ["never", "declared", "undeclared"] as const) if (statuses.includes(status)) return status;
  return "open";
}

/** One part must hold: the most that any of them allows. */
function best(statuses: readonly PathStatus[]): PathStatus {
  for (const status of ["declared", "open", "undeclared"] as const) if (statuses.includes(status)) return status;
  return "never";
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
