import { describe, expect, test } from "vitest";
import { timed } from "../../test/support/timed.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { compileContract, contractIssuesMax } from "./contract.ts";
import type { Contract } from "./contract.ts";
import { formats } from "./schema-shape.ts";

function contract(schema: JsonObject): Contract {
  const compiled = compileContract(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

function check(schema: JsonObject, value: Json): readonly Issue[] {
  return contract(schema).check(value);
}

function refusals(schema: JsonObject): readonly Issue[] {
  const compiled = compileContract(schema);
  return compiled.ok ? [] : compiled.error;
}

function readObject(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

function nested(depth: number, value: Json = "end"): Json {
  return depth === 0 ? value : { x: nested(depth - 1, value) };
}

describe("a contract", () => {
  test("names every violation with a pointer into the value, and never quotes a value", () => {
    const schema = {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "integer" },
        tags: { type: "array", items: { type: "string", maxLength: 3 } },
        kind: { enum: ["a", "b"] },
        is: { const: 1 },
      },
    };
    const issues = check(schema, { tags: ["ok", "secret", 5], kind: "secret", is: "secret", "a/b": "secret" });
    expect(issues).toEqual([
      { pointer: "", detail: "must have required property 'id'" },
      { pointer: "/a~1b", detail: "is not a member that is allowed here" },
      { pointer: "/tags/1", detail: "must NOT have more than 3 characters" },
      { pointer: "/tags/2", detail: "must be string" },
      { pointer: "/kind", detail: 'must be one of ["a","b"]' },
      { pointer: "/is", detail: "must be equal to constant" },
    ]);
    expect(JSON.stringify(issues)).not.toContain("secret");
  });

  test("gives a bounded number of issues", () => {
    const schema = { type: "array", items: { type: "string" } };
    expect(
      check(
        schema,
        Array.from({ length: 1_000 }, (_, index) => index),
      ),
    ).toHaveLength(contractIssuesMax);
    expect(contract(schema).check([1, 2, 3], 2)).toHaveLength(2);
  });

  test("keeps each of its patterns apart: two patterns in one schema are two patterns", () => {
    // Ajv keys compiled patterns by toString(); a wrapper without its own makes the first pattern stand for all.
    const schema = {
      type: "object",
      properties: { a: { type: "string", pattern: "^a$" }, b: { type: "string", pattern: "^b$" } },
      patternProperties: { "^x": { type: "string", pattern: "^x$" } },
    };
    expect(check(schema, { a: "a", b: "b", x1: "x" })).toEqual([]);
    expect(check(schema, { a: "a", b: "a" })).toEqual([{ pointer: "/b", detail: 'must match pattern "^b$"' }]);
    expect(check(schema, { x1: "a" })).toEqual([{ pointer: "/x1", detail: 'must match pattern "^x$"' }]);
  });

  test("sees only an object's own members", () => {
    expect(check({ required: ["constructor", "toString"] }, {})).toHaveLength(2);
    const hidden = JSON.parse('{"__proto__":1}') as Json;
    expect(check({ type: "object", additionalProperties: false }, hidden)).toEqual([
      { pointer: "/__proto__", detail: "is not a member that is allowed here" },
    ]);
  });

  test("keeps the 2020-12 keywords: prefixItems, unevaluatedProperties over allOf, dependentSchemas, if/then, recursion", () => {
    expect(check({ prefixItems: [{ type: "string" }], items: { type: "number" } }, ["a", 1, "b"])).toEqual([
      { pointer: "/2", detail: "must be number" },
    ]);
    const composed = { allOf: [{ properties: { a: {} } }], properties: { b: {} }, unevaluatedProperties: false };
    expect(check(composed, { a: 1, b: 1 })).toEqual([]);
    expect(check(composed, { c: 1 })).toEqual([{ pointer: "/c", detail: "is not a member that is allowed here" }]);
    expect(check({ dependentSchemas: { a: { required: ["b"] } } }, { a: 1 })).toHaveLength(1);
    expect(check(readObject('{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]}}'), { a: 1 })).not.toEqual([]);
    const tree = {
      $defs: {
        node: {
          type: "object",
          properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } },
          additionalProperties: false,
        },
      },
      $ref: "#/$defs/node",
    };
    expect(check(tree, { left: { right: {} } })).toEqual([]);
    expect(check(tree, { left: { right: { middle: {} } } })).toEqual([
      { pointer: "/left/right/middle", detail: "is not a member that is allowed here" },
    ]);
  });

  test("checks formats, and multiples as people count them", () => {
    expect(check({ format: "date-time" }, "2026-02-28T10:00:00Z")).toEqual([]);
    expect(check({ format: "date-time" }, "2026-02-30T10:00:00Z")).toHaveLength(1);
    expect(check({ type: "number", multipleOf: 0.01 }, 19.99)).toEqual([]);
    expect(check({ type: "number", multipleOf: 0.01 }, 19.995)).toHaveLength(1);
  });

  test("checks unique items as JSON values, members in any order", () => {
    const schema = { uniqueItems: true };
    expect(check(schema, [{ a: 1, b: 2 }, { a: 1 }, 1, "1"])).toEqual([]);
    expect(
      check(schema, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual([{ pointer: "", detail: "must NOT have equal items" }]);
  });
});

describe("a schema is refused at the door", () => {
  test.each<[string, JsonObject, string, RegExp]>([
    ["with an unknown keyword", { properties: { a: { typo: 1 } } }, "/properties/a/typo", /not a keyword/],
    ["with a keyword of older drafts", { dependencies: {} }, "/dependencies", /not a keyword/],
    ["with $dynamicRef", { $dynamicRef: "#x" }, "/$dynamicRef", /not a keyword/],
    ["with a type that does not exist", { type: "text" }, "/type", /must be one of/],
    ["with a keyword of the wrong type", { required: "a" }, "/required", /must be array/],
    ["with an unknown format", { format: "regex" }, "/format", /is not one of date/],
    ["of another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "/$schema", /2020-12/],
    ["with an $id below its root", { properties: { a: { $id: "x" } } }, "/properties/a/$id", /root only/],
    ["that refers outside", { $ref: "https://example.org/schema" }, "/$ref", /JSON Pointer into this schema/],
    ["that refers to nothing", { $ref: "#/$defs/none" }, "/$ref", /JSON Pointer into this schema/],
    ["that refers to what is no subschema", { title: "x", $ref: "#/title" }, "/$ref", /does not name a subschema/],
    ["with a reference that is no fragment", { $ref: "#%zz" }, "/$ref", /JSON Pointer into this schema/],
    ["that refers to itself in place", { $ref: "#" }, "", /leads back to itself/],
    [
      "that refers to itself in place through others",
      { $defs: { a: { allOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } } },
      "",
      /leads back to itself/,
    ],
    ["with look-ahead", { properties: { a: { pattern: "^(?=x)" } } }, "/properties/a/pattern", /RE2/],
    ["with a back-reference", { pattern: "(a)\\1" }, "/pattern", /RE2/],
    ["with a pattern that is none", { patternProperties: { "(": {} } }, "/patternProperties/(", /RE2/],
    ["with a pattern that is too long", { pattern: "a".repeat(1_001) }, "/pattern", /longer than 1000/],
    ["with a pattern that unrolls too far", { pattern: "(abcdefgh){900}" }, "/pattern", /unrolls to more than/],
    ["with if and nothing after it", { if: {} }, "", /"if" without "then"/],
    ["with a name of a prototype", JSON.parse('{"properties":{"__proto__":{}}}') as JsonObject, "/properties/__proto__", /not allowed/],
    ["that is too long", { description: "a".repeat(65_536) }, "", /longer than 65536/],
  ])("%s", (_, schema, pointer, detail) => {
    const [issue] = refusals(schema);
    expect(issue?.pointer).toBe(pointer);
    expect(issue?.detail).toMatch(detail);
  });

  test("with all its faults at once", () => {
    const schema = { typo: 1, properties: { a: { pattern: "(?=x)" }, b: { $ref: "#/none" } }, required: 5 };
    expect(refusals(schema).map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(["/typo", "/properties/a/pattern", "/properties/b/$ref", "/required"]),
    );
  });

  test("when it nests too deep, before anything recurses over it", () => {
    let schema: JsonObject = {};
    for (let depth = 0; depth < 50_000; depth += 1) schema = { not: schema };
    expect(refusals(schema)[0]?.detail).toMatch(/nested deeper than 32/);
  });

  test("when its references unfold exponentially", () => {
    const defs: { [name: string]: JsonObject } = { d40: { type: "object" } };
    for (let level = 0; level < 40; level += 1)
      defs[`d${level}`] = { allOf: [{ $ref: `#/$defs/d${level + 1}` }, { $ref: `#/$defs/d${level + 1}` }] };
    expect(refusals({ $defs: defs, $ref: "#/$defs/d0" })[0]?.detail).toMatch(/unfold to more than 2000/);
  });

  test("but not for what JSON Schema lets it say", () => {
    const fine: readonly JsonObject[] = [
      {},
      { type: ["string", "null"] },
      { properties: { a: { type: "integer" } }, required: ["b"] },
      {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: "https://example.org/x",
        $comment: "x",
        title: "x",
        examples: [1],
        default: 1,
        deprecated: true,
      },
      { pattern: String.raw`^[\u00e0-\u00ff\u{1F600}]+/\/$`, contentMediaType: "text/plain" },
      { $defs: { "a/b": {} }, $ref: "#/$defs/a~1b" },
    ];
    for (const schema of fine) expect(refusals(schema)).toEqual([]);
  });
});

describe("hostile values are checked in bounded time", () => {
  const budgetMs = 1_500;

  test("a pattern that would backtrack for ever answers at once", () => {
    const schema = { type: "string", pattern: "^(a+)+$" };
    expect(timed(() => expect(check(schema, `${"a".repeat(100_000)}!`)).toHaveLength(1))).toBeLessThan(budgetMs);
  });

  test("no format backtracks", () => {
    const probes = [
      "a".repeat(100_000),
      "1".repeat(100_000),
      `${"a.".repeat(50_000)}!`,
      `${":".repeat(100_000)}!`,
      `a@${"a-".repeat(50_000)}!`,
      `http://${"a/".repeat(50_000)} `,
      "%".repeat(100_000),
      `P${"1D".repeat(50_000)}!`,
    ];
    for (const format of formats) {
      const compiled = contract({ type: "string", format });
      for (const probe of probes)
        expect(
          timed(() => void compiled.check(probe)),
          `${format} on ${probe.slice(0, 9)}`,
        ).toBeLessThan(budgetMs);
    }
  });

  test("unique items are found without comparing every pair", () => {
    const items = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    expect(timed(() => expect(check({ uniqueItems: true }, items)).toEqual([]))).toBeLessThan(budgetMs);
  });

  test("a recursive schema that branches on one child is refused on a deep value, not run", () => {
    const branch = { type: "object", required: ["x"], properties: { x: { $ref: "#/$defs/a" } } };
    const schema = { $defs: { a: { anyOf: [branch, { ...branch, title: "again" }, { type: "string" }] } }, $ref: "#/$defs/a" };
    expect(check(schema, nested(3))).toEqual([]);
    expect(
      timed(() =>
        expect(check(schema, nested(30))).toEqual([{ pointer: "", detail: expect.stringMatching(/evaluated too often/) as string }]),
      ),
    ).toBeLessThan(budgetMs);
  });

  test("texts too long for their patterns are a violation, also below not", () => {
    const long = "ab".repeat(500_000);
    for (const schema of [{ pattern: "(a|b|ab)*c{1,50}$" }, { not: { pattern: "(a|b|ab)*c{1,50}$" } }]) {
      expect(timed(() => expect(check(schema, long)[0]?.detail).toMatch(/too long for the patterns/))).toBeLessThan(budgetMs);
    }
  });
});
