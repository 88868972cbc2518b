import { findJsonIssue } from "../domain/strict-json.ts";
import { isJsonObject, jsonPointer, jsonPointerTokens, resolveJsonPointer } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { compilePattern } from "./linear-pattern.ts";

export const schemaLengthMax = 65_536;
export const subschemaCountMax = 2_000;
export const refCountMax = 256;

/** Formats we check; each is a linear-time test (`contract.test.ts` probes them). Others are refused, not ignored. */
export const formats = [
  "date",
  "time",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uuid",
  "json-pointer",
  "relative-json-pointer",
] as const;

/** How a subschema is reached: at the same place of the instance, or at a child of it (`selector` null: at any child). */
export interface SchemaEdge {
  readonly to: string;
  readonly selector: "same" | { readonly child: string | null };
}

/** A schema as a graph of its subschemas by JSON Pointer. Subschemas under `$defs` count only where a `$ref` reaches them. */
export interface SchemaShape {
  readonly issues: readonly Issue[];
  readonly edges: ReadonlyMap<string, readonly SchemaEdge[]>;
}

const singleInPlace = ["not", "if", "then", "else"];
const listInPlace = ["allOf", "anyOf", "oneOf"];
const singleChild = ["additionalProperties", "unevaluatedProperties", "propertyNames", "items", "contains", "unevaluatedItems"];
const definitions = ["$defs", "definitions"];
const plainKeywords = [
  ...["$schema", "$id", "$anchor", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"],
  ...["type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength"],
  ...["pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains", "maxProperties", "minProperties", "required"],
  ...["dependentRequired", "format", "contentEncoding", "contentMediaType", "$ref"],
];
const known: ReadonlySet<string> = new Set([
  ...singleInPlace,
  ...listInPlace,
  ...singleChild,
  ...definitions,
  ...plainKeywords,
  ...["prefixItems", "properties", "patternProperties", "dependentSchemas"],
]);
const draft = "https://json-schema.org/draft/2020-12/schema";

/** Size and nesting of a schema, checked before anything recurses over it. */
export function schemaSizeIssues(schema: JsonObject): readonly Issue[] {
  const issues = findJsonIssue(schema);
  if (issues.length > 0) return issues;
  return JSON.stringify(schema).length > schemaLengthMax ? [{ pointer: "", detail: `is longer than ${schemaLengthMax} characters` }] : [];
}

/** Walks a schema that its meta-schema accepts: keywords, references, patterns and formats, and the graph they make. */
export function schemaShape(schema: JsonObject): SchemaShape {
  const walk: Walk = { root: schema, issues: [], edges: new Map(), refs: 0, anchors: new Map() };
  visit(walk, schema, []);
  for (const [from, edges] of walk.edges) {
    for (const { to } of edges) {
      if (!walk.edges.has(to)) walk.issues.push({ pointer: `${from}/$ref`, detail: "does not name a subschema of this schema" });
    }
  }
  if (walk.edges.size > subschemaCountMax) walk.issues.push({ pointer: "", detail: `has more than ${subschemaCountMax} subschemas` });
  if (walk.refs > refCountMax) walk.issues.push({ pointer: "", detail: `has more than ${refCountMax} references` });
  return walk;
}

interface Walk extends SchemaShape {
  readonly root: JsonObject;
  readonly issues: Issue[];
  readonly edges: Map<string, SchemaEdge[]>;
  readonly anchors: Map<string, string>;
  refs: number;
}

type Tokens = readonly (string | number)[];

function visit(walk: Walk, schema: Json, tokens: Tokens): void {
  const pointer = jsonPointer(tokens);
  const edges: SchemaEdge[] = [];
  walk.edges.set(pointer, edges);
  if (!isJsonObject(schema)) return;
  checkKeywords(walk, schema, tokens);
  const descend = (value: Json | undefined, at: Tokens, selector: SchemaEdge["selector"] | null): void => {
    if (value === undefined) return;
    const below = [...tokens, ...at];
    if (selector !== null) edges.push({ to: jsonPointer(below), selector });
    visit(walk, value, below);
  };
  for (const keyword of singleInPlace) descend(schema[keyword], [keyword], "same");
  for (const keyword of listInPlace) for (const [at, item] of itemsOf(schema[keyword])) descend(item, [keyword, at], "same");
  for (const [name, item] of membersOf(schema["dependentSchemas"])) descend(item, ["dependentSchemas", name], "same");
  for (const [name, item] of membersOf(schema["properties"])) descend(item, ["properties", name], { child: name });
  for (const [name, item] of membersOf(schema["patternProperties"])) descend(item, ["patternProperties", name], { child: null });
  for (const [at, item] of itemsOf(schema["prefixItems"])) descend(item, ["prefixItems", at], { child: String(at) });
  for (const keyword of singleChild) {
    // What `properties` or `prefixItems` of the same schema cover, these do not: a name of its own stands for "the others".
    const others = keyword === "additionalProperties" || keyword === "items";
    descend(schema[keyword], [keyword], { child: others ? "\u0000others" : null });
  }
  for (const keyword of definitions) for (const [name, item] of membersOf(schema[keyword])) descend(item, [keyword, name], null);
  const target = refTarget(walk, schema["$ref"], [...tokens, "$ref"]);
  if (target !== null) edges.push({ to: target, selector: "same" });
}

function checkKeywords(walk: Walk, schema: JsonObject, tokens: Tokens): void {
  const fault = (at: Tokens, detail: string): void => void walk.issues.push({ pointer: jsonPointer([...tokens, ...at]), detail });
  for (const keyword of Object.keys(schema))
    if (!known.has(keyword)) fault([keyword], "is not a keyword of JSON Schema 2020-12 that we know");
  const { $schema, $id, pattern, format } = schema;
  if ($schema !== undefined && (tokens.length > 0 || $schema !== draft)) fault(["$schema"], `must stand at the root and be ${draft}`);
  if ($id !== undefined && tokens.length > 0) fault(["$id"], "may stand at the root only");
  if (typeof pattern === "string") checkPattern(pattern, (detail) => fault(["pattern"], detail));
  for (const [source] of membersOf(schema["patternProperties"]))
    checkPattern(source, (detail) => fault(["patternProperties", source], detail));
  if (typeof format === "string" && !formats.some((name) => name === format)) fault(["format"], `is not one of ${formats.join(", ")}`);
}

function checkPattern(source: string, fault: (detail: string) => void): void {
  const compiled = compilePattern(source);
  if (!compiled.ok) fault(compiled.error);
}

/** The pointer a `$ref` names. Only this schema may be referred to: nothing is ever fetched. */
function refTarget(walk: Walk, ref: Json | undefined, at: Tokens): string | null {
  if (typeof ref !== "string") return null;
  walk.refs += 1;
  const pointer = ref.startsWith("#") ? decodeFragment(ref.slice(1)) : null;
  const known = pointer !== null && jsonPointerTokens(pointer) !== null && resolveJsonPointer(walk.root, pointer) !== undefined;
  if (known) return pointer;
  walk.issues.push({ pointer: jsonPointer(at), detail: "must be # and a JSON Pointer into this schema, such as #/$defs/item" });
  return null;
}

function decodeFragment(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function itemsOf(value: Json | undefined): readonly (readonly [number, Json])[] {
  return Array.isArray(value) ? [...value.entries()] : [];
}
