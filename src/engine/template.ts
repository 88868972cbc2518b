import { CaseTag, CommentTag, Context, Drop, filters, ForTag, IfTag, Liquid, RawTag, UnlessTag, toValueSync } from "liquidjs";
import type { Emitter, Template as Node } from "liquidjs";
import { present } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";

export const templateLengthMax = 65_536;
/** Blocks inside blocks, and brackets inside brackets. */
export const templateNestingMax = 16;
/** Nodes rendered in one rendering, loops counted through: bounds its time without a clock. */
export const renderStepsMax = 100_000;
/** Characters and items that the filters of one rendering may make. */
export const renderMemoryMax = 8_388_608;
/** Characters of one rendered prompt. */
export const renderedLengthMax = 2_097_152;

/** A variable as a template writes it; the path stops where an index is itself a variable. */
export interface VariablePath {
  readonly root: string;
  readonly path: readonly (string | number)[];
}

/** Why a template could not be rendered: the author's fault, or more text than we send. */
export interface RenderFault {
  readonly code: "template_error" | "input_too_large";
  readonly detail: string;
}

/** A parsed template of the Liquid subset. */
export interface Template {
  /** Every variable from outside, once each; names that a `for` brings in are left out. */
  readonly variables: readonly VariablePath[];
  /** Pure: the same scope gives the same text. Objects must have their members in canonical order. */
  readonly render: (scope: JsonObject) => Result<string, RenderFault>;
}

/** The Liquid tags of our subset, `elsif`, `else` and `when` being parts of these. No file is ever read, nothing assigned. */
const tags = { if: IfTag, unless: UnlessTag, for: ForTag, case: CaseTag, raw: RawTag, comment: CommentTag };

/** Filters that give the same answer everywhere: none knows a clock, a locale or chance. `json` and `has` are our own. */
export const filterNames = [
  ...["abs", "append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "default", "divided_by", "downcase", "first"],
  ...["floor", "join", "last", "lstrip", "map", "minus", "modulo", "plus", "prepend", "remove", "replace", "reverse", "round", "rstrip"],
  ...["size", "slice", "sort", "split", "strip", "strip_newlines", "times", "truncate", "truncatewords", "uniq", "upcase", "where"],
] as const;

const engine = makeEngine();

/** Parses a template, or says what is wrong with it. */
export function parseTemplate(text: string): Result<Template, readonly Issue[]> {
  if (text.length > templateLengthMax) return refused(`is longer than ${templateLengthMax} characters`);
  if (nesting(text) > templateNestingMax) return refused(`nests deeper than ${templateNestingMax}`);
  try {
    const nodes = engine.parse(text);
    const variables = variablesOf(nodes);
    return ok({ variables, render: (scope) => render(nodes, scope) });
  } catch (cause) {
    return refused(messageOf(cause));
  }
}

function refused(detail: string): Result<Template, readonly Issue[]> {
  return err([{ pointer: "", detail }]);
}

function makeEngine(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: outputText,
    // A template cannot name another one; this store, which is empty, stands in for the file system in any case.
    templates: {},
    memoryLimit: renderMemoryMax,
  });
  for (const name of Object.keys(liquid.tags)) Reflect.deleteProperty(liquid.tags, name);
  for (const [name, tag] of Object.entries(tags)) liquid.registerTag(name, tag);
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const name of filterNames) liquid.registerFilter(name, present(filters[name], `the filter ${name}`));
  liquid.registerFilter("json", (value: Json) => canonicalJson(value));
  liquid.registerFilter("has", (value: Json, key: Json) => isJsonObject(value) && typeof key === "string" && Object.hasOwn(value, key));
  return liquid;
}

/** How a value stands in the text: a text as it is, null as nothing, a list or object as its canonical JSON. */
function outputText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (!isPrintable(value)) throw new Error("this cannot be printed");
  return canonicalJson(value);
}

/** Liquid has values that are not JSON: `forloop`, `empty`, and what comes of dividing by zero. */
function isPrintable(value: unknown): value is Json {
  return !(value instanceof Drop) && !(typeof value === "number" && !Number.isFinite(value));
}

/** Like Liquid's own, except that a member of null is as undefined as any other that is not there. */
class StrictContext extends Context {
  override readProperty(...[object, key]: Parameters<Context["readProperty"]>): unknown {
    const holder: unknown = object;
    return holder === null ? undefined : super.readProperty(object, key);
  }
}

/** Leaves a rendering that would give more text than we send; never leaves this file. */
class TooLong extends Error {}

function render(nodes: Node[], scope: JsonObject): Result<string, RenderFault> {
  const context = new StrictContext(scope, engine.options, { sync: true });
  let steps = 0;
  // Liquid checks the time here, once per node; we count instead, so that the same input always ends the same way.
  context.renderLimit.check = () => {
    steps += 1;
    if (steps > renderStepsMax) throw new Error("render step limit exceeded");
  };
  const emitter = new BoundedEmitter();
  try {
    toValueSync(engine.renderer.renderTemplates(nodes, context, emitter));
    return ok(emitter.buffer);
  } catch (cause) {
    if (emitter.isFull) return err({ code: "input_too_large", detail: `the prompt would be longer than ${renderedLengthMax} characters` });
    return err({ code: "template_error", detail: renderMessageOf(cause) });
  }
}

class BoundedEmitter implements Emitter {
  buffer = "";
  isFull = false;

  write(text: unknown): void {
    this.buffer += typeof text === "string" ? text : outputText(text);
    if (this.buffer.length <= renderedLengthMax) return;
    this.isFull = true;
    throw new TooLong();
  }
}

function variablesOf(nodes: Node[]): readonly VariablePath[] {
  const variables: VariablePath[] = [];
  for (const [root, ...segments] of engine.globalVariableSegmentsSync(nodes)) {
    const path: (string | number)[] = [];
    for (const segment of segments) {
      if (typeof segment === "object") break;
      path.push(segment);
    }
    variables.push({ root: String(root), path });
  }
  return variables;
}

/** The deepest nesting of blocks or brackets, overestimated at worst by what stands inside `raw` and literals. */
function nesting(text: string): number {
  let blocks = 0;
  let brackets = 0;
  let deepest = 0;
  for (const [found] of text.matchAll(/\{%-?\s*(?:end)?(?:if|unless|for|case|raw|comment)\b|[[\](){}]/g)) {
    if (found.startsWith("{%")) blocks += found.includes("end") ? -1 : 1;
    else if (found === "[" || found === "(") brackets += 1;
    else if (found === "]" || found === ")") brackets -= 1;
    // A bracket that its own tag leaves open is a syntax error; it must not add to those of the tags after it.
    else brackets = 0;
    deepest = Math.max(deepest, blocks, brackets);
  }
  return deepest;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.slice(0, 300) : "cannot be parsed";
}

/** What Liquid says of a rendering, unless it might quote a value. */
function renderMessageOf(cause: unknown): string {
  const message = messageOf(cause);
  if (/^undefined variable: |limit exceeded|this cannot be printed/.test(message)) return message;
  return `a filter or tag could not be applied${/, line:\d+, col:\d+$/.exec(message)?.[0] ?? ""}`;
}
