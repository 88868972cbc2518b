import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, jsonDepthMax } from "./canonical-json.ts";
import type { Json } from "./json.ts";
import { decodeUtf8Strict, findJsonIssue, inputDepthMax, parseStrictJson } from "./strict-json.ts";

/** The value, or the fault as `detail @at`. */
function read(text: string): Json {
  const parsed = parseStrictJson(text);
  return parsed.ok ? parsed.value : `${parsed.error.detail} @${parsed.error.at}`;
}

describe("a strict JSON text", () => {
  test.each([
    [' { "a" : [ 1 , -2.5e3 , true , false , null , "x" ] } \r\n\t', { a: [1, -2500, true, false, null, "x"] }],
    ["{}", {}],
    ["[]", []],
    ["0", 0],
    ["9007199254740991", 9_007_199_254_740_991],
    ["-9007199254740991", -9_007_199_254_740_991],
    ["1e20", 1e20],
    [String.raw`"\"\\\/\b\f\n\r\tA😀"`, '"\\/\b\f\n\r\tA😀'],
    ['"😀é"', "😀é"],
    ['""', ""],
  ])("%j is taken as it is", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ["", "the text ends early @0"],
    [" ", "the text ends early @1"],
    ["1 2", "text follows the JSON value @2"],
    ["{} x", "text follows the JSON value @3"],
    ["```json\n{}\n```", "a JSON value is expected @0"],
    ["\ufeff{}", "a JSON value is expected @0"],
    ['{"a":1,"a":2}', "a member name is repeated @7"],
    [String.raw`{"a":1,"\u0061":2}`, "a member name is repeated @7"],
    ['{"a":1,}', "a member name is expected @7"],
    ["{a:1}", "a member name is expected @1"],
    ['{"a" 1}', "a colon is expected @5"],
    ['{"a":1 "b":2}', "a comma or the end of the collection is expected @7"],
    ['{"a":}', "a JSON value is expected @5"],
    ['{"a":1', "a comma or the end of the collection is expected @6"],
    ["[1,]", "a JSON value is expected @3"],
    ["[1", "a comma or the end of the collection is expected @2"],
    ["[1}", "a comma or the end of the collection is expected @2"],
    ["tru", "a JSON value is expected @0"],
    ["TRUE", "a JSON value is expected @0"],
    ["NaN", "a JSON value is expected @0"],
    ["Infinity", "a JSON value is expected @0"],
    ["+1", "a JSON value is expected @0"],
    ["01", "text follows the JSON value @1"],
    ["1.", "text follows the JSON value @1"],
    [".5", "a JSON value is expected @0"],
    ["-", "a JSON value is expected @0"],
    ["0x10", "text follows the JSON value @1"],
    ["1e400", "a number is outside the range of a double @0"],
    ["-1e400", "a number is outside the range of a double @0"],
    ["9007199254740992", "an integer is beyond 2^53 - 1 @0"],
    ["-9007199254740992", "an integer is beyond 2^53 - 1 @0"],
    [`1.${"0".repeat(40)}`, "a number is written with more than 32 characters @0"],
    ['"a', "the string does not end @2"],
    ['"a\\', "an unknown escape in a string @2"],
    ['"a\nb"', "a control character in a string @2"],
    ['"\u0000"', "a control character in a string @1"],
    [String.raw`"\u0000"`, "a string holds U+0000 @1"],
    [String.raw`{"\u0000":1}`, "a string holds U+0000 @2"],
    [String.raw`"\ud800"`, "a string holds a lone surrogate @0"],
    [String.raw`"\ude00\ud83d"`, "a string holds a lone surrogate @0"],
    ['"\ud800"', "the text holds a lone surrogate @1"],
    [String.raw`"\x41"`, "an unknown escape in a string @1"],
    [String.raw`"\u12"`, "an unknown escape in a string @1"],
    ["'a'", "a JSON value is expected @0"],
    ["// x\n1", "a JSON value is expected @0"],
    ["1\u00a0", "text follows the JSON value @1"],
  ])("%j is refused: %s", (text, fault) => {
    expect(read(text)).toBe(fault);
  });

  test("a value at the depth limit is taken, one deeper is refused without recursing into it", () => {
    expect(read("[".repeat(jsonDepthMax) + "]".repeat(jsonDepthMax))).not.toBeTypeOf("string");
    expect(read("[".repeat(jsonDepthMax + 1) + "]".repeat(jsonDepthMax + 1))).toMatch(/nested deeper than 64/);
    expect(read('{"a":'.repeat(100_000))).toMatch(/nested deeper than 64/);
  });

  test("members are counted over all levels, and long names are refused", () => {
    expect(parseStrictJson("[[1,2],[3]]", { depthMax: 9, memberCountMax: 5 }).ok).toBe(true);
    expect(parseStrictJson("[[1,2],[3]]", { depthMax: 9, memberCountMax: 4 }).ok).toBe(false);
    expect(read(`{"${"k".repeat(1025)}":1}`)).toMatch(/longer than 1024/);
  });

  test("a member named __proto__ stays a member and changes no prototype", () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
    expect(canonicalJson(value)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(read('{"__proto__":1,"__proto__":2}')).toBe("a member name is repeated @15");
  });

  test("whatever JSON.stringify writes is read back as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary" }), (text) => {
        const parsed = parseStrictJson(text);
        if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(parsed.error.detail).toMatch(/U\+0000|surrogate|beyond 2\^53|repeated/);
      }),
    );
  });

  test("whatever JSON.parse refuses is refused", () => {
    const letters = fc.constantFrom(...'{}[]",:0123eE+-.\\u tfn\n\u0001'.split(""), "true", "null", '"a"', "\\u0041");
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        let lax: unknown;
        try {
          lax = JSON.parse(text);
        } catch {
          expect(parseStrictJson(text).ok).toBe(false);
          return;
        }
        const parsed = parseStrictJson(text);
        if (parsed.ok) expect(parsed.value).toEqual(lax);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("UTF-8 bytes", () => {
  test("are decoded with their byte order mark, or not at all", () => {
    expect(decodeUtf8Strict(new TextEncoder().encode("é😀"))).toBe("é😀");
    expect(decodeUtf8Strict(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toBe("\ufeff{}");
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80]]) {
      expect(decodeUtf8Strict(new Uint8Array(bytes))).toBeNull();
    }
  });
});

describe("a value that was parsed elsewhere", () => {
  test("has no issue when it is sound", () => {
    expect(findJsonIssue({ a: [1, "x", null, { b: 1.5e-300 }] })).toEqual([]);
  });

  test.each<[Json, string, string]>([
    [{ a: { b: "\ud800" } }, "/a/b", "holds a lone surrogate"],
    [["\u0000"], "/0", "holds U+0000"],
    [{ "a/b~": 2 ** 53 }, "/a~1b~0", "is an integer beyond 2^53 - 1"],
    [{ a: Infinity }, "/a", "is outside the range of a double"],
    [JSON.parse('{"x":{"__proto__":1}}') as Json, "/x/__proto__", "is a member name that is not allowed"],
    [{ constructor: 1 }, "/constructor", "is a member name that is not allowed"],
    [{ prototype: 1 }, "/prototype", "is a member name that is not allowed"],
    [{ "a\u0000": 1 }, "/a\u0000", "is a member name that holds U+0000"],
    [{ "\udc00": 1 }, "", "is a member name that holds a lone surrogate"],
  ])("%j is refused at %s", (value, pointer, detail) => {
    expect(findJsonIssue(value)).toEqual([{ pointer, detail }]);
  });

  test("names of prototypes stay allowed where the value is not control data", () => {
    expect(findJsonIssue(JSON.parse('{"__proto__":1}') as Json, { depthMax: 9, memberCountMax: 9, control: false })).toEqual([]);
  });

  test("nested a hundred thousand deep it is refused, not overflowed on", () => {
    const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000)) as Json;
    expect(findJsonIssue(deep)).toEqual([{ pointer: "/0".repeat(inputDepthMax), detail: "is nested deeper than 32" }]);
  });

  test("all issues are reported, in order, up to a bound", () => {
    expect(findJsonIssue({ a: "\u0000", b: ["\ud800", 1] }).map(({ pointer }) => pointer)).toEqual(["/a", "/b/0"]);
    expect(findJsonIssue(Array.from({ length: 200 }, () => "\u0000"))).toHaveLength(50);
    expect(findJsonIssue(Array.from({ length: 100_001 }, () => 1))).toEqual([{ pointer: "", detail: "has more than 100000 members" }]);
  });
});
