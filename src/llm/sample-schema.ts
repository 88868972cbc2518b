import { canonicalJson } from "../domain/canonical-json.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { pick } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { mergeSchemas } from "./merge-schema.ts";
import type { Merged } from "./merge-schema.ts";
import { sampleNumber } from "./sample-number.ts";
import { sampleText } from "./sample-text.ts";
import { hasType, listOf, schemaAccepts } from "./schema-accepts.ts";
import { makeRefer } from "./schema-pointer.ts";
import type { Refer } from "./schema-pointer.ts";

/** Makes samples of one schema. */
export interface Sampler {
  readonly make: (draw: Draw) => Result<Json, string>;
}

/** Values tried for one sample before it is given up; it bounds the time a hostile contract can take. */
const valuesMax = 5000;
const attemptsMax = 12;
/** From this depth on optional members and spare items are left out, so that recursive contracts come to an end. */
const generousDepthMax = 5;
const depthMax = 24;
const itemsMax = 10_000;

/**
 * A deterministic generator of values that satisfy a JSON Schema: `examples` and `default` where they are valid, else
 * by construction, and by trial where a schema says more than can be constructed from. Merged schemas are kept, so a
 * sample costs little more than its own size.
 */
export function compileSample(root: Json): Sampler {
  const refer = makeRefer(root);
  const kept: Kept = { shapes: new Map(), merged: new Map(), shapesMade: 0 };
  // The rules of every task want a non-empty object, so that is tried first, where the contract leaves it open.
  const preferred: Json = { allOf: [root, { type: "object", minProperties: 1 }] };
  return {
    make: (draw) => {
      const making: Making = { draw, refer, kept, valuesLeft: valuesMax };
      const value = sample(making, preferred, 0) ?? sample({ ...making, valuesLeft: valuesMax }, root, 0);
      if (value !== undefined) return ok(value);
      return err("no value was found that satisfies it");
    },
  };
}

/** What one contract's samples share. By identity of the schemas, which the contract and its merged copies own. */
interface Kept {
  readonly shapes: Map<Json, Shape>;
  readonly merged: Map<string, Merged>;
  shapesMade: number;
}

/** Shapes and merged choices kept for one contract; beyond that they are made anew each time. */
const keptMax = 5000;

interface Making {
  readonly draw: Draw;
  readonly refer: Refer;
  readonly kept: Kept;
  valuesLeft: number;
}

interface Shape {
  /** A name for the schema within its sampler. */
  readonly id: string;
  readonly merged: Merged;
  /** Its `examples` and `default` that satisfy it, and its enumerated values; null when it has none of them. */
  readonly values: readonly Json[] | null;
}

function shapeOf(making: Making, schema: Json): Shape {
  const { kept, refer } = making;
  const known = kept.shapes.get(schema);
  if (known !== undefined) return known;
  const merged = mergeSchemas([schema], refer);
  kept.shapesMade += 1;
  const shape = { id: String(kept.shapesMade), merged, values: valuesOf(schema, merged, refer) };
  if (kept.shapes.size < keptMax) kept.shapes.set(schema, shape);
  return shape;
}

function valuesOf(schema: Json, merged: Merged, refer: Refer): readonly Json[] | null {
  const valid = (values: readonly Json[]): readonly Json[] => values.filter((value) => schemaAccepts(schema, value, refer));
  const suggested = isJsonObject(schema) ? valid(suggestions(schema)) : [];
  if (suggested.length > 0) return suggested;
  const enumerated = merged.keywords["enum"];
  return enumerated === undefined ? null : valid(listOf(enumerated));
}

function suggestions(schema: JsonObject): readonly Json[] {
  const { examples, default: fallback, allOf } = schema;
  const first = isJsonArray(allOf) ? allOf[0] : undefined;
  const inner = isJsonObject(first) ? suggestions(first) : [];
  return [...(isJsonArray(examples) ? examples : []), ...(fallback === undefined ? [] : [fallback]), ...inner];
}

/** A value that satisfies the schema, or undefined when none was found. */
function sample(making: Making, schema: Json, depth: number): Json | undefined {
  const shape = shapeOf(making, schema);
  if (!shape.merged.isPossible || depth > depthMax) return undefined;
  if (shape.values !== null) return pick(making.draw, shape.values);
  for (let attempt = 0; attempt < attemptsMax && making.valuesLeft > 0; attempt += 1) {
    making.valuesLeft -= 1;
    const value = construct(making, chosen(making, shape), { depth, attempt });
    if (value !== undefined && (!needsCheck(shape.merged) || schemaAccepts(schema, value, making.refer))) return value;
    if (!needsCheck(shape.merged) && attempt >= 2) return undefined;
  }
  return undefined;
}

function needsCheck(merged: Merged): boolean {
  return merged.needsCheck || merged.choices.length > 0;
}

/** The keywords after one alternative of every choice was taken; alternatives may bring further choices. */
function chosen(making: Making, shape: Shape): Merged {
  let { id, merged } = shape;
  const parts: Json[] = [merged.keywords];
  for (let depth = 0; merged.choices.length > 0 && depth < depthMax; depth += 1) {
    for (const alternatives of merged.choices) {
      const index = making.draw.below(Math.max(alternatives.length, 1));
      parts.push(alternatives[index] ?? false);
      id += `.${index}`;
    }
    const known = making.kept.merged.get(id);
    merged = known ?? mergeSchemas(parts, making.refer);
    if (known === undefined && making.kept.merged.size < keptMax) making.kept.merged.set(id, merged);
    parts.splice(0, parts.length, merged.keywords);
  }
  return merged;
}

