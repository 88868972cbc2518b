import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalBytes, canonicalJson, jsonDepthMax } from "./canonical-json.ts";
import type { Json } from "./json.ts";

/** RFC 8785 appendix B: the IEEE 754 bits of a number and its canonical text. */
const appendixB: readonly (readonly [string, string])[] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

function doubleOf(bits: string): number {
  return new DataView(Uint8Array.from(Buffer.from(bits, "hex")).buffer).getFloat64(0);
}

describe("canonical JSON", () => {
  test.each(appendixB)("writes the double %s as %s (RFC 8785 appendix B)", (bits, text) => {
    expect(canonicalJson(doubleOf(bits))).toBe(text);
  });

  test.each([NaN, Infinity, -Infinity])("refuses %s (RFC 8785 appendix B)", (value) => {
    expect(() => canonicalJson(value)).toThrow(/cannot hold the number/);
  });

  test("gives the example of RFC 8785 section 3.2.2 and its bytes of section 3.2.4", () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as Json;
    const text =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(canonicalJson(value)).toBe(text);
    expect(canonicalBytes(value)).toEqual(new TextEncoder().encode(text));
  });

  test("orders members by UTF-16 code units (RFC 8785 section 3.2.3)", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "😀": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const order = Object.values(JSON.parse(canonicalJson(value)) as object);
    expect(order).toEqual([
      "One",
      "Carriage Return",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(canonicalJson({ "10": 1, "9": 2, a: 3, "": 4 })).toBe('{"":4,"10":1,"9":2,"a":3}');
  });

  test("refuses what would corrupt a record in silence", () => {
    expect(() => canonicalJson("\ud800")).toThrow(/lone surrogate/);
    expect(() => canonicalJson({ "\udc00": 1 })).toThrow(/lone surrogate/);
    expect(() => canonicalJson({ a: undefined } as unknown as Json)).toThrow(/undefined/);
    expect(() => canonicalJson([1n] as unknown as Json)).toThrow(/bigint/);
    const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(canonicalJson(nested(jsonDepthMax))).toHaveLength(2 * jsonDepthMax + 1);
    expect(() => canonicalJson(nested(jsonDepthMax + 1))).toThrow(/deeper than 64/);
  });

  test("agrees with an independent implementation on any value", () => {
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" });
    fc.assert(
      fc.property(value, (json) => {
        expect(canonicalJson(json as Json)).toBe(canonicalize(json));
      }),
      { numRuns: 2_000 },
    );
  });

  test("does not depend on the order of members, and survives a round trip", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const shuffled = Object.fromEntries(Object.entries(object).toReversed());
        const text = canonicalJson(object as Json);
        expect(canonicalJson(shuffled as Json)).toBe(text);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });
});
