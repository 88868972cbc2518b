import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timed } from "../../test/support/timed.ts";
import type { JsonObject } from "../domain/json.ts";
import { compileRule } from "./cel-rule.ts";
import type { RuleContext } from "./cel-rule.ts";

const context: RuleContext = {
  params: { limit: 3, "a.b": 1 },
  config: { strict: true },
  upstream: { first: { n: 7 } },
  output: {
    n: 2,
    whole: 3,
    score: 0.5,
    text: "hello",
    nothing: null,
    list: [1, 2, 3],
    items: [
      { id: 1, tags: ["x"] },
      { id: 2, tags: [] },
    ],
    "a.b": 5,
    a: { b: 6 },
    word: "a word",
  },
  usage: { input_tokens: 10, output_tokens: null },
  model: "m-1",
};

/** What the rule says of `context`: null for a PASS. */
function ruled(expr: string, changes: Partial<RuleContext> = {}): string | null {
  const compiled = compileRule({ name: "rule", expr, message: "" });
  if (!compiled.ok) throw new Error(compiled.error.map(({ detail }) => detail).join("; "));
  return compiled.value.evaluate({ ...context, ...changes });
}

function refusal(expr: string): string {
  const compiled = compileRule({ name: "rule", expr, message: "" });
  if (compiled.ok) return "";
  expect(compiled.error.every(({ pointer }) => pointer === "/expr")).toBe(true);
  return compiled.error.map(({ detail }) => detail).join("; ");
}

function items(count: number): JsonObject {
  return { items: Array.from({ length: count }, (_, id) => ({ id, tags: ["x", "y"] })) };
}

describe("a rule passes when it is true", () => {
  test.each([
    "output.n + 1 > 2",
    "output.n * 2 == 4 && output.n - 1 == 1 && 1 + output.n == 3",
    "output.n % 2 == 0",
    "output.n == 2 && output.n == 2.0 && output.n in [1, 2]",
    "output.score * 2 == 1.0 && output.score + 1 > 1.4",
    "output.whole / 2 == 1.5",
    "3 / 2 == 1",
    "output.list[output.n] == 3 && output.list[1] == 2",
    "size(output.list) == 3 && output.list.size() == output.whole",
    "string(output.whole) == '3' && int(output.score * 4) == 2",
    "output.nothing == null",
    "has(output.n) && !has(output.missing) ",
    "has(output.a.b) && output.a.b == 6",
    "has(output.a) && output.a.b == 6 && has(output.a.b) && !has(output.a.c)",
    "has(output.missing) ? output.missing == 1 : true",
    "output['a.b'] == 5 && output.a.b == 6 && params['a.b'] == 1",
    "output['a']['b'] == 6 && output['a'].b == 6",
    "'n' in output && !('m' in output)",
    "output.a == {'b': 6}",
    "output.items.all(i, i.id > 0) && output.items.exists(i, i.id == 2) && output.items.exists_one(i, size(i.tags) == 1)",
    "output.items.filter(i, i.id > 1).map(i, i.id) == [2]",
    "output.items.map(i, i.id) + [9] == [1, 2, 9]",
    "output.items.all(i, i.tags.all(t, t.startsWith('x')))",
    "output.a.all(key, size(key) == 1)",
    "output.list.map(x, x) == output.list && output.list.map(x, x) == output.list.map(y, y)",
    "output.text.matches('^h.*o$') && !output.text.matches('^x')",
    "output.text.contains('ell') && output.text.endsWith('lo') && size(output.text) == 5",
    "upstream.first.n == 7 && params.limit == 3 && config.strict && model == 'm-1' && usage.input_tokens < 11",
    "timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-02T00:00:00Z')",
    "true || output.missing == 1",
  ])("%s", (expr) => {
    expect(ruled(expr)).toBeNull();
  });

  test("also over a list of a thousand items, twice", () => {
    expect(ruled("output.items.filter(i, i.id >= 10).map(i, i.id).size() == 990", { output: items(1_000) })).toBeNull();
  });
});

describe("a rule fails, with a reason that is stable and quotes nothing", () => {
  const error = "error: the rule could not be evaluated on this input (something it reads is missing or of another type)";

  test.each([
    ["output.n > 5", "is false"],
    ["output.n", "not boolean: the rule gave a value that is neither true nor false"],
    ["output.text", "not boolean: the rule gave a value that is neither true nor false"],
    ["output.missing == 1", error],
    ["output.missing.deeper == 1", error],
    ["has(output.missing.deeper)", error],
    ["has(output.n) && has(output.missing.deeper)", error],
    ["output.nothing.x == 1", error],
    ["output.text > 1", error],
    ["output.word && true", error],
    ["int(output.text) == 1", error],
    ["output.list[7] == 1", error],
    ["usage.output_tokens > 1", error],
    ["1 / 0 == 1", error],
    ["9223372036854775807 + 1 > 0", error],
    ["{output.text: 1, 'hello': 2}.size() == 2", error],
  ])("%s", (expr, reason) => {
    expect(ruled(expr)).toBe(reason);
  });

  test("its own message, when it has one and is false", () => {
    const compiled = compileRule({ name: "rule", expr: "output.n > 5", message: "too few" });
    expect(compiled.ok && compiled.value.evaluate(context)).toBe("too few");
  });

  test("when the prototype of a value is asked for", () => {
    expect(ruled("has(output.constructor)")).toBe("is false");
    expect(ruled("output.constructor == 1")).toBe(error);
    expect(ruled("output.__proto__ == {}")).toBe(error);
    expect(ruled("output['__proto__'] == 1", { output: JSON.parse('{"__proto__":1}') as JsonObject })).toBeNull();
  });
});

