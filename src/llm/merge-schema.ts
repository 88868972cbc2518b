import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { listOf, memberSchemas, namesIn, same } from "./schema-accepts.ts";
import { referenceOf } from "./schema-pointer.ts";
import type { Refer } from "./schema-pointer.ts";

/** Deepest chain of references and `allOf`s that is merged; one that goes round in circles is impossible. */
const mergeDepthMax = 64;

export interface Member {
  readonly name: string;
  readonly schema: Json;
  readonly isRequired: boolean;
}

/** One schema with its references and `allOf`s merged into a single set of keywords. */
export interface Merged {
  readonly isPossible: boolean;
  readonly keywords: JsonObject;
  /** From each of these lists one alternative is still to be chosen. */
  readonly choices: readonly (readonly Json[])[];
  readonly members: readonly Member[];
  /** What an item is that `contains` counts. */
  readonly containedItem: Json;
  /** What the name of any further member is, or null when any name will do. */
  readonly memberName: Json;
  /** False when a sample that follows the keywords is sure to satisfy the schema. */
  readonly needsCheck: boolean;
}

export function mergeSchemas(schemas: readonly Json[], refer: Refer): Merged {
  const mixing: Mixing = { isPossible: true, keywords: {}, choices: [], parts: 0, isPlain: true };
  for (const schema of schemas) mix(mixing, schema, refer, 0);
  const { isPossible, keywords, choices, parts, isPlain } = mixing;
  const { items = true, contains = true, propertyNames } = keywords;
  return {
    isPossible,
    keywords,
    choices,
    members: membersOf(keywords),
    containedItem: both(items, contains),
    memberName: propertyNames === undefined ? null : { allOf: [{ type: "string" }, propertyNames] },
    needsCheck: !isPlain || parts > 1,
  };
}

interface Mixing {
  isPossible: boolean;
  readonly keywords: { [keyword: string]: Json };
  readonly choices: (readonly Json[])[];
  parts: number;
  isPlain: boolean;
}

function mix(into: Mixing, schema: Json | undefined, refer: Refer, depth: number): void {
  if (schema === true) return;
  if (!isJsonObject(schema) || depth > mergeDepthMax) {
    into.isPossible = false;
    return;
  }
  const own = Object.entries(schema).filter(([keyword]) => !structural.has(keyword) && !annotations.has(keyword));
  if (own.length > 0) into.parts += 1;
  for (const [keyword, value] of own) {
    if (!plain.has(keyword)) into.isPlain = false;
    mixKeyword(into.keywords, keyword, value);
  }
  const reference = referenceOf(schema);
  if (reference !== null) mix(into, refer(reference), refer, depth + 1);
  for (const part of listOf(schema["allOf"] ?? [])) mix(into, part, refer, depth + 1);
  mixChoices(into, schema);
}

function mixChoices(into: Mixing, schema: JsonObject): void {
  const { anyOf, oneOf, if: condition, then: consequence = true, else: otherwise = true } = schema;
  if (anyOf !== undefined) into.choices.push(listOf(anyOf));
  if (oneOf !== undefined) into.choices.push(listOf(oneOf));
  if (condition !== undefined) into.choices.push([{ allOf: [condition, consequence] }, otherwise]);
  if (oneOf !== undefined || condition !== undefined) into.isPlain = false;
}

const structural = new Set("$ref $dynamicRef allOf anyOf oneOf if then else".split(" "));
const annotations = new Set(
  "$schema $id $comment $defs definitions $anchor $dynamicAnchor title description examples default deprecated readOnly writeOnly".split(
    " ",
  ),
);
/** A sample made by these keywords of one schema satisfies it by construction. */
const plain = new Set(
  "type properties required additionalProperties items minItems maxItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split(
    " ",
  ),
);

const larger = new Set("minimum exclusiveMinimum minLength minItems minProperties minContains".split(" "));
const smaller = new Set("maximum exclusiveMaximum maxLength maxItems maxProperties maxContains".split(" "));
const schemas = new Set("items additionalProperties contains propertyNames".split(" "));

/** Both must hold. Where two values of one keyword cannot be made into one, the first stands and the check decides. */
function mixKeyword(keywords: { [keyword: string]: Json }, name: string, value: Json): void {
  const keyword = name === "const" ? "enum" : name;
  const added = name === "const" ? [value] : value;
  const known = keywords[keyword];
  if (known === undefined) keywords[keyword] = added;
  else if (larger.has(keyword)) keywords[keyword] = Math.max(Number(known), Number(added));
  else if (smaller.has(keyword)) keywords[keyword] = Math.min(Number(known), Number(added));
  else if (schemas.has(keyword)) keywords[keyword] = { allOf: [known, added] };
  else if (keyword === "type") keywords[keyword] = commonTypes(listOf(known), listOf(added));
  else if (keyword === "enum") keywords[keyword] = listOf(known).filter((one) => listOf(added).some((other) => same(one, other)));
  else if (keyword === "required") keywords[keyword] = [...new Set([...namesIn(known), ...namesIn(added)])];
  else if (keyword === "uniqueItems") keywords[keyword] = known === true || added === true;
  else if (keyword === "prefixItems") keywords[keyword] = mixLists(listOf(known), listOf(added));
  else if (isJsonObject(known) && isJsonObject(added)) keywords[keyword] = mixMembers(known, added);
}

function commonTypes(known: readonly Json[], added: readonly Json[]): readonly Json[] {
  const types = known.filter((type) => added.includes(type) || (type === "integer" && added.includes("number")));
  if (known.includes("number") && added.includes("integer") && !types.includes("integer")) types.push("integer");
  return types;
}

function mixLists(known: readonly Json[], added: readonly Json[]): readonly Json[] {
  const length = Math.max(known.length, added.length);
  return Array.from({ length }, (_, at): Json => both(known[at] ?? true, added[at] ?? true));
}

function mixMembers(known: JsonObject, added: JsonObject): JsonObject {
  const names = new Set([...Object.keys(known), ...Object.keys(added)]);
  return Object.fromEntries([...names].map((name) => [name, both(own(known, name) ?? true, own(added, name) ?? true)]));
}

function both(one: Json, other: Json): Json {
  return one === true ? other : other === true ? one : { allOf: [one, other] };
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The members a sample may have, the required ones first. */
function membersOf(keywords: JsonObject): readonly Member[] {
  const { properties, additionalProperties = true } = keywords;
  const required = namesIn(keywords["required"]);
  const named = isJsonObject(properties) ? Object.keys(properties) : [];
  return [...new Set([...required, ...named])].map((name) => {
    const demands = memberSchemas(keywords, name);
    const schema = demands.length === 0 ? additionalProperties : demands.reduce(both);
    return { name, schema, isRequired: required.includes(name) };
  });
}
