import { describe, expect, test } from "vitest";
import { parseOutput } from "./parse-output.ts";

const rationale = '"decision_rationale":{"version":"1"}';

describe("a reply", () => {
  test("is taken apart when it is one object of the two members", () => {
    expect(parseOutput(` {"output_json":{"a":1},${rationale}}\n`)).toEqual({
      ok: true,
      value: { rationale: { version: "1" }, output: { a: 1 } },
    });
    expect(parseOutput('{"decision_rationale":null,"output_json":null}')).toEqual({ ok: true, value: { rationale: null, output: null } });
  });

  test.each([
    ["empty", "", /the text ends early/],
    ["prose", "Here is the answer: {}", /a JSON value is expected \(at character 0\)/],
    ["in a Markdown fence", `\`\`\`json\n{${rationale},"output_json":{"a":1}}\n\`\`\``, /a JSON value is expected/],
    ["followed by prose", `{${rationale},"output_json":{"a":1}} I hope this helps`, /text follows/],
    ["two objects", `{${rationale},"output_json":{"a":1}}{}`, /text follows/],
    ["a list", "[]", /it is not an object/],
    ["a text", '"x"', /it is not an object/],
    ["without a rationale", '{"output_json":{"a":1}}', /decision_rationale is missing/],
    ["without an output", `{${rationale}}`, /output_json is missing/],
    ["with another member", `{${rationale},"output_json":{"a":1},"note":1}`, /members beyond these two/],
    ["with a duplicate key", `{${rationale},"output_json":{"a":1,"a":2}}`, /a member name is repeated/],
    ["with NUL", String.raw`{"decision_rationale":{"version":"1"},"output_json":{"a":"\u0000"}}`, /U\+0000/],
    ["with a lone surrogate", String.raw`{"decision_rationale":{"version":"1"},"output_json":{"a":"\ud800"}}`, /lone surrogate/],
    ["with 1e400", `{${rationale},"output_json":{"a":1e400}}`, /outside the range/],
    ["with an unsafe integer", `{${rationale},"output_json":{"a":9007199254740993}}`, /beyond 2\^53/],
    ["with a trailing comma", `{${rationale},"output_json":{"a":1},}`, /member name is expected/],
    ["cut off", `{${rationale},"output_json":{"a":"lon`, /does not end/],
    ["with a byte order mark", `\ufeff{${rationale},"output_json":{"a":1}}`, /a JSON value is expected/],
    ["nested too deep", `{${rationale},"output_json":${'{"a":'.repeat(33)}1${"}".repeat(33)}}`, /nested deeper/],
    ["too long", `{${rationale},"output_json":{"a":"${"x".repeat(4_194_304)}"}}`, /longer than 4194304/],
  ])("%s is invalid output", (_, text, why) => {
    const parsed = parseOutput(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error.code).toBe("invalid_output");
    expect(parsed.error.detail).toMatch(why);
  });

  test("is never quoted in what is said of it", () => {
    for (const text of ["secret", '{"secret":', '{"secret":1,"secret":2}', '"secret"']) {
      expect(JSON.stringify(parseOutput(text))).not.toContain("secret");
    }
  });
});
