import { describe, expect, test } from "vitest";
import type { StepKey } from "../domain/ids.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { PlannedTaskStep } from "../domain/plan.ts";
import type { Run, StepRun } from "../domain/run.ts";
import { rebuildCanonicalOutput } from "./admit.ts";
import { inCanonicalOrder, makeCanonicalOutput } from "./canonical-output.ts";
import { checkTask } from "./check-task.ts";
import { compileTask } from "./compiled-task.ts";
import type { CompiledTask } from "./compiled-task.ts";
import { renderPrompt, stepInput } from "./render-prompt.ts";

function compiled(template: string | null): CompiledTask {
  const checked = checkTask({ name: "task", prompt_template: template, extract_schema: { type: "object", required: ["n"] } });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return compileTask(checked.value);
}

function succeeded(value: Json): StepRun {
  return { status: "SUCCESS", output: makeCanonicalOutput(inCanonicalOrder(value)), attempts: 1 };
}

function run(params: JsonObject, steps: { readonly [key: string]: StepRun }): Run {
  return { params, steps: new Map(Object.entries(steps)) } as unknown as Run;
}

function step(parts: {
  readonly depends_on?: readonly string[];
  readonly config?: JsonObject;
  readonly chaining?: { readonly [name: string]: { readonly step: string; readonly pointer: string } };
}): PlannedTaskStep {
  return { step_type: "task", step_key: "s" as StepKey, depends_on: [], config: {}, chaining: {}, ...parts } as unknown as PlannedTaskStep;
}

/** The prompt without its closing section, or the failure. */
function prompt(task: CompiledTask, input: ReturnType<typeof stepInput>): string {
  const rendered = renderPrompt(task, input);
  return rendered.ok ? rendered.value.slice(0, -task.closing.length) : `${rendered.error.code}: ${rendered.error.detail}`;
}

const standard = run(
  { topic: "x" },
  {
    a: succeeded({ text: "from a", list: [{ v: 1 }] }),
    b: succeeded({ n: 2 }),
    c: { status: "FAIL", failure: { code: "timeout", detail: "" }, attempts: 1 },
  },
);

describe("a prompt", () => {
  test("is rendered over params, config, upstream and chained names", () => {
    const input = stepInput(
      standard,
      step({
        depends_on: ["a", "b"],
        config: { tone: "dry" },
        chaining: { first: { step: "a", pointer: "/list/0/v" }, all: { step: "b", pointer: "" } },
      }),
    );
    expect(prompt(compiled("{{ params.topic }} {{ config.tone }} {{ upstream.a.text }} {{ first }} {{ all.n }} {{ all }}"), input)).toBe(
      'x dry from a 1 2 {"n":2}',
    );
  });

  test("is the input as canonical JSON when the task has no template", () => {
    const chaining = { first: { step: "a", pointer: "/list" } };
    expect(prompt(compiled(null), stepInput(standard, step({ depends_on: ["b", "a"], chaining })))).toBe(
      '{"chained":{"first":[{"v":1}]},"config":{},"params":{"topic":"x"},"upstream":{"a":{"list":[{"v":1}],"text":"from a"},"b":{"n":2}}}',
    );
    expect(prompt(compiled(null), stepInput(standard, step({})))).toBe('{"config":{},"params":{"topic":"x"},"upstream":{}}');
  });

  test("ends with the reply form and the contract", () => {
    const task = compiled("x");
    const rendered = renderPrompt(task, stepInput(standard, step({})));
    expect(rendered.ok && rendered.value.startsWith("x\n\n---\n")).toBe(true);
    expect(task.closing).toContain('"decision_rationale"');
    expect(task.closing).toContain('"output_json"');
    expect(task.closing).toContain('{"required":["n"],"type":"object"}');
  });

  test("sees only what the step depends on", () => {
    const input = stepInput(standard, step({ depends_on: ["b"] }));
    expect([...input.upstream.keys()]).toEqual(["b"]);
    expect(prompt(compiled("{{ upstream.a.text }}"), input)).toMatch(/^template_error: undefined variable: upstream.a/);
  });

  test("is the same live, after a restart and in a replay, in whatever order members were written", () => {
    const template = compiled(
      "{% for p in params.map %}{{ p[0] }}{% endfor %} {% for p in upstream.a %}{{ p[0] }}{% endfor %} {{ params }} {% for p in config %}{{ p[0] }}{% endfor %}",
    );
    const output = { z: 1, a: 2, "10": 3, "9": 4 };
    const live = stepInput(
      run({ map: { b: 1, a: 2 }, x: 1 }, { a: succeeded(output) }),
      step({ depends_on: ["a"], config: { y: 1, x: 2 } }),
    );
    const stored = rebuildCanonicalOutput(makeCanonicalOutput(inCanonicalOrder(output)).bytes);
    const again = stepInput(
      run({ x: 1, map: { a: 2, b: 1 } }, { a: { status: "SUCCESS", output: stored, attempts: 1 } }),
      step({ depends_on: ["a"], config: { x: 2, y: 1 } }),
    );
    expect(prompt(template, again)).toBe(prompt(template, live));
    expect(prompt(compiled(null), again)).toBe(prompt(compiled(null), live));
    expect(prompt(template, live)).toMatch(/^ab /);
  });

  test("holds upstream text as data: what looks like a template in it is not one", () => {
    const hostile = run({ secret: "s3cret" }, { a: succeeded({ text: "{{ params.secret }}{% for %}" }) });
    expect(prompt(compiled("{{ upstream.a.text }}"), stepInput(hostile, step({ depends_on: ["a"] })))).toBe("{{ params.secret }}{% for %}");
  });

  test("fails with template_error when a chained pointer names nothing", () => {
    const input = stepInput(standard, step({ depends_on: ["a"], chaining: { gone: { step: "a", pointer: "/list/7" } } }));
    expect(prompt(compiled("no variable"), input)).toBe(
      "template_error: the pointer of the chained name gone names nothing in the output it leads into",
    );
  });

  test("fails with input_too_large when it would be longer than we send", () => {
    const large = run({ text: "é".repeat(2_097_152) }, {});
    expect(prompt(compiled("{{ params.text }}x"), stepInput(large, step({})))).toMatch(/^input_too_large: /);
    expect(prompt(compiled(null), stepInput(large, step({})))).toMatch(/^input_too_large: /);
  });

  test("cannot be asked for while a dependency has not succeeded", () => {
    expect(() => stepInput(standard, step({ depends_on: ["c"] }))).toThrow(/step c, on which s depends, succeeded/);
    expect(() => stepInput(standard, step({ depends_on: ["missing"] }))).toThrow(/succeeded/);
    expect(() => stepInput(standard, step({ chaining: { x: { step: "a", pointer: "" } } }))).toThrow(/from which s chains x/);
  });
});
