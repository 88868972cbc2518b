import { celUint, isCelError, isCelList, isCelMap, isCelType, isCelUint, parse, plan } from "@bufbuild/cel";
import type { CelInput } from "@bufbuild/cel";
import { tests as conformance } from "@bufbuild/cel-spec/testdata/conformance.js";
import type { SerializedIncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";
import { describe, expect, test } from "vitest";
import { makeCelEnv } from "./cel-engine.ts";
import { checkTree } from "./cel-tree.ts";

/** Sections that concern JSON data; the others are about protobuf messages, enums and extensions that rules do not have. */
const sections = new Set([
  ...[
    "basic",
    "comparisons",
    "conversions",
    "fp_math",
    "integer_math",
    "lists",
    "logic",
    "macros",
    "parse",
    "plumbing",
    "string",
    "timestamps",
    "fields",
  ],
]);

/** A test of the suite that needs what our rules leave out: messages, enums, typed environments, newer syntax. */
function isBeyondRules(original: Original): boolean {
  const text = JSON.stringify(original);
  return (
    /TestAllTypes|NestedTest|google\.protobuf|GlobalEnum|typeEnv|"container"|disableMacros|"unknown"|typeValue/.test(text) ||
    /`|\bcel\.|optional|proto\./.test(original.expr)
  );
}

/** Cases in which we differ, each with its reason. */
const differing: ReadonlySet<string> = new Set([
  // The library takes 0 and 0u as two keys of one literal; no JSON value can have such a pair.
  "fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous",
  // JSON numbers are doubles, so doubles have a remainder here (see `cel-value.ts`).
  "fp_math/fp_math/mod_not_support",
]);

interface Original {
  readonly expr: string;
  readonly name?: string;
  readonly value?: WireValue;
  readonly evalError?: unknown;
  readonly bindings?: { readonly [name: string]: { readonly value?: WireValue } };
}

interface WireValue {
  readonly nullValue?: null;
  readonly boolValue?: boolean;
  readonly int64Value?: string;
  readonly uint64Value?: string;
  readonly doubleValue?: number | string;
  readonly stringValue?: string;
  readonly bytesValue?: string;
  readonly listValue?: { readonly values?: readonly WireValue[] };
  readonly mapValue?: { readonly entries?: readonly { readonly key: WireValue; readonly value: WireValue }[] };
  readonly objectValue?: unknown;
}

function collect(suite: SerializedIncrementalTestSuite, path: readonly string[]): { name: string; original: Original }[] {
  const own = (suite.tests ?? []).map(({ original }, index) => ({
    name: [...path, original.name ?? index].join("/"),
    original: original as unknown as Original,
  }));
  return [...own, ...(suite.suites ?? []).flatMap((inner) => collect(inner, [...path, inner.name]))];
}

function inputOf(value: WireValue | undefined): CelInput {
  if (value === undefined || value.nullValue !== undefined) return null;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.int64Value !== undefined) return BigInt(value.int64Value);
  if (value.uint64Value !== undefined) return celUint(BigInt(value.uint64Value));
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, "base64"));
  if (value.listValue !== undefined) return (value.listValue.values ?? []).map(inputOf);
  if (value.mapValue !== undefined)
    return new Map((value.mapValue.entries ?? []).map(({ key, value: item }) => [inputOf(key), inputOf(item)] as [never, CelInput]));
  throw new Error(`a value of a kind that rules do not have: ${JSON.stringify(value)}`);
}

/** A value written out with its kinds, so that 1 and 1.0 and 1u differ. */
function shown(value: unknown): string {
  if (isCelList(value) || Array.isArray(value)) return `[${[...value].map(shown).join(",")}]`;
  if (isCelMap(value) || value instanceof Map)
    return `{${[...value.entries()]
      .map(([key, item]) => `${shown(key)}:${shown(item)}`)
      .toSorted()
      .join(",")}}`;
  if (isCelUint(value)) return `${value.value}u`;
  if (isCelType(value)) return `type ${value.name}`;
  if (value instanceof Uint8Array) return `b"${Buffer.from(value).toString("hex")}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : `${value}.0`;
  return JSON.stringify(value);
}

function evaluated(original: Original): string {
  try {
    const env = makeCelEnv();
    const { expr } = parse(original.expr);
    // The tree our rules run is the rewritten one, so that is the one to be conformed; names and limits are not the suite's.
    const checked = checkTree(expr, env);
    const variables = Object.fromEntries(Object.entries(original.bindings ?? {}).map(([name, { value }]) => [name, inputOf(value)]));
    const result = plan(env, checked.ok ? checked.value.expr : expr)(variables);
    return isCelError(result) ? "error" : shown(result);
  } catch {
    return "error";
  }
}

const applicable = (conformance.suites ?? [])
  .filter(({ name }) => sections.has(name.replace(/\.textproto$/, "")))
  .flatMap((suite) => collect(suite, [suite.name]))
  .filter(({ original }) => !isBeyondRules(original) && (original.value !== undefined || original.evalError !== undefined))
  .filter(({ original }) => original.value?.objectValue === undefined);

describe("CEL as cel-spec has it", () => {
  test("the suite applies to rules in more than 900 cases", () => {
    expect(applicable.length).toBeGreaterThan(900);
  });

  test("every applicable case gives the value or the error it should", () => {
    const wrong = applicable
      .filter(({ name }) => !differing.has(name))
      .map(({ name, original }) => ({
        name,
        expr: original.expr,
        wanted: original.evalError === undefined ? shown(inputOf(original.value)) : "error",
        found: evaluated(original),
      }))
      .filter(({ wanted, found }) => wanted !== found);
    expect(wrong).toEqual([]);
  });
});
