import { assert, present } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Failure } from "../domain/failure.ts";
import type { StepKey } from "../domain/ids.ts";
import { isJsonObject, resolveJsonPointer } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { CanonicalOutput } from "../domain/outcome.ts";
import type { PlannedTaskStep } from "../domain/plan.ts";
import type { RenderedPrompt } from "../domain/prompt.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { canonicalText, inCanonicalOrder } from "./canonical-output.ts";
import type { CanonicalValue } from "./canonical-output.ts";
import type { CompiledTask } from "./compiled-task.ts";
import { renderedLengthMax } from "./template.ts";

/** UTF-8 bytes of one prompt, closing section included. */
export const promptBytesMax = 4_194_304;

/** Everything a task step may see. What its dependencies gave is canonical output by type: nothing else fits in here. */
export interface StepInput {
  readonly params: CanonicalValue<JsonObject>;
  readonly config: CanonicalValue<JsonObject>;
  readonly upstream: ReadonlyMap<StepKey, CanonicalOutput>;
  /** The names that `chaining` gives to parts of them, each with what its pointer names; undefined: nothing. */
  readonly chained: ReadonlyMap<string, Json | undefined>;
}

/** The input of a step whose dependencies all succeeded. */
export function stepInput(run: Run, step: PlannedTaskStep): StepInput {
  const upstream = new Map<StepKey, CanonicalOutput>();
  for (const key of step.depends_on.toSorted()) {
    const dependency = run.steps.get(key);
    assert(dependency?.status === "SUCCESS", `step ${key}, on which ${step.step_key} depends, succeeded`);
    upstream.set(key, dependency.output);
  }
  const chained = new Map<string, Json | undefined>();
  for (const name of Object.keys(step.chaining).toSorted()) {
    const source = present(step.chaining[name], `the source of ${name}`);
    const output = present(upstream.get(source.step), `the output of ${source.step}, from which ${step.step_key} chains ${name}`);
    chained.set(name, resolveJsonPointer(output.value, source.pointer));
  }
  return { params: inputObject(run.params), config: inputObject(step.config), upstream, chained };
}

/** The whole prompt of an attempt. Pure: the same task and input give the same text. */
export function renderPrompt(compiled: CompiledTask, input: StepInput): Result<RenderedPrompt, Failure> {
  for (const [name, value] of input.chained) {
    if (value === undefined)
      return err({ code: "template_error", detail: `the pointer of the chained name ${name} names nothing in the output it leads into` });
  }
  const text = compiled.template === null ? ok(inputText(input)) : compiled.template.render(scopeOf(input));
  if (!text.ok) return text;
  const prompt = text.value + compiled.closing;
  if (text.value.length > renderedLengthMax || utf8Length(prompt) > promptBytesMax) {
    return err({
      code: "input_too_large",
      detail: `the prompt would be longer than ${renderedLengthMax} characters or ${promptBytesMax} bytes`,
    });
  }
  assertRendered(prompt, compiled.closing);
  return ok(prompt);
}

/** The outputs of the dependencies as one object, for rules and templates. */
export function upstreamValues(input: StepInput): JsonObject {
  return Object.fromEntries(Array.from(input.upstream, ([key, { value }]) => [key, value]));
}

const canonicalObjects = new WeakMap<JsonObject, CanonicalValue<JsonObject>>();

/**
 * Parameters arrive in the order their author wrote and come back from the store in canonical order. A template that
 * loops over them must not see the difference, so it always sees the latter. Kept per object: all steps share them.
 */
function inputObject(object: JsonObject): CanonicalValue<JsonObject> {
  const known = canonicalObjects.get(object);
  if (known !== undefined) return known;
  const { value, text } = inCanonicalOrder(object);
  assert(isJsonObject(value), "an object read back is an object");
  const made = { value, text };
  canonicalObjects.set(object, made);
  return made;
}

function scopeOf(input: StepInput): JsonObject {
  return {
    ...Object.fromEntries(Array.from(input.chained, ([name, value]) => [name, value ?? null])),
    config: input.config.value,
    params: input.params.value,
    upstream: upstreamValues(input),
  };
}

/** The input as canonical JSON, put together from texts that are canonical already. */
function inputText({ params, config, upstream, chained }: StepInput): string {
  const members = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",");
  const names = members(Array.from(chained, ([name, value]) => [name, canonicalJson(value ?? null)]));
  const outputs = members(Array.from(upstream, ([key, output]) => [key, canonicalText(output)]));
  return `{${names === "" ? "" : `"chained":{${names}},`}"config":${config.text},"params":${params.text},"upstream":{${outputs}}}`;
}

/** Bytes of `text` in UTF-8, without encoding it. */
function utf8Length(text: string): number {
  // No text is more than three bytes a code unit, so a short one need not be looked at.
  if (text.length * 3 <= promptBytesMax) return text.length;
  return new TextEncoder().encode(text).length;
}

function assertRendered(prompt: string, closing: string): asserts prompt is RenderedPrompt {
  assert(prompt.endsWith(closing), "a prompt ends with the closing section");
}
