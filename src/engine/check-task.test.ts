import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../domain/json.ts";
import { checkTask } from "./check-task.ts";
import { compileTask } from "./compiled-task.ts";

function issues(input: Json): readonly string[] {
  const checked = checkTask(input);
  return checked.ok ? [] : checked.error.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function deep(depth: number): Json {
  return depth === 0 ? 1 : { x: deep(depth - 1) };
}

describe("the door of tasks", () => {
  test("fills in every default", () => {
    const checked = checkTask({ name: "task" });
    expect(checked).toEqual({
      ok: true,
      value: {
        name: "task",
        description: "",
        prompt_template: null,
        extract_schema: { type: "object" },
        policy: [],
        model: { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null },
        retry: null,
        on_interrupt: "resend",
        timeout_seconds: 120,
      },
    });
  });

  test("keeps what is written, and takes its own result again", () => {
    const input: JsonObject = {
      name: "task",
      description: "d",
      prompt_template: "{{ params.x }}",
      extract_schema: { type: "object", properties: { n: { type: "number" } } },
      policy: [{ name: "small", expr: "output.n < 3", message: "m" }],
      model: { provider: "openai", model: "m", temperature: 0.5, max_output_tokens: 10, seed: 1 },
      retry: { max_attempts: 3, on: ["rate_limited", "timeout"], backoff_seconds: 2, respect_retry_after: false },
      on_interrupt: "fail",
      timeout_seconds: 1.5,
    };
    const checked = checkTask(input);
    expect(checked).toEqual({ ok: true, value: input });
    if (checked.ok) expect(compileTask(checked.value).rules).toHaveLength(1);
    expect(checkTask({ name: "t", retry: { max_attempts: 2, on: ["timeout"] } })).toMatchObject({
      value: { retry: { backoff_seconds: 1, respect_retry_after: true } },
    });
  });

  test.each<[string, Json, RegExp]>([
    ["no object", [], /^ must be object/],
    ["null", null, /^ must be object/],
    ["without a name", {}, /^ must have required property 'name'/],
    ["a blank name", { name: "  " }, /^\/name must match pattern/],
    ["a long name", { name: "x".repeat(201) }, /^\/name must NOT have more than 200/],
    ["an unknown field", { name: "t", promt: "" }, /^\/promt is not a member/],
    ["a template that is no text", { name: "t", prompt_template: 1 }, /^\/prompt_template must be/],
    ["a template that does not parse", { name: "t", prompt_template: "{{ x" }, /^\/prompt_template .*not closed/],
    ["a contract that is no schema", { name: "t", extract_schema: true }, /^\/extract_schema must be object/],
    ["a contract with an unknown keyword", { name: "t", extract_schema: { foo: 1 } }, /^\/extract_schema\/foo is not a keyword/],
    ["a contract nested too deep", { name: "t", extract_schema: { const: deep(40) } }, /nested deeper than 32/],
    [
      "a contract with __proto__",
      JSON.parse('{"name":"t","extract_schema":{"properties":{"__proto__":{}}}}') as Json,
      /^\/extract_schema\/properties\/__proto__ /,
    ],
    ["a rule that does not compile", { name: "t", policy: [{ name: "r", expr: "output.n >" }] }, /^\/policy\/0\/expr is not CEL/],
    ["a rule without a name", { name: "t", policy: [{ expr: "true" }] }, /^\/policy\/0 must have required property 'name'/],
    [
      "a rule with a name of ours",
      { name: "t", policy: [{ name: "output_matches_contract", expr: "true" }] },
      /^\/policy\/0\/name is the name of another rule/,
    ],
    [
      "two rules of one name",
      {
        name: "t",
        policy: [
          { name: "r", expr: "true" },
          { name: "r", expr: "true" },
        ],
      },
      /^\/policy\/1\/name is the name of another rule/,
    ],
    ["a rule with more", { name: "t", policy: [{ name: "r", expr: "true", severity: 1 }] }, /^\/policy\/0\/severity is not a member/],
    [
      "too many rules",
      { name: "t", policy: Array.from({ length: 101 }, (_, index) => ({ name: `r${index}`, expr: "true" })) },
      /^\/policy must NOT have more than 100/,
    ],
    ["an unknown provider", { name: "t", model: { provider: "acme" } }, /^\/model\/provider must be one of/],
    ["a temperature out of range", { name: "t", model: { temperature: 3 } }, /^\/model\/temperature must be <= 2/],
    ["a seed that is no integer", { name: "t", model: { seed: 1.5 } }, /^\/model\/seed must be integer/],
    ["an unknown model setting", { name: "t", model: { top_p: 1 } }, /^\/model\/top_p is not a member/],
    ["a retry without a cause", { name: "t", retry: { max_attempts: 2, on: [] } }, /^\/retry\/on must NOT have fewer than 1/],
    ["a retry on an unknown cause", { name: "t", retry: { max_attempts: 2, on: ["policy_violation"] } }, /^\/retry\/on\/0 must be one of/],
    [
      "a retry on one cause twice",
      { name: "t", retry: { max_attempts: 2, on: ["timeout", "timeout"] } },
      /^\/retry\/on must NOT have equal items/,
    ],
    ["endless attempts", { name: "t", retry: { max_attempts: 11, on: ["timeout"] } }, /^\/retry\/max_attempts must be <= 10/],
    ["an unknown on_interrupt", { name: "t", on_interrupt: "retry" }, /^\/on_interrupt must be one of/],
    ["no time at all", { name: "t", timeout_seconds: 0 }, /^\/timeout_seconds must be >= 1/],
    ["a NUL", { name: "t\u0000" }, /^\/name holds U\+0000/],
    ["a lone surrogate", { name: "t", description: "\ud800" }, /^\/description holds a lone surrogate/],
  ])("refuses %s", (_, input, issue) => {
    expect(issues(input)[0]).toMatch(issue);
  });

  test("reports all faults together, each once", () => {
    expect(
      issues({
        foo: 1,
        policy: [
          { name: "r", expr: "now()" },
          { name: "r", expr: "x" },
        ],
        prompt_template: "{{ x",
        extract_schema: { bar: 1 },
        timeout_seconds: "x",
      }).map((issue) => issue.split(" ")[0]),
    ).toEqual([
      "",
      "/foo",
      "/timeout_seconds",
      "/extract_schema/bar",
      "/policy/0/expr",
      "/policy/1/expr",
      "/policy/1/name",
      "/prompt_template",
    ]);
  });
});
