import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifestWithDefaults, taskWithDefaults } from "../../src/cli/apply/defaults.ts";
import { readDefinitions } from "../../src/cli/apply/read-definitions.ts";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { TaskId } from "../../src/domain/ids.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import { checkManifest } from "../../src/engine/check-manifest.ts";
import { checkTask } from "../../src/engine/check-task.ts";

test.each<readonly [string, JsonObject]>([
  ["the least", { name: "a" }],
  ["nulls", { name: "a", prompt_template: null, retry: null, model: { provider: null, seed: null } }],
  [
    "some of each",
    { name: "a", policy: [{ name: "r", expr: "true" }], model: { model: "m" }, retry: { max_attempts: 2, on: ["network", "timeout"] } },
  ],
  [
    "everything",
    {
      name: "a",
      description: "d",
      prompt_template: "x",
      extract_schema: { type: "object", properties: { a: { type: "null" } } },
      policy: [{ name: "r", expr: "true", message: "m" }],
      model: { provider: "stub", model: "stub-1", temperature: 0, max_output_tokens: 5, seed: 1 },
      retry: { max_attempts: 3, on: ["invalid_output", "rate_limited"], backoff_seconds: 0, respect_retry_after: false },
      on_interrupt: "fail",
      timeout_seconds: 7,
    },
  ],
])("a task with %s given gets here the defaults it gets at the server's door", (_, input) => {
  const checked = checkTask(input);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  expect(canonicalJson(taskWithDefaults(input))).toBe(canonicalJson(checked.value as unknown as Json));
});

const taskId = "019a2f60-0000-7000-8000-000000000002";
const plainTask = checkTask({ name: "a" });
const knownTasks = plainTask.ok ? new Map([[taskId as TaskId, plainTask.value]]) : new Map<TaskId, never>();

test.each<readonly [string, JsonObject]>([
  ["no step", { name: "m" }],
  ["the least step", { name: "m", steps: [{ step_key: "a", task_id: taskId }] }],
  [
    "nulls",
    {
      name: "m",
      params_schema: null,
      steps: [
        {
          step_key: "a",
          task_id: taskId.toUpperCase(),
          depends_on: null,
          chaining: null,
          config: null,
          order_index: null,
          compute_contract: null,
        },
      ],
    },
  ],
  [
    "a compute step",
    {
      name: "m",
      steps: [
        {
          step_key: "c",
          step_type: "compute",
          compute_contract: {
            executor: "sheet",
            inputs: [],
            outputs: ["x", { name: "y" }, { name: "z", description: "d" }],
            verification: "operator_attest",
            notes: null,
          },
        },
      ],
    },
  ],
  [
    "everything",
    {
      name: "m",
      description: "d",
      params_schema: { type: "object" },
      max_parallel: 3,
      steps: [
        { step_key: "a", step_type: "task", task_id: taskId, config: { k: 1 }, order_index: 4 },
        {
          step_key: "c",
          step_type: "compute",
          depends_on: ["a"],
          order_index: 5,
          compute_contract: {
            executor: "sheet",
            inputs: [1],
            outputs: [],
            verification: "operator_attest",
            notes: "n",
            timeout_minutes: 5,
            output_schema: { type: "object" },
          },
        },
      ],
    },
  ],
])("a manifest with %s gets here the defaults it gets at the server's door", (_, input) => {
  const checked = checkManifest(input, knownTasks);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  expect(canonicalJson(manifestWithDefaults(input))).toBe(canonicalJson(checked.value as unknown as Json));
});

test("the example passes the doors of tasks and of manifests", () => {
  const text = readFileSync(new URL("../../examples/quarterly-report/workflow.yaml", import.meta.url), "utf8");
  const { tasks, manifests } = readDefinitions(text, "workflow.yaml");
  const ids = new Map(tasks.map(({ name }, index) => [name, `019a2f60-0000-7000-8000-00000000001${index}` as TaskId]));
  const checked = tasks.map(({ name, input }) => [name, checkTask(input)] as const);
  expect(checked.flatMap(([, result]) => (result.ok ? [] : result.error))).toEqual([]);
  const known = new Map(checked.flatMap(([name, result]) => (result.ok ? [[ids.get(name) as TaskId, result.value] as const] : [])));
  for (const { input } of manifests) {
    const steps = (input["steps"] as readonly JsonObject[]).map(({ task, ...step }) =>
      task === undefined ? step : { ...step, task_id: ids.get(task as string) ?? null },
    );
    const result = checkManifest({ ...input, steps }, known);
    expect(result.ok ? [] : result.error).toEqual([]);
  }
});
