import { expect, test } from "vitest";
import { manifestInputSchema, stepsInputSchema, taskInputSchema } from "./definition-schema.ts";
import { isJsonObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

const schemas = [taskInputSchema, stepsInputSchema, manifestInputSchema];

/** Every subschema with its pointer, by the keywords these schemas use. */
function subschemas(schema: Json, at = ""): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(schema)) return [];
  const below = Object.entries(isJsonObject(schema["properties"]) ? schema["properties"] : {}).flatMap(([name, part]) =>
    subschemas(part, `${at}/${name}`),
  );
  return [
    [at, schema],
    ...below,
    ...subschemas(schema["items"] ?? null, `${at}/*`),
    ...subschemas(schema["additionalProperties"] ?? null, `${at}/+`),
  ];
}

const all = schemas.flatMap((schema) => subschemas(schema, schema.title));
/** Documents of the author's own: their size is bounded by the body, their insides by the checks that know them. */
const free = /\/(extract_schema|params_schema|output_schema|config|inputs)$/;

function types(schema: JsonObject): readonly Json[] {
  return [schema["type"] ?? []].flat();
}

test("every object says which members it has, and every text, number and list how large it may be", () => {
  const unbounded = all.filter(([at, schema]) => {
    if (free.test(at) || schema["enum"] !== undefined) return false;
    const kinds = types(schema);
    const bounded = (kind: string, ...keywords: readonly string[]): boolean =>
      !kinds.includes(kind) || keywords.some((keyword) => schema[keyword] !== undefined);
    const numeric = kinds.includes("number") || kinds.includes("integer");
    const numbersBounded = !numeric || (schema["maximum"] !== undefined && (schema["minimum"] ?? schema["exclusiveMinimum"]) !== undefined);
    return !(
      bounded("object", "additionalProperties") &&
      bounded("string", "maxLength", "pattern") &&
      bounded("array", "maxItems") &&
      numbersBounded
    );
  });
  expect(unbounded.map(([at]) => at)).toEqual([]);
});

test("what is published is plain data", () => {
  for (const schema of schemas) expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});
