import { assert } from "../domain/assert.ts";
import { taskInputSchema } from "../domain/definition-schema.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { providers, retryCauses } from "../domain/task.ts";
import type { CheckedTask, ModelSettings, PolicyRule, RetryPolicy, Task } from "../domain/task.ts";
import { compileRule } from "../policy/cel-rule.ts";
import { compileContract } from "../policy/contract.ts";
import { builtInRules } from "../policy/evaluate.ts";
import { checkShape } from "./check-shape.ts";
import { booleanOr, itemsOf, membersOf, numberOr, prefixed, textOr } from "./input-fields.ts";
import { parseTemplate } from "./template.ts";

/** The door of tasks: fills the defaults in, or reports every fault together, with pointers into the body. */
export function checkTask(input: Json): Result<CheckedTask, readonly Issue[]> {
  const shapeIssues = checkShape("task", taskInputSchema, input);
  if (!isJsonObject(input)) return err(shapeIssues);
  const task = withDefaults(input);
  // A part whose shape is wrong is not looked into: its faults would only repeat the first.
  const wellShaped = (member: string): boolean =>
    !shapeIssues.some(({ pointer }) => pointer === `/${member}` || pointer.startsWith(`/${member}/`));
  const issues = [
    ...shapeIssues,
    ...(wellShaped("extract_schema") ? contractIssues(task.extract_schema) : []),
    ...(wellShaped("policy") ? policyIssues(task.policy) : []),
    ...(wellShaped("prompt_template") ? templateIssues(task.prompt_template) : []),
  ];
  if (issues.length > 0) return err(issues);
  assertChecked(task, issues);
  return ok(task);
}

function withDefaults(input: JsonObject): Task {
  const { extract_schema: schema, prompt_template: template } = input;
  return {
    name: textOr(input["name"], ""),
    description: textOr(input["description"], ""),
    prompt_template: typeof template === "string" ? template : null,
    extract_schema: isJsonObject(schema) ? schema : { type: "object" },
    policy: itemsOf(input["policy"]).map(policyRule),
    model: modelSettings(membersOf(input["model"])),
    retry: isJsonObject(input["retry"]) ? retryPolicy(input["retry"]) : null,
    on_interrupt: input["on_interrupt"] === "fail" ? "fail" : "resend",
    timeout_seconds: numberOr(input["timeout_seconds"], 120),
  };
}

function policyRule(item: Json): PolicyRule {
  const { name, expr, message } = membersOf(item);
  return { name: textOr(name, ""), expr: textOr(expr, ""), message: textOr(message, "") };
}

function modelSettings(input: JsonObject): ModelSettings {
  const { provider, model, temperature, max_output_tokens: tokens, seed } = input;
  return {
    provider: providers.find((known) => known === provider) ?? null,
    model: textOr(model, null),
    temperature: numberOr(temperature, null),
    max_output_tokens: numberOr(tokens, null),
    seed: numberOr(seed, null),
  };
}

function retryPolicy(input: JsonObject): RetryPolicy {
  const on = itemsOf(input["on"]);
  return {
    max_attempts: numberOr(input["max_attempts"], 1),
    on: retryCauses.filter((cause) => on.includes(cause)),
    backoff_seconds: numberOr(input["backoff_seconds"], 1),
    respect_retry_after: booleanOr(input["respect_retry_after"], true),
  };
}

function contractIssues(schema: JsonObject): readonly Issue[] {
  const compiled = compileContract(schema);
  return compiled.ok ? [] : prefixed("/extract_schema", compiled.error);
}

function policyIssues(policy: readonly PolicyRule[]): readonly Issue[] {
  const taken = new Set<string>(builtInRules);
  return policy.flatMap((rule, index) => {
    const at = `/policy/${index}`;
    const compiled = compileRule(rule);
    const issues: Issue[] = compiled.ok ? [] : [...prefixed(at, compiled.error)];
    if (taken.has(rule.name)) issues.push({ pointer: `${at}/name`, detail: "is the name of another rule" });
    taken.add(rule.name);
    return issues;
  });
}

function templateIssues(template: string | null): readonly Issue[] {
  const parsed = template === null ? ok(null) : parseTemplate(template);
  return parsed.ok ? [] : prefixed("/prompt_template", parsed.error);
}

/** The one place where a task becomes a checked one. */
function assertChecked(_task: Task, issues: readonly Issue[]): asserts _task is CheckedTask {
  assert(issues.length === 0, "a checked task has no fault");
}
