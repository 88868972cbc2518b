import { describe, expect, it } from "vitest";
import type { JsonObject } from "../domain/json.ts";
import { structuredHint } from "./structured-hint.ts";

const closed = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

function hintOf(schema: JsonObject): unknown {
  const hint = structuredHint(schema);
  return (hint?.["properties"] as JsonObject | undefined)?.["output_json"] ?? null;
}

describe("the hint of a contract", () => {
  it("leaves out limits on values, so that it is weaker than the contract and never stronger", () => {
    const contract = {
      ...closed({
        a: { type: "string", minLength: 2, pattern: "^a", format: "date", description: "d" },
        b: { type: ["integer", "null"], minimum: 1 },
      }),
      $schema: "https://json-schema.org/draft/2020-12/schema",
      examples: [{ a: "a" }],
    };
    expect(hintOf(contract)).toEqual(closed({ a: { type: "string", description: "d" }, b: { type: ["integer", "null"] } }));
  });

  it("reaches into lists, choices and enumerations", () => {
    const contract = closed({
      a: { type: "array", items: closed({ b: { enum: ["x", 1, null] } }) },
      c: { anyOf: [{ const: 1 }, { type: "null" }] },
    });
    expect(hintOf(contract)).toEqual(contract);
  });

  it("keeps a member called __proto__ a member", () => {
    const contract = closed(JSON.parse('{"__proto__":{"type":"string"}}') as JsonObject);
    expect(JSON.stringify(hintOf(contract))).toBe(
      JSON.stringify({ type: "object", ...{ additionalProperties: false }, properties: contract["properties"], required: ["__proto__"] }),
    );
  });

  it.each<[string, JsonObject]>([
    ["an open object", { type: "object", properties: { a: { type: "string" } }, required: ["a"] }],
    ["an optional member", { type: "object", properties: { a: { type: "string" } }, additionalProperties: false }],
    ["a required member nobody declared", { ...closed({ a: { type: "string" } }), required: ["b"] }],
    ["a required member beside the declared ones", { ...closed({ a: { type: "string" } }), required: ["a", "b"] }],
    ["no member at all", closed({})],
    ["a member without a type", closed({ a: {} })],
    ["a boolean schema", closed({ a: true })],
    ["a list without items", closed({ a: { type: "array" } })],
    ["a reference", closed({ a: { $ref: "#/$defs/b" } })],
    ["oneOf", closed({ a: { oneOf: [{ type: "null" }] } })],
    ["not", closed({ a: { type: "string", not: { const: "x" } } })],
    ["a tuple", closed({ a: { type: "array", prefixItems: [{ type: "null" }], items: { type: "null" } } })],
    ["an enumeration of objects", closed({ a: { enum: [{}] } })],
    ["a root that is no object", { type: "array", items: { type: "string" } }],
    [
      "nesting beyond what providers take",
      Array.from({ length: 12 }).reduce<JsonObject>((inner) => closed({ a: inner }), closed({ a: { type: "null" } })),
    ],
  ])("is not given for %s", (_what, contract) => {
    expect(structuredHint(contract)).toBeNull();
  });
});
