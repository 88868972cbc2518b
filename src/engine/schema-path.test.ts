import { describe, expect, test } from "vitest";
import type { Json } from "../domain/json.ts";
import { pathStatus } from "./schema-path.ts";
import type { PathStatus } from "./schema-path.ts";

const listing = {
  type: "object",
  properties: { a: { type: "object", properties: { b: {} } }, list: { type: "array", items: { properties: { v: {} } } } },
};
const recursive = { $defs: { node: { properties: { next: { $ref: "#/$defs/node" }, value: {} } } }, $ref: "#/$defs/node" };

describe("what a schema says of a path", () => {
  test.each<[string, Json, readonly (string | number)[], PathStatus]>([
    ["the value itself", { type: "string" }, [], "declared"],
    ["nothing where there is nothing", false, [], "never"],
    ["a declared member", listing, ["a", "b"], "declared"],
    ["a member not listed", listing, ["z"], "undeclared"],
    ["a member not listed further down", listing, ["a", "z"], "undeclared"],
    ["anything where nothing is listed", { type: "object" }, ["a", "b"], "open"],
    ["anything for an empty schema", {}, ["a", 0, "b"], "open"],
    ["anything for true", true, ["a"], "open"],
    ["no other member when those are closed", { properties: { a: {} }, additionalProperties: false }, ["z"], "never"],
    ["any other member when those are open", { properties: { a: {} }, additionalProperties: true }, ["z", "y"], "open"],
    ["other members by their schema", { properties: { a: {} }, additionalProperties: { properties: { y: {} } } }, ["z", "y"], "declared"],
    ["other members by their schema, and no further", { additionalProperties: { type: "string" } }, ["z", "y"], "never"],
    ["members by pattern", { properties: { a: {} }, patternProperties: { "^x": {} } }, ["xyz"], "open"],
    ["items of a list", listing, ["list", 3, "v"], "declared"],
    ["items by a pointer's digits", listing, ["list", "3", "v"], "declared"],
    ["no member of a list", listing, ["list", "v"], "never"],
    ["no item at a pointer's minus", listing, ["list", "-"], "never"],
    [
      "prefix items by place",
      { type: "array", prefixItems: [{ type: "object", properties: { x: {} } }], items: false },
      [0, "x"],
      "declared",
    ],
    ["no item past a closed prefix", { type: "array", prefixItems: [{}], items: false }, [1], "never"],
    ["nothing inside a scalar", { type: ["string", "null"] }, ["a"], "never"],
    ["a member when an object is one of the types", { type: ["object", "null"], properties: { a: {} } }, ["a"], "declared"],
    ["a member that one part of allOf declares", { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, ["a"], "declared"],
    ["a member that no part of allOf declares", { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, ["z"], "undeclared"],
    [
      "no member that one part of allOf forbids",
      { properties: { a: {} }, allOf: [{ properties: { b: {} }, additionalProperties: false }] },
      ["a"],
      "never",
    ],
    ["a member that one of anyOf declares", { anyOf: [{ properties: { a: {} } }, { type: "string" }] }, ["a"], "declared"],
    ["no member that all of oneOf forbid", { oneOf: [{ type: "string" }, { type: "number" }] }, ["a"], "never"],
    [
      "a member that then declares",
      JSON.parse('{"properties":{"k":{}},"if":{},"then":{"properties":{"a":{}}}}') as Json,
      ["a"],
      "declared",
    ],
    ["a member behind a reference", { $defs: { "x/y": { properties: { a: {} } } }, $ref: "#/$defs/x~1y" }, ["a"], "declared"],
    ["a member of a recursive schema", recursive, ["next", "next", "next", "value"], "declared"],
    ["a member a recursive schema does not list", recursive, ["next", "next", "other"], "undeclared"],
    [
      "no member past a closed composition",
      { properties: { a: {} }, allOf: [{ properties: { b: {} } }], unevaluatedProperties: false },
      ["z"],
      "never",
    ],
    ["a member named like one of Object's", listing, ["constructor"], "undeclared"],
  ])("%s", (_, schema, path, status) => {
    expect(pathStatus(schema, path)).toBe(status);
  });

  test("a loop of references says nothing, and ends", () => {
    expect(pathStatus({ $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, ["x"])).toBe("open");
  });
});
