import { expect, test } from "vitest";
import type { JsonObject } from "../domain/json.ts";
import { checkParams } from "./check-params.ts";

const schema: JsonObject = {
  type: "object",
  required: ["topic"],
  properties: { topic: { type: "string" }, limit: { type: "integer" } },
  additionalProperties: false,
};

test("parameters that satisfy the schema start a run, and without a schema any object does", () => {
  expect(checkParams(schema, { topic: "x", limit: 3 })).toEqual([]);
  expect(checkParams(null, { anything: [1, { at: "all" }] })).toEqual([]);
});

test("every fault is reported with its pointer", () => {
  expect(checkParams(schema, { limit: "x", other: 1 })).toEqual([
    { pointer: "", detail: "must have required property 'topic'" },
    { pointer: "/other", detail: "is not a member that is allowed here" },
    { pointer: "/limit", detail: "must be integer" },
  ]);
});

test("parameters that no record could hold are refused, schema or not", () => {
  const hostile: readonly (readonly [string, JsonObject])[] = [
    ["/a", { a: "\u0000" }],
    ["/a", { a: "\ud800" }],
    ["/a", { a: Number.POSITIVE_INFINITY }],
    ["/a", { a: 2 ** 60 }],
    ["/__proto__", JSON.parse('{"__proto__":1}') as JsonObject],
    ["/constructor", { constructor: 1 }],
    ["", { a: "x".repeat(1_048_577) }],
  ];
  for (const [pointer, params] of hostile) {
    for (const against of [null, schema]) expect(checkParams(against, params)[0]?.pointer).toBe(pointer);
  }
  expect(checkParams(null, JSON.parse(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`) as JsonObject)[0]?.detail).toMatch(
    /nested deeper/,
  );
});