describe("a rule is refused at the door", () => {
  test.each([
    ["", /is not CEL/],
    ["output.n >", /is not CEL/],
    ["output.n = 1", /is not CEL/],
    ["now() > timestamp('2026-01-01T00:00:00Z')", /calls now/],
    ["output.n.foo()", /calls foo/],
    ["other == 1", /reads other/],
    ["decision_rationale.version == '1'", /reads decision_rationale/],
    ["output.items.all(i, j > 1)", /reads j/],
    ["output.items.all(output, true)", /loop variable output/],
    ["output.items.all(int, true)", /loop variable int/],
    ["output.text.matches(output.word)", /pattern as a literal/],
    ["output.text.matches('(?=x)')", /RE2/],
    ["google.protobuf.Timestamp{seconds: 1} == 1", /makes a message/],
    ["timestamp('2026-01-01T00:00:00Z').getHours('Europe/Berlin') == 1", /takes no time zone/],
    ["output.items.all(a, output.items.all(b, output.items.all(c, true)))", /nests more than 2 loops/],
    [`${"(".repeat(33)}true${")".repeat(33)}`, /nests brackets deeper than 32/],
    ["(".repeat(4_000), /nests brackets deeper than 32/],
    [Array.from({ length: 70 }, () => "output.n").join(" + "), /nested deeper than 64/],
    [`'${"x".repeat(4_096)}' == ''`, /longer than 4096/],
  ])("%s", (expr, reason) => {
    expect(refusal(expr)).toMatch(reason);
  });

  test("with all its faults at once", () => {
    expect(refusal("a == 1 && b == 2 && f(output.n)")).toBe(
      "reads a; a rule knows params, config, upstream, output, usage, model; reads b; a rule knows params, config, upstream, output, usage, model; calls f, which is not a function of CEL",
    );
  });
});

describe("a rule whose work could explode fails by count, on any machine alike", () => {
  const cost = "cost: the rule could take more than 1000000 steps on this input";

  test.each([
    ["two loops over a thousand items", "output.items.all(a, output.items.all(b, a.id + b.id >= 0))", items(1_000)],
    ["comparing long lists in a loop", "output.items.all(a, output.items == output.items)", items(1_000)],
    ["doubling a text in a chain of loops", `[output.t]${".map(a, a + a)".repeat(20)}.all(a, size(a) > 0)`, { t: "0123456789" }],
    ["a pattern over a very long text", "output.t.matches('(a|b|ab)*c{1,50}$')", { t: "ab".repeat(400_000) }],
    ["a number out of a very long text", "int(output.t) > 0", { t: "9".repeat(400_000) }],
    ["a long text in a long text", "output.t.contains(output.u)", { t: "a".repeat(400_000), u: `${"a".repeat(200_000)}b` }],
  ])("%s", (_, expr, output) => {
    expect(timed(() => expect(ruled(expr, { output })).toBe(cost))).toBeLessThan(500);
  });

  test("what is admitted ends soon", () => {
    const admitted: readonly (readonly [string, JsonObject])[] = [
      ["output.items.all(a, output.items.all(b, a.id + b.id >= 0))", items(200)],
      ["output.items.map(a, output.items.map(b, b.id)).all(l, size(l) == 200)", items(200)],
      ["output.items.filter(i, i.id >= 0).size() == 10000", items(10_000)],
      ["output.t.contains(output.u) || true", { t: "a".repeat(100_000), u: `${"a".repeat(1_000)}b` }],
    ];
    for (const [expr, output] of admitted) {
      expect(timed(() => expect(ruled(expr, { output })).toBeNull())).toBeLessThan(2_000);
    }
  });

  test("members that are not read do not count", () => {
    expect(ruled("output.few.all(a, output.few.all(b, a + b > 0))", { output: { few: [1, 2], ...items(5_000) } })).toBeNull();
  });
});

test("a rule gives the same reason for the same input, in whatever order its members stand", () => {
  const rules = ["output.all(k, size(k) > 1)", "output == {'a': 1.0}", "output.exists(k, k == 'a')"].map((expr) =>
    compileRule({ name: "rule", expr, message: "" }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.constantFrom(1, "x", null)), (output) => {
      const turned = Object.fromEntries(Object.entries(output).toReversed());
      for (const rule of rules) {
        if (rule.ok) expect(rule.value.evaluate({ ...context, output })).toBe(rule.value.evaluate({ ...context, output: turned }));
      }
    }),
  );
});
