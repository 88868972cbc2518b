import { expect, test } from "vitest";
import { taskWithDefaults } from "../../src/cli/apply/defaults.ts";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
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
