import { createHash } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import { makeDraw } from "../../src/llm/draw.ts";
import { compileSample } from "../../src/llm/sample-schema.ts";

// Whether the stub's answers satisfy contracts is decided by a validator that shares no line with it.

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  ...more,
});
const holding = (schema: Json): JsonObject => object({ value: schema }, { additionalProperties: false });

const contracts: Readonly<Record<string, JsonObject>> = {
  "an open contract": {},
  "any object": { type: "object" },
  "an object that says nothing of its members": { type: "object", additionalProperties: { type: "integer" } },
  "required members nobody declared": { type: "object", required: ["a", "b"] },
  "optional members": { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, additionalProperties: false },
  "a closed empty object": { type: "object", additionalProperties: false },
  "a member called __proto__": {
    type: "object",
    required: ["__proto__"],
    properties: JSON.parse('{"__proto__":{"type":"integer"}}') as JsonObject,
  },
  "min and max members": { type: "object", minProperties: 4, maxProperties: 4, properties: { a: { type: "string" } } },
  "name patterns": {
    type: "object",
    patternProperties: { "^x-[a-z]{3}$": { type: "integer" } },
    additionalProperties: false,
    minProperties: 2,
  },
  "names of a form": {
    type: "object",
    propertyNames: { pattern: "^[A-Z]{2}$" },
    additionalProperties: { type: "boolean" },
    minProperties: 2,
  },
  "dependent members": { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, dependentRequired: { a: ["b"] } },
  "a dependent schema": {
    type: "object",
    properties: { a: { type: "string" } },
    dependentSchemas: { a: { required: ["c"], properties: { c: { const: 1 } } } },
  },
  "string lengths": holding({ type: "string", minLength: 30, maxLength: 33 }),
  "a long text": holding({ type: "string", minLength: 2000 }),
  "a short text": holding({ type: "string", maxLength: 3 }),
  "a code": holding({ type: "string", pattern: "^INV-\\d{4}-[A-F0-9]{6}$" }),
  "a pattern without anchors": holding({ type: "string", pattern: "ab+c|x{2,3}" }),
  "a pattern with a length": holding({ type: "string", pattern: "^[a-z]+$", minLength: 20, maxLength: 30 }),
  "a pattern with groups": holding({ type: "string", pattern: "^(?:\\+\\d{1,3} )?\\(\\d{3}\\) \\d{3}-\\d{4}$" }),
  "a pattern of Unicode classes": holding({ type: "string", pattern: "^\\p{Lu}\\p{Ll}+$" }),
  "a nested repetition": holding({ type: "string", pattern: "^(a+)+$" }),
  "a negated class": holding({ type: "string", pattern: "^[^a-z\\s]{5}$" }),
  "every format": object(
    Object.fromEntries(
      "date time date-time duration email hostname ipv4 ipv6 uri uri-reference uri-template uuid json-pointer relative-json-pointer regex byte"
        .split(" ")
        .map((format) => [format, { type: "string", format }]),
    ),
  ),
  "a percentage": holding({ type: "number", minimum: 0, maximum: 1 }),
  "an open interval": holding({ type: "number", exclusiveMinimum: 0, exclusiveMaximum: 0.001 }),
  "an integer between": holding({ type: "integer", exclusiveMinimum: 4, exclusiveMaximum: 6 }),
  cents: holding({ type: "number", multipleOf: 0.01, minimum: 10, maximum: 20 }),
  "an even number": holding({ type: "integer", multipleOf: 2, minimum: -9, maximum: -1 }),
  "a negative number": holding({ type: "number", maximum: -1000 }),
  "half numbers that are whole": holding({ type: "integer", multipleOf: 0.5 }),
  "an enumeration": holding({ enum: ["low", "high", 3, null, { a: [1] }] }),
  "a constant": holding({ const: { a: [1, "b"] } }),
  "a nullable string": holding({ type: ["null", "string"] }),
  "a list": holding({ type: "array", items: { type: "string" }, minItems: 3, maxItems: 5 }),
  "an empty list": holding({ type: "array", items: { type: "string" }, maxItems: 0 }),
  "a tuple": holding({ type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false, minItems: 2 }),
  "distinct items": holding({ type: "array", items: { enum: ["a", "b", "c", "d"] }, uniqueItems: true, minItems: 4 }),
  "a list that contains": holding({
    type: "array",
    items: { type: "integer" },
    contains: { minimum: 50, maximum: 51 },
    minContains: 2,
    minItems: 4,
  }),
  "one of two forms": {
    type: "object",
    oneOf: [object({ kind: { const: "a" }, a: { type: "string" } }), object({ kind: { const: "b" }, b: { type: "integer" } })],
  },
  "overlapping numbers, one only": holding({
    oneOf: [
      { type: "integer", minimum: 0, maximum: 10 },
      { type: "integer", minimum: 5, maximum: 20 },
    ],
  }),
  "any of three": holding({
    anyOf: [{ type: "string", maxLength: 5 }, { type: "boolean" }, { type: "array", items: { type: "integer" } }],
  }),
  "choices within choices": holding({ anyOf: [{ oneOf: [{ type: "null" }, { type: "boolean" }] }, { anyOf: [{ type: "string" }] }] }),
  "all of": {
    allOf: [
      object({ a: { type: "number", minimum: 3 } }),
      { type: "object", properties: { a: { type: "integer", maximum: 4 }, b: { type: "string" } }, required: ["b"] },
    ],
  },
  "closed by a sibling": {
    type: "object",
    allOf: [{ type: "object", properties: { a: { type: "string" } }, additionalProperties: false }],
    properties: { b: { type: "string" } },
  },
  not: holding({ type: "integer", minimum: 1, maximum: 3, not: { const: 2 } }),
  "if then": JSON.parse(`{
    "type": "object", "properties": { "kind": { "enum": ["a", "b"] } }, "required": ["kind"],
    "if": { "type": "object", "properties": { "kind": { "const": "a" } } },
    "then": { "type": "object", "properties": { "extra": { "type": "integer" } }, "required": ["extra"] },
    "else": { "type": "object", "properties": { "other": { "type": "string" } }, "required": ["other"] }
  }`) as JsonObject,
  "local definitions": {
    $defs: { money: object({ amount: { type: "number", minimum: 0 }, currency: { enum: ["EUR", "USD"] } }) },
    ...object({ total: { $ref: "#/$defs/money" }, lines: { type: "array", minItems: 1, items: { $ref: "#/$defs/money" } } }),
  },
  "an anchor": { $defs: { a: { $anchor: "here", type: "integer" } }, ...object({ value: { $ref: "#here" } }) },
  "a tree": {
    $defs: { node: object({ name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } }) },
    ...object({ root: { $ref: "#/$defs/node" } }),
  },
  "a linked list": {
    $defs: { link: { type: "object", properties: { next: { $ref: "#/$defs/link" } } } },
    ...object({ head: { $ref: "#/$defs/link" } }),
  },
  "itself, optionally": { type: "object", properties: { self: { $ref: "#" }, name: { type: "string" } }, required: ["name"] },
  "an escaped pointer": { $defs: { "a/b~c": { type: "boolean" } }, ...object({ value: { $ref: "#/$defs/a~1b~0c" } }) },
  "unevaluated members": { type: "object", allOf: [object({ a: { type: "string" } })], unevaluatedProperties: false },
  "a root that is a list": { type: "array", items: { type: "integer" } },
};

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

