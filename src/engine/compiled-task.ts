import { assert } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import type { Task } from "../domain/task.ts";
import { compileRule } from "../policy/cel-rule.ts";
import { compileContract } from "../policy/contract.ts";
import type { Policy } from "../policy/evaluate.ts";
import { parseTemplate } from "./template.ts";
import type { Template } from "./template.ts";

/** A task made ready to render and to judge; everything that is the same for each of its attempts is made here, once. */
export interface CompiledTask extends Policy {
  readonly template: Template | null;
  /** The fixed end of every prompt: the reply form and the contract. */
  readonly closing: string;
}

/** Compiles a task that passed its door checks; that it does not compile now is our own fault. */
export function compileTask(task: Task): CompiledTask {
  return {
    contract: compiled(compileContract(task.extract_schema), "the contract"),
    rules: task.policy.map((rule) => compiled(compileRule(rule), `rule ${rule.name}`)),
    template: task.prompt_template === null ? null : compiled(parseTemplate(task.prompt_template), "the template"),
    closing: closingSection(task.extract_schema),
  };
}

function compiled<T>(result: Result<T, readonly Issue[]>, what: string): T {
  assert(result.ok, `${what} of a checked task compiles`);
  return result.value;
}

/** Part of every recorded request: changing a word of it is a new engine version. */
function closingSection(schema: JsonObject): string {
  return [
    "",
    "",
    "---",
    "Reply with exactly one JSON object and nothing else: no Markdown fence, no text before or after it.",
    'It has exactly two members. "decision_rationale" explains your answer: an object with a non-empty string "version", and optionally',
    '"summary" (string), "nodes" (list) and "selected_path" (list). "output_json" is your answer: a non-empty object that satisfies this',
    "JSON Schema (2020-12):",
    canonicalJson(schema),
    "",
  ].join("\n");
}