interface Place {
  readonly depth: number;
  readonly attempt: number;
}

function construct(making: Making, merged: Merged, place: Place): Json | undefined {
  if (!merged.isPossible) return undefined;
  const { keywords } = merged;
  const enumerated = keywords["enum"];
  if (enumerated !== undefined) return pick(making.draw, listOf(enumerated));
  const types = typesOf(keywords);
  // The first type but null, and the others in turn should it fail.
  const ordered = [...types.filter((type) => type !== "null"), ...types.filter((type) => type === "null")];
  const type = ordered[place.attempt % Math.max(ordered.length, 1)];
  switch (type) {
    case "object":
      return constructObject(making, merged, place);
    case "array":
      return constructArray(making, merged, place);
    case "string":
      return sampleText(keywords, making.draw);
    case "number":
    case "integer":
      return sampleNumber(keywords, type === "integer", making.draw);
    case "boolean":
      return making.draw.below(2) === 0;
    case "null":
      return null;
    default:
      return undefined;
  }
}

/** Keywords that only speak of values of one type, for schemas that name none. */
const tellingKeywords: readonly (readonly [string, readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames"]],
  ["array", ["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];

function typesOf(keywords: JsonObject): readonly Json[] {
  const { type } = keywords;
  if (type !== undefined) return listOf(type);
  const told = tellingKeywords.find(([, names]) => names.some((name) => Object.hasOwn(keywords, name)));
  return [told?.[0] ?? "string", "integer", "boolean", "null", "object", "array"];
}

function constructObject(making: Making, merged: Merged, place: Place): JsonObject | undefined {
  const { keywords, members } = merged;
  const value: { [name: string]: Json } = {};
  let count = 0;
  const countMax = numberOr(keywords["maxProperties"], Number.MAX_SAFE_INTEGER);
  for (const { name, schema, isRequired } of members) {
    // All optional members at first; fewer in later attempts, since one of them may be what the schema forbids.
    const wanted =
      isRequired || (place.depth < generousDepthMax && count < countMax && (place.attempt === 0 || making.draw.below(2) === 0));
    const member = wanted ? sample(making, schema, place.depth + 1) : undefined;
    if (member === undefined) {
      if (isRequired) return undefined;
      continue;
    }
    setMember(value, name, member);
    count += 1;
  }
  const countMin = Math.min(numberOr(keywords["minProperties"], 0), itemsMax);
  for (let extra = 1; count < countMin; extra += 1) {
    if (extra > countMin * 2 || !addMember(making, merged, value, { ...place, attempt: extra })) return undefined;
    count = Object.keys(value).length;
  }
  return value;
}

/** One member more, under a name that no keyword speaks of or that a name pattern asks for. */
function addMember(making: Making, { keywords, memberName }: Merged, value: { [name: string]: Json }, place: Place): boolean {
  const { additionalProperties = true, patternProperties, properties } = keywords;
  const [pattern, patterned] = (isJsonObject(patternProperties) ? Object.entries(patternProperties)[0] : undefined) ?? [];
  const usesPattern = pattern !== undefined && additionalProperties === false;
  const name = usesPattern
    ? sampleText({ pattern }, making.draw)
    : memberName === null
      ? `stub_${place.attempt}`
      : sample(making, memberName, place.depth + 1);
  if (typeof name !== "string") return false;
  // A declared member that was left out would not be spoken for by `additionalProperties`.
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) return true;
  const member = sample(making, (usesPattern ? patterned : additionalProperties) ?? true, place.depth + 1);
  if (member === undefined) return false;
  setMember(value, name, member);
  return true;
}

/** Not by assignment: a member may be called `__proto__`. */
function setMember(value: { [name: string]: Json }, name: string, member: Json): void {
  Object.defineProperty(value, name, { value: member, enumerable: true, configurable: true, writable: true });
}

function constructArray(making: Making, { keywords, containedItem }: Merged, place: Place): readonly Json[] | undefined {
  const { items = true, contains, uniqueItems } = keywords;
  const prefix = keywords["prefixItems"] === undefined ? [] : listOf(keywords["prefixItems"]);
  const containing = contains === undefined ? 0 : numberOr(keywords["minContains"], 1);
  const countMin = Math.max(numberOr(keywords["minItems"], 0), containing);
  const countMax = Math.min(numberOr(keywords["maxItems"], itemsMax), items === false ? prefix.length : itemsMax);
  if (countMin > countMax) return undefined;
  const spare = place.depth < generousDepthMax ? Math.max(prefix.length, 1 + making.draw.below(2)) : 0;
  const count = Math.min(Math.max(countMin, spare), countMax);
  const value: Json[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < count; at += 1) {
    const schema = prefix[at] ?? (at < prefix.length + containing ? containedItem : items);
    const item = uniqueItems === true ? unseen(making, schema, { seen, depth: place.depth + 1 }) : sample(making, schema, place.depth + 1);
    if (item === undefined) return value.length >= countMin ? value : undefined;
    value.push(item);
  }
  return value;
}

function unseen(making: Making, schema: Json, { seen, depth }: { readonly seen: Set<string>; readonly depth: number }): Json | undefined {
  for (let attempt = 0; attempt < attemptsMax * 2 && making.valuesLeft > 0; attempt += 1) {
    const item = sample(making, schema, depth);
    if (item === undefined) return undefined;
    const text = canonicalJson(item);
    if (seen.has(text)) continue;
    seen.add(text);
    return item;
  }
  return undefined;
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return hasType(value ?? null, "number") ? Number(value) : otherwise;
}
