import { describe, expect, test } from "vitest";
import { timed } from "../../test/support/timed.ts";
import type { TaskId } from "../domain/ids.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Task } from "../domain/task.ts";
import { checkManifest, checkManifestHeader, checkSteps } from "./check-manifest.ts";
import { checkTask } from "./check-task.ts";

const source = "018f0000-0000-7000-8000-000000000001";
const reader = "018f0000-0000-7000-8000-000000000002";
const absent = "018f0000-0000-7000-8000-00000000000f";

function task(input: JsonObject): Task {
  const checked = checkTask({ name: "task", ...input });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
}

/** `source` declares what it gives; `reader` has the template. */
function tasks(template: string | null = null): ReadonlyMap<TaskId, Task> {
  const items = { type: "array", items: { type: "object", properties: { v: { type: "number" } } } };
  const given = task({
    name: "source",
    extract_schema: { type: "object", properties: { text: { type: "string" }, items, open: { type: "object" } } },
  });
  return new Map([
    [source as TaskId, given],
    [reader as TaskId, task({ name: "reader", prompt_template: template })],
  ]);
}

const contract: JsonObject = { executor: "analyst", inputs: [], outputs: ["report"], verification: "operator_attest" };

/** Faults of a set of steps, as `pointer detail`. */
function faults(steps: Json, template: string | null = null, paramsSchema: JsonObject | null = null): readonly string[] {
  const checked = checkSteps(steps, { paramsSchema, tasks: tasks(template) });
  return checked.ok ? [] : checked.error.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

describe("the door of steps", () => {
  test("fills in every default, and takes its own result again", () => {
    const steps = [
      { step_key: "a", task_id: source.toUpperCase() },
      { step_key: "b", step_type: "compute", depends_on: ["a"], compute_contract: contract },
      {
        step_key: "c",
        step_type: "task",
        task_id: reader,
        depends_on: ["a", "b"],
        chaining: { text: { step: "a", pointer: "/text" } },
        config: { x: 1 },
        order_index: 4,
        compute_contract: null,
      },
    ];
    const checked = checkSteps(steps, { paramsSchema: null, tasks: tasks() });
    expect(checked.ok && checked.value).toEqual([
      { step_key: "a", step_type: "task", task_id: source, depends_on: [], chaining: {}, config: {}, order_index: null },
      {
        step_key: "b",
        step_type: "compute",
        depends_on: ["a"],
        config: {},
        order_index: null,
        compute_contract: {
          ...contract,
          outputs: [{ name: "report", description: "" }],
          notes: "",
          timeout_minutes: null,
          output_schema: null,
        },
      },
      {
        step_key: "c",
        step_type: "task",
        task_id: reader,
        depends_on: ["a", "b"],
        chaining: { text: { step: "a", pointer: "/text" } },
        config: { x: 1 },
        order_index: 4,
      },
    ]);
    if (checked.ok) expect(checkSteps(checked.value as unknown as Json, { paramsSchema: null, tasks: tasks() })).toEqual(checked);
  });

  test.each<[string, Json, RegExp]>([
    ["no list", {}, /^ must be array/],
    ["an empty key", [{ step_key: "", task_id: source }], /^\/0\/step_key must match/],
    ["a key with a space", [{ step_key: "a b", task_id: source }], /^\/0\/step_key must match/],
    ["__proto__ as a key", [{ step_key: "__proto__", task_id: source }], /^\/0\/step_key is not a step key/],
    [
      "a key twice",
      [
        { step_key: "a", task_id: source },
        { step_key: "a", task_id: source },
      ],
      /^\/1\/step_key repeats the key of step 0/,
    ],
    ["an unknown dependency", [{ step_key: "a", task_id: source, depends_on: ["z"] }], /^\/0\/depends_on\/0 there is no step z/],
    ["a dependency on itself", [{ step_key: "a", task_id: source, depends_on: ["a"] }], /^\/0\/depends_on\/0 is the step itself/],
    [
      "a dependency twice",
      [
        { step_key: "a", task_id: source },
        { step_key: "b", task_id: source, depends_on: ["a", "a"] },
      ],
      /^\/1\/depends_on\/1 names a a second time/,
    ],
    [
      "a cycle of two",
      [
        { step_key: "a", task_id: source, depends_on: ["b"] },
        { step_key: "b", task_id: source, depends_on: ["a"] },
      ],
      /^\/0\/depends_on closes a cycle: a -> b -> a/,
    ],
    [
      "a longer cycle behind a step that leads into it",
      [
        { step_key: "x", task_id: source, depends_on: ["a"] },
        { step_key: "a", task_id: source, depends_on: ["b"] },
        { step_key: "b", task_id: source, depends_on: ["c"] },
        { step_key: "c", task_id: source, depends_on: ["a"] },
      ],
      /^\/1\/depends_on closes a cycle: a -> b -> c -> a/,
    ],
    [
      "an order that contradicts dependencies",
      [
        { step_key: "a", task_id: source, order_index: 2 },
        { step_key: "b", task_id: source, depends_on: ["a"], order_index: 1 },
      ],
      /^\/1\/order_index order_index 1 would come before that of a \(2\)/,
    ],
    ["an unknown task", [{ step_key: "a", task_id: absent }], /^\/0\/task_id there is no task/],
    ["a task id that is none", [{ step_key: "a", task_id: "x" }], /^\/0\/task_id must match/],
    ["a task step without a task", [{ step_key: "a" }], /^\/0 is a task step without a task_id/],
    [
      "a task step with a compute contract",
      [{ step_key: "a", task_id: source, compute_contract: contract }],
      /^\/0\/compute_contract stands at a task step/,
    ],
    [
      "a compute step with a task",
      [{ step_key: "a", step_type: "compute", task_id: source, compute_contract: contract }],
      /^\/0\/task_id stands at a compute step/,
    ],
    ["a compute step without a contract", [{ step_key: "a", step_type: "compute" }], /^\/0 is a compute step without a compute_contract/],
    [
      "a compute step with chaining",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", step_type: "compute", depends_on: ["s"], compute_contract: contract, chaining: { x: { step: "s", pointer: "" } } },
      ],
      /^\/1\/chaining stands at a compute step/,
    ],
    [
      "an unknown kind of step",
      [{ step_key: "a", step_type: "http", task_id: source }],
      /^\/0\/step_type must be one of \["task","compute"\]/,
    ],
    [
      "a contract without an executor",
      [{ step_key: "a", step_type: "compute", compute_contract: { inputs: [], outputs: [], verification: "operator_attest" } }],
      /^\/0\/compute_contract must have required property 'executor'/,
    ],
    [
      "a contract without inputs",
      [{ step_key: "a", step_type: "compute", compute_contract: { executor: "x", outputs: [], verification: "operator_attest" } }],
      /required property 'inputs'/,
    ],
    [
      "a contract without outputs",
      [{ step_key: "a", step_type: "compute", compute_contract: { executor: "x", inputs: [], verification: "operator_attest" } }],
      /required property 'outputs'/,
    ],
    [
      "a contract without verification",
      [{ step_key: "a", step_type: "compute", compute_contract: { executor: "x", inputs: [], outputs: [] } }],
      /required property 'verification'/,
    ],
    [
      "an unknown verification",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, verification: "checksum" } }],
      /^\/0\/compute_contract\/verification must be one of \["operator_attest","signed","four_eyes","artifact_upload"\]/,
    ],
    [
      "four eyes without approvals",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, verification: "four_eyes" } }],
      /^\/0\/compute_contract asks for four_eyes without approvals/,
    ],
    [
      "approvals without four eyes",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, approvals: {} } }],
      /^\/0\/compute_contract\/approvals goes with four_eyes, not with operator_attest/,
    ],
    [
      "one person as four eyes",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, verification: "four_eyes", approvals: { required: 1 } } }],
      /^\/0\/compute_contract\/approvals\/required must be >= 2/,
    ],
    [
      "fewer persons than are required",
      [
        {
          step_key: "a",
          step_type: "compute",
          compute_contract: { ...contract, verification: "four_eyes", approvals: { required: 3, of: ["ada", "bob"] } },
        },
      ],
      /^\/0\/compute_contract\/approvals\/of names 2 persons where 3 are required/,
    ],
    [
      "an output declared twice",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, outputs: ["x", { name: "x" }] } }],
      /^\/0\/compute_contract\/outputs\/1 declares the output "x" a second time/,
    ],
    [
      "an output_schema that does not compile",
      [{ step_key: "a", step_type: "compute", compute_contract: { ...contract, output_schema: { pattern: "(?=x)" } } }],
      /^\/0\/compute_contract\/output_schema\/pattern /,
    ],
    [
      "chaining from a step that is no dependency",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", task_id: source, chaining: { x: { step: "s", pointer: "" } } },
      ],
      /^\/1\/chaining\/x\/step s is not among/,
    ],
    [
      "a chained name that shadows",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", task_id: source, depends_on: ["s"], chaining: { upstream: { step: "s", pointer: "" } } },
      ],
      /^\/1\/chaining\/upstream shadows upstream/,
    ],
    [
      "a chained name no template can use",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", task_id: source, depends_on: ["s"], chaining: { "a b": { step: "s", pointer: "" } } },
      ],
      /^\/1\/chaining\/a b is not a name/,
    ],
    [
      "a chaining pointer that is none",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", task_id: source, depends_on: ["s"], chaining: { x: { step: "s", pointer: "text" } } },
      ],
      /^\/1\/chaining\/x\/pointer is not a JSON Pointer/,
    ],
    [
      "a chaining pointer past the contract",
      [
        { step_key: "s", task_id: source },
        { step_key: "a", task_id: source, depends_on: ["s"], chaining: { x: { step: "s", pointer: "/nope" } } },
      ],
      /^\/1\/chaining\/x\/pointer \/nope is not in the output that s declares/,
    ],
    ["an unknown field", [{ step_key: "a", task_id: source, after: [] }], /^\/0\/after is not a member/],
    [
      "__proto__ in config",
      JSON.parse(`[{"step_key":"a","task_id":"${source}","config":{"__proto__":1}}]`) as Json,
      /^\/0\/config\/__proto__ /,
    ],
    [
      "too many steps",
      Array.from({ length: 501 }, (_, index) => ({ step_key: `s${index}`, task_id: source })),
      /^ must NOT have more than 500/,
    ],
  ])("refuses %s", (_, steps, fault) => {
    const found = faults(steps);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(fault);
  });

  test("reports all faults together, those of one step next to each other", () => {
    const steps = [
      { step_key: "a", task_id: absent, depends_on: ["b", "z"] },
      { step_key: "b", step_type: "compute", depends_on: ["a"], compute_contract: { ...contract, verification: "x", outputs: [1] } },
      { step_key: "", step_type: "compute", extra: 1 },
    ];
    expect(faults(steps).map((fault) => fault.split(" ")[0])).toEqual([
      "/0/task_id",
      "/0/depends_on/1",
      "/0/depends_on",
      "/1/compute_contract/outputs/0",
      "/1/compute_contract/verification",
      "/2/extra",
      "/2/step_key",
      "/2",
    ]);
  });
});

