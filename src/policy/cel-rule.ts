import { celMap, isCelError, parse, plan } from "@bufbuild/cel";
import type { CelInput } from "@bufbuild/cel";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { PolicyRule } from "../domain/task.ts";
import { makeCelEnv } from "./cel-engine.ts";
import type { CelExpr } from "./cel-engine.ts";
import { ruleCost, ruleCostMax } from "./cel-cost.ts";
import { checkTree } from "./cel-tree.ts";
import type { Read, RuleRoot, RuleTree } from "./cel-tree.ts";
import { celValue } from "./cel-value.ts";

export const expressionLengthMax = 4_096;
export const bracketDepthMax = 32;

/** The variables of every rule. `model` is the name the reply gives, `usage` its token counts. */
export interface RuleContext {
  readonly params: JsonObject;
  readonly config: JsonObject;
  readonly upstream: JsonObject;
  readonly output: JsonObject;
  readonly usage: JsonObject;
  readonly model: string | null;
}

/** A rule that compiled. */
export interface CelRule {
  readonly name: string;
  /** Null when the rule is true of `context`, otherwise why it fails: stable, and never quoting a value. */
  readonly evaluate: (context: RuleContext) => string | null;
}

/** Compiles a rule, or says everything that is wrong with it. Issue pointers lead into the rule. */
export function compileRule(rule: PolicyRule): Result<CelRule, readonly Issue[]> {
  const compiled = compileExpression(rule.expr);
  if (!compiled.ok) return err(compiled.error.map((detail) => ({ pointer: "/expr", detail })));
  const evaluate = compiled.value;
  const whenFalse = rule.message === "" ? "is false" : rule.message;
  return ok({ name: rule.name, evaluate: (context) => reasonOf(evaluate(context), whenFalse) });
}

type Verdict = "true" | "false" | "not_boolean" | "error" | "cost";

function reasonOf(verdict: Verdict, whenFalse: string): string | null {
  switch (verdict) {
    case "true":
      return null;
    case "false":
      return whenFalse;
    case "not_boolean":
      return "not boolean: the rule gave a value that is neither true nor false";
    case "error":
      return "error: the rule could not be evaluated on this input (something it reads is missing or of another type)";
    case "cost":
      return `cost: the rule could take more than ${ruleCostMax} steps on this input`;
  }
}

function compileExpression(text: string): Result<(context: RuleContext) => Verdict, readonly string[]> {
  if (text.length > expressionLengthMax) return err([`is longer than ${expressionLengthMax} characters`]);
  if (bracketDepth(text) > bracketDepthMax) return err([`nests brackets deeper than ${bracketDepthMax}`]);
  const parsed = parsedOrFault(text);
  if (!parsed.ok) return parsed;
  const tree = checkTree(parsed.value, makeCelEnv());
  if (!tree.ok) return tree;
  const { expr, reads, patterns } = tree.value;
  const evaluate = planned(expr, patterns);
  if (evaluate === null) return err(["cannot be planned"]);
  const bindings = bindingsOf(reads);
  const roots = [...new Set(reads.map(({ root }) => root))];
  return ok((context) => {
    const values = new Map<string, Json>(roots.map((root) => [root, context[root]]));
    if (!(ruleCost(expr, values, patterns) <= ruleCostMax)) return "cost";
    const result = evaluate(bindings(context));
    if (isCelError(result)) return "error";
    return typeof result === "boolean" ? (result ? "true" : "false") : "not_boolean";
  });
}

function parsedOrFault(text: string): Result<CelExpr, readonly string[]> {
  try {
    return ok(parse(text).expr);
  } catch (cause) {
    return err([`is not CEL: ${cause instanceof Error ? cause.message.slice(0, 300) : "it cannot be parsed"}`]);
  }
}

function planned(expr: RuleTree["expr"], patterns: RuleTree["patterns"]): ReturnType<typeof plan> | null {
  try {
    return plan(makeCelEnv(patterns), expr);
  } catch {
    return null;
  }
}

/** The parser recurses per bracket, so depth is counted before it starts. Brackets inside literals count too: no harm in that. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "(" || character === "[" || character === "{") depth += 1;
    else if (character === ")" || character === "]" || character === "}") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/**
 * Builds the variables a rule is evaluated with, converting only what it reads. CEL lets a variable have a dotted name
 * and tries the longest first, so `output.a.b` is bound as such, and neither `output` nor `output.a` is converted.
 */
function bindingsOf(reads: readonly Read[]): (context: RuleContext) => Record<string, CelInput> {
  // A name with a dot in it, `output["a.b"]`, would be taken for the path `output.a.b`.
  const plain = reads.every(({ path }) => path.every((name) => !name.includes(".")));
  const wanted = plain ? reads : reads.map(({ root }) => ({ root, path: [], asks: false }));
  const places = placesOf(wanted);
  const roots = new Set(wanted.map(({ root }) => root));
  return (context) => {
    const variables: Record<string, CelInput> = { __proto__: null };
    // A path that leads nowhere ends at its root, so that it is the same error whatever else the rule reads.
    for (const root of roots) variables[root] = noMembers;
    for (const { name, root, path, asked } of places) {
      const value = valueAt(context[root], path);
      if (value === undefined) continue;
      variables[name] = asked === null ? celValue(value) : presentMembers(value, asked);
    }
    return variables;
  };
}

const noMembers = celMap(new Map());

interface BoundPlace {
  readonly name: string;
  readonly root: RuleRoot;
  readonly path: readonly string[];
  /** The members `has()` asks for, when nothing else of the place is read. */
  readonly asked: ReadonlySet<string> | null;
}

function placesOf(reads: readonly Read[]): readonly BoundPlace[] {
  const places = new Map<string, BoundPlace>();
  for (const { root, path, asks } of reads) {
    const last = path.at(-1);
    const place = asks && last !== undefined ? path.slice(0, -1) : path;
    const name = [root, ...place].join(".");
    const known = places.get(name);
    const asked = asks && last !== undefined && known?.asked !== null ? new Set(known?.asked).add(last) : null;
    places.set(name, { name, root, path: place, asked });
  }
  return [...places.values()];
}

function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const name of path) {
    if (!isJsonObject(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

function presentMembers(value: Json, asked: ReadonlySet<string>): CelInput {
  if (!isJsonObject(value)) return celValue(value);
  const members = [...asked].filter((name) => Object.hasOwn(value, name));
  return celMap(new Map(members.map((name) => [name, true])));
}
