import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ManifestId, StepKey, TaskId } from "../domain/ids.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ManifestVersion } from "../domain/manifest.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { TaskVersion } from "../domain/task.ts";
import { checkManifest } from "./check-manifest.ts";
import { checkTask } from "./check-task.ts";
import { engineVersion, makePlan } from "./make-plan.ts";
import { orderSteps } from "./order-steps.ts";

const taskId = "018f0000-0000-7000-8000-000000000001" as TaskId;
const digest = "0".repeat(64) as Sha256;

interface Sketch {
  readonly key: string;
  readonly needs?: readonly string[];
  readonly at?: number;
}

function ordered(sketches: readonly Sketch[]): readonly string[] {
  return orderSteps(
    sketches.map(({ key, needs = [], at = null }) => ({
      step_key: key as StepKey,
      depends_on: needs as readonly StepKey[],
      order_index: at,
    })),
  ).map(({ step_key }) => step_key);
}

describe("the order of steps", () => {
  test("puts a step after all it depends on", () => {
    expect(ordered([{ key: "c", needs: ["b"] }, { key: "b", needs: ["a"] }, { key: "a" }])).toEqual(["a", "b", "c"]);
  });

  test("breaks ties by order_index, steps without one last, then by position", () => {
    expect(ordered([{ key: "d" }, { key: "c", at: 2 }, { key: "b", at: -1 }, { key: "a" }, { key: "e", at: 2 }])).toEqual([
      "b",
      "c",
      "e",
      "d",
      "a",
    ]);
  });

  test("lets a step that becomes ready early go before others by its order_index", () => {
    expect(ordered([{ key: "root" }, { key: "late", at: 9 }, { key: "soon", needs: ["root"], at: 1 }])).toEqual(["late", "root", "soon"]);
    expect(
      ordered([
        { key: "root", at: 0 },
        { key: "late", at: 9 },
        { key: "soon", needs: ["root"], at: 1 },
      ]),
    ).toEqual(["root", "soon", "late"]);
  });

  test("is a valid one, and the same, for any graph in any position", () => {
    const graph = fc.array(fc.record({ needs: fc.array(fc.nat(20)), at: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(graph, (nodes) => {
        const sketches = nodes.map(({ needs, at }, index) => ({
          key: `s${index}`,
          needs: [...new Set(needs)].filter((need) => need < index).map((need) => `s${need}`),
          ...(at === undefined ? {} : { at }),
        }));
        const order = ordered(sketches);
        expect(order.toSorted()).toEqual(sketches.map(({ key }) => key).toSorted());
        for (const { key, needs } of sketches) for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(key));
        expect(ordered(sketches)).toEqual(order);
      }),
    );
  });

  test("is not made up for a cycle, which the door refuses", () => {
    expect(() =>
      ordered([
        { key: "a", needs: ["b"] },
        { key: "b", needs: ["a"] },
      ]),
    ).toThrow(/have an order/);
  });
});

describe("a plan", () => {
  const checked = checkTask({ name: "task", model: { model: "m-1" } });
  const tasks: ReadonlyMap<TaskId, TaskVersion> = new Map(
    checked.ok ? [[taskId, { id: taskId, version: 3, digest, task: checked.value }]] : [],
  );

  function manifest(input: JsonObject): ManifestVersion {
    const made = checkManifest({ name: "m", ...input }, new Map([...tasks].map(([id, { task }]) => [id, task])));
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return { id: "018f0000-0000-7000-8000-000000000002" as ManifestId, version: 2, digest, manifest: made.value };
  }

  test("binds manifest, task versions, model settings and order", () => {
    const contract = { executor: "x", inputs: [], outputs: [], verification: "operator_attest" };
    const source = manifest({
      params_schema: { type: "object" },
      max_parallel: 2,
      steps: [
        { step_key: "b", step_type: "compute", depends_on: ["a"], compute_contract: contract },
        { step_key: "a", task_id: taskId, config: { k: 1 } },
      ],
    });
    const plan = makePlan({
      manifest: source,
      tasks,
      models: (settings) => ({ ...settings, provider: settings.provider ?? "stub", model: settings.model ?? "default" }),
    });
    expect(plan).toMatchObject({
      v: "rm-plan/1",
      engine: engineVersion,
      manifest: { version: 2, name: "m", digest },
      params_schema: { type: "object" },
      max_parallel: 2,
    });
    expect(plan.steps.map(({ step_key }) => step_key)).toEqual(["a", "b"]);
    expect(plan.steps[0]).toEqual({
      step_type: "task",
      step_key: "a",
      depends_on: [],
      config: { k: 1 },
      chaining: {},
      task: { id: taskId, version: 3, digest, definition: tasks.get(taskId)?.task },
      model: { provider: "stub", model: "m-1", temperature: null, max_output_tokens: null, seed: null },
    });
    expect(plan.steps[1]).toMatchObject({ step_type: "compute", step_key: "b", depends_on: ["a"] });
    expect(JSON.parse(JSON.stringify(plan)) as Json).toEqual(plan);
  });

  test("cannot be made without the tasks its manifest names", () => {
    const source = manifest({ steps: [{ step_key: "a", task_id: taskId }] });
    expect(() =>
      makePlan({ manifest: source, tasks: new Map(), models: (settings) => ({ ...settings, provider: "stub", model: "m" }) }),
    ).toThrow(/is missing/);
  });
});