describe("the stub's sample", () => {
  it.each(Object.entries(contracts))("satisfies its contract: %s", (_name, contract) => {
    const validate = ajv.compile(contract);
    const sampler = compileSample(contract);
    for (let index = 0; index < 40; index += 1) {
      const made = sampler.make(makeDraw(digest(`${index}`)));
      expect(made.ok).toBe(true);
      const satisfied = made.ok && validate(made.value);
      expect({ made, errors: validate.errors }).toEqual({ made, errors: null });
      expect(satisfied).toBe(true);
    }
  });

  it("is an object with members where the contract leaves that open", () => {
    for (const contract of [contracts["an open contract"], contracts["any object"], contracts["optional members"]]) {
      const made = compileSample(contract ?? {}).make(makeDraw(digest("a")));
      expect(made.ok && Object.keys(made.value as JsonObject).length > 0).toBe(true);
    }
  });

  it("is the same for the same digest and differs between digests", () => {
    const sampler = compileSample(contracts["every format"] ?? {});
    const [one, again, other] = ["a", "a", "b"].map((text) => JSON.stringify(sampler.make(makeDraw(digest(text)))));
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(JSON.stringify(compileSample(contracts["every format"] ?? {}).make(makeDraw(digest("a"))))).toBe(one);
  });

  it("prefers examples and defaults that are valid, and ignores those that are not", () => {
    const sampler = compileSample(
      object({
        city: { type: "string", examples: ["Oslo", 7] },
        count: { type: "integer", default: 12 },
        odd: { type: "integer", minimum: 1, default: -1 },
      }),
    );
    const made = sampler.make(makeDraw(digest("a")));
    expect(made.ok && made.value).toMatchObject({ city: "Oslo", count: 12 });
    expect(made.ok && (made.value as { odd: number }).odd).toBeGreaterThan(0);
  });

  it.each([
    ["an impossible interval", holding({ type: "integer", minimum: 5, maximum: 4 })],
    ["an unsafe integer", holding({ type: "integer", minimum: 2 ** 60 })],
    ["a member that nothing can be", holding(false)],
    ["an endless reference", { $defs: { a: { $ref: "#/$defs/a" } }, ...object({ value: { $ref: "#/$defs/a" } }) }],
    [
      "a required tree without an end",
      { $defs: { a: object({ next: { $ref: "#/$defs/a" } }) }, ...object({ value: { $ref: "#/$defs/a" } }) },
    ],
    ["a reference to nowhere", object({ value: { $ref: "#/$defs/absent" } })],
    ["a look-ahead", holding({ type: "string", pattern: "^(?=a)b$" })],
    [
      "too many choices that all fail",
      holding({ anyOf: Array.from({ length: 200 }, () => ({ allOf: [{ type: "string" }, { type: "integer" }] })) }),
    ],
  ])("is refused, not guessed, for %s", (_name, contract) => {
    expect(compileSample(contract).make(makeDraw(digest("a"))).ok).toBe(false);
  });

  it("satisfies random contracts, or is refused", () => {
    let made = 0;
    let tried = 0;
    fc.assert(
      fc.property(randomContract, fc.string(), (contract, seed) => {
        tried += 1;
        const sampled = compileSample(contract).make(makeDraw(digest(seed)));
        if (!sampled.ok) return;
        made += 1;
        const validate = ajv.compile(contract);
        expect({ contract, value: sampled.value, ok: validate(sampled.value) }).toMatchObject({ ok: true });
      }),
      { numRuns: 400 },
    );
    // Refusals are for contracts that contradict themselves, which few of these do.
    expect(made / tried).toBeGreaterThan(0.9);
  });
});

const { schema: randomContract } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.record({ type: fc.constant("string"), minLength: fc.nat(40) }),
    fc.record({ type: fc.constant("string"), format: fc.constantFrom("date", "uuid", "email", "date-time") }),
    fc.record({ type: fc.constant("string"), pattern: fc.constantFrom("^[a-z]{2,8}$", "^\\d+-\\d+$", "x(yz)*", "^(red|green)$") }),
    fc.record({ type: fc.constant("integer"), minimum: fc.integer({ min: -50, max: 50 }), maximum: fc.integer({ min: 60, max: 90 }) }),
    fc.record({ type: fc.constant("number"), multipleOf: fc.constantFrom(0.5, 0.25, 3), minimum: fc.nat(20) }),
    fc.record({ enum: fc.uniqueArray(fc.string(), { minLength: 1 }) }),
    fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat(2) }),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.tuple(tie("schema")) }),
    fc
      .dictionary(fc.string({ maxLength: 6 }), tie("schema"), { maxKeys: 4 })
      .map((properties) => object(properties, { additionalProperties: false })),
    fc
      .dictionary(fc.string({ maxLength: 6 }), tie("schema"), { maxKeys: 4 })
      .map((properties): JsonObject => ({ type: "object", properties })),
  ),
}));