describe("what templates read is checked at the steps' door", () => {
  const steps = (config: JsonObject = {}): Json => [
    { step_key: "s", task_id: source },
    {
      step_key: "c",
      step_type: "compute",
      compute_contract: { ...contract, output_schema: { type: "object", properties: { total: {} }, additionalProperties: false } },
    },
    {
      step_key: "r",
      task_id: reader,
      depends_on: ["s", "c"],
      config,
      chaining: { first: { step: "s", pointer: "/items/0" }, open: { step: "s", pointer: "/open" } },
    },
  ];

  test.each([
    "{{ upstream.s.text }} {{ upstream.s.items[0].v }} {{ upstream.s.open.anything.at.all }} {{ upstream }} {{ upstream.s | json }}",
    "{{ upstream.s.items.size }} {{ upstream.s.items.first.v }} {{ upstream.s.text.size }} {{ first.v }} {{ open.z }}",
    "{{ upstream.c.artifacts.report.uri }} {{ upstream.c.output.total }} {{ upstream.c.artifacts }}",
    "{{ params.anything }} {{ config.k.deep[1] }}",
    "{% for i in upstream.s.items %}{{ i.whatever }}{% endfor %}",
  ])("%s is supplied", (template) => {
    expect(faults(steps({ k: { deep: [1, 2] } }), template)).toEqual([]);
  });

  test.each([
    ["{{ nothing }}", /reads nothing, which nothing declares/],
    ["{{ decision_rationale.summary }}", /which nothing declares/],
    ["{{ upstream.s.nope }}", /reads upstream.s.nope, which is not in the output that s declares/],
    ["{{ upstream.s.text.deeper }}", /which is not in the output/],
    ["{{ upstream.s.items.v }}", /which is not in the output/],
    ["{{ upstream.s.items[0].nope }}", /which is not in the output/],
    ["{{ upstream.s.items.last.nope }}", /which is not in the output/],
    ["{{ upstream.x.text }}", /but x is not among the step's dependencies/],
    ["{{ upstream.r.text }}", /but r is not among the step's dependencies/],
    ["{{ upstream.c.total }}", /which is not in the output that c declares/],
    ["{{ upstream.c.artifacts.other.uri }}", /which is not in the output that c declares/],
    ["{{ upstream.c.artifacts.report.path }}", /which is not in the output that c declares/],
    ["{{ upstream.c.output.nope }}", /which is not in the output that c declares/],
    ["{{ first.nope }}", /reads first.nope, which is not in the output that s declares/],
    ["{{ config.k }}", /reads config.k, which the step's config does not have/],
    ["{{ params.nope }}", /reads params.nope, which params_schema does not declare/],
  ])("%s is refused", (template, fault) => {
    const [found, ...others] = faults(steps(), template, { type: "object", properties: { known: {} } });
    expect(found).toMatch(/^\/2\/task_id the template of task reader /);
    expect(found).toMatch(fault);
    expect(others).toEqual([]);
  });
});

describe("the door of manifests", () => {
  test("fills in every default; there may be no steps yet", () => {
    expect(checkManifest({ name: "m" }, new Map())).toEqual({
      ok: true,
      value: { name: "m", description: "", params_schema: null, max_parallel: 1, steps: [] },
    });
  });

  test("checks head and steps together, with pointers into the whole body", () => {
    const checked = checkManifest(
      { name: "", params_schema: { foo: 1 }, max_parallel: 0, extra: 1, steps: [{ step_key: "a" }] },
      new Map(),
    );
    expect(checked.ok ? [] : checked.error.map(({ pointer }) => pointer)).toEqual([
      "/extra",
      "/name",
      "/name",
      "/max_parallel",
      "/params_schema/foo",
      "/steps/0",
    ]);
  });

  test("checks what templates read against its own params_schema", () => {
    const body = {
      name: "m",
      params_schema: { type: "object", properties: { topic: {} }, additionalProperties: false },
      steps: [{ step_key: "r", task_id: reader }],
    };
    expect(checkManifest(body, tasks("{{ params.topic }}")).ok).toBe(true);
    const checked = checkManifest(body, tasks("{{ params.other }}"));
    expect(checked.ok ? [] : checked.error.map(({ pointer }) => pointer)).toEqual(["/steps/0/task_id"]);
  });

  test("its head alone can be checked", () => {
    expect(checkManifestHeader({ name: "m", max_parallel: 3 })).toEqual({
      ok: true,
      value: { name: "m", description: "", params_schema: null, max_parallel: 3 },
    });
    expect(checkManifestHeader({ name: "m", params_schema: { type: "nope" } }).ok).toBe(false);
    expect(checkManifestHeader("x").ok).toBe(false);
  });

  test("answers soon for the largest manifest", () => {
    const steps = Array.from({ length: 500 }, (_, index) => ({
      step_key: `s${index}`,
      task_id: source,
      depends_on: Array.from({ length: Math.min(index, 100) }, (_unused, back) => `s${index - 1 - back}`),
    }));
    expect(timed(() => expect(checkManifest({ name: "m", steps }, tasks()).ok).toBe(true))).toBeLessThan(3_000);
  });
});
