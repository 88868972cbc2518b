import type { CelEnv } from "@bufbuild/cel";
import { unreachable } from "../domain/assert.ts";
import type { Result } from "../domain/result.ts";
import { err, ok } from "../domain/result.ts";
import { accumulator, appendFunction } from "./cel-engine.ts";
import type { CelExpr } from "./cel-engine.ts";
import { compilePattern } from "./linear-pattern.ts";
import type { LinearPattern } from "./linear-pattern.ts";

export const ruleRoots = ["params", "config", "upstream", "output", "usage", "model"] as const;
export type RuleRoot = (typeof ruleRoots)[number];

export const treeDepthMax = 64;
export const nestedLoopsMax = 2;

/** What the tree of a rule says of it before it is ever evaluated. */
export interface RuleTree {
  readonly expr: CelExpr;
  readonly reads: readonly Read[];
  readonly patterns: ReadonlyMap<string, LinearPattern>;
}

/** A variable a rule reads, as far as its path is written out; `asks` is a `has()`, which wants the parent of its last name. */
export interface Read {
  readonly root: RuleRoot;
  readonly path: readonly string[];
  readonly asks: boolean;
}

const typeNames: ReadonlySet<string> = new Set(["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"]);
const operators: ReadonlySet<string> = new Set(["_[_]", "_?_:_", "_&&_", "_||_", "@not_strictly_false"]);
const zoned = /^get(?:FullYear|Month|Date|DayOfMonth|DayOfWeek|DayOfYear|Hours|Minutes|Seconds|Milliseconds)$/;

/** Checks a parsed rule and lets its macros grow their lists in place (see `cel-engine.ts`). Every fault is one sentence. */
export function checkTree(expr: CelExpr, env: CelEnv): Result<RuleTree, readonly string[]> {
  const functions = new Set<string>();
  for (const { name } of env.funcs) functions.add(name);
  const walk: Walk = { functions, faults: new Set(), reads: [], patterns: new Map() };
  const checked = visit(walk, expr, { depth: 0, loops: 0, bound: new Set() });
  return walk.faults.size > 0 ? err([...walk.faults]) : ok({ expr: checked, reads: walk.reads, patterns: walk.patterns });
}

interface Walk {
  readonly functions: ReadonlySet<string>;
  readonly faults: Set<string>;
  readonly reads: Read[];
  readonly patterns: Map<string, LinearPattern>;
}

interface Place {
  readonly depth: number;
  readonly loops: number;
  readonly bound: ReadonlySet<string>;
}

type Kind<Case> = Extract<CelExpr["exprKind"], { case: Case }>;

function visit(walk: Walk, expr: CelExpr, place: Place): CelExpr {
  if (place.depth > treeDepthMax) {
    walk.faults.add(`is nested deeper than ${treeDepthMax}`);
    return expr;
  }
  const below = { ...place, depth: place.depth + 1 };
  const read = readOf(expr, place.bound);
  if (read !== null) {
    walk.reads.push(read);
    return expr;
  }
  const { exprKind: kind } = expr;
  switch (kind.case) {
    case "constExpr":
      return expr;
    case "identExpr":
      checkName(walk, kind.value.name, place.bound);
      return expr;
    case "selectExpr":
      return {
        ...expr,
        exprKind: { case: "selectExpr", value: { ...kind.value, ...visited(walk, "operand", kind.value.operand, below) } },
      };
    case "listExpr":
      return {
        ...expr,
        exprKind: { case: "listExpr", value: { ...kind.value, elements: kind.value.elements.map((item) => visit(walk, item, below)) } },
      };
    case "structExpr":
      return visitStruct(walk, expr, kind.value, below);
    case "callExpr":
      return visitCall(walk, expr, kind.value, below);
    case "comprehensionExpr":
      return visitLoop(walk, expr, kind.value, below);
    case undefined:
      walk.faults.add("has an empty part");
      return expr;
    default:
      return unreachable(kind);
  }
}

function visited<Name extends string>(
  walk: Walk,
  name: Name,
  expr: CelExpr | undefined,
  place: Place,
): { readonly [key in Name]?: CelExpr } {
  // The key is the field of the tree that `expr` came from, so the spread puts the visited part back where it was.
  const part: { [key in Name]?: CelExpr } = {};
  if (expr !== undefined) part[name] = visit(walk, expr, place);
  return part;
}

function visitStruct(walk: Walk, expr: CelExpr, struct: Kind<"structExpr">["value"], place: Place): CelExpr {
  if (struct.messageName !== "") walk.faults.add(`makes a message (${struct.messageName}), which a rule cannot`);
  const entries = struct.entries.map((entry) => {
    const { keyKind } = entry;
    const key = keyKind.case === "mapKey" ? { case: keyKind.case, value: visit(walk, keyKind.value, place) } : keyKind;
    return { ...entry, keyKind: key, ...visited(walk, "value", entry.value, place) };
  });
  return { ...expr, exprKind: { case: "structExpr", value: { ...struct, entries } } };
}

function visitCall(walk: Walk, expr: CelExpr, call: Kind<"callExpr">["value"], place: Place): CelExpr {
  const name = call.function;
  if (!operators.has(name) && !walk.functions.has(name)) walk.faults.add(`calls ${name}, which is not a function of CEL`);
  if (zoned.test(name) && call.args.length > 0) walk.faults.add(`${name} takes no time zone here: the answer would depend on the machine`);
  if (name === "matches") notePattern(walk, call.args.at(-1));
  const args = call.args.map((arg) => visit(walk, arg, place));
  const appends = name === "_+_" && call.args[0]?.exprKind.case === "identExpr" && call.args[0].exprKind.value.name === accumulator;
  const grows = appends && call.args[1]?.exprKind.case === "listExpr";
  const value = { ...call, function: grows ? appendFunction : name, args, ...visited(walk, "target", call.target, place) };
  return { ...expr, exprKind: { case: "callExpr", value } };
}

function notePattern(walk: Walk, arg: CelExpr | undefined): void {
  const constant = arg?.exprKind.case === "constExpr" ? arg.exprKind.value.constantKind : undefined;
  if (constant?.case !== "stringValue") {
    walk.faults.add("matches() takes its pattern as a literal");
    return;
  }
  const compiled = compilePattern(constant.value);
  if (compiled.ok) walk.patterns.set(constant.value, compiled.value);
  else walk.faults.add(compiled.error);
}

function visitLoop(walk: Walk, expr: CelExpr, loop: Kind<"comprehensionExpr">["value"], place: Place): CelExpr {
  const loops = place.loops + 1;
  if (loops > nestedLoopsMax) walk.faults.add(`nests more than ${nestedLoopsMax} loops (all, exists, exists_one, map, filter)`);
  // The engine looks a dotted name up among the variables before it looks at the loop's own.
  if (ruleRoots.some((root) => root === loop.iterVar) || typeNames.has(loop.iterVar))
    walk.faults.add(`names a loop variable ${loop.iterVar}, which has a meaning of its own`);
  const inside = { ...place, loops, bound: new Set(place.bound).add(loop.iterVar).add(loop.accuVar) };
  const value = {
    ...loop,
    ...visited(walk, "iterRange", loop.iterRange, place),
    ...visited(walk, "accuInit", loop.accuInit, place),
    ...visited(walk, "loopCondition", loop.loopCondition, inside),
    ...visited(walk, "loopStep", loop.loopStep, inside),
    ...visited(walk, "result", loop.result, inside),
  };
  return { ...expr, exprKind: { case: "comprehensionExpr", value } };
}

/** The variable path that `expr` writes out (`output.a.b`, `output["a"].b`), or null when it is not one. */
function readOf(expr: CelExpr, bound: ReadonlySet<string>): Read | null {
  const path: string[] = [];
  let here: CelExpr | undefined = expr;
  let asks = false;
  for (;;) {
    const kind: CelExpr["exprKind"] | undefined = here?.exprKind;
    if (kind?.case === "selectExpr") {
      asks ||= kind.value.testOnly;
      path.push(kind.value.field);
      here = kind.value.operand;
    } else if (kind?.case === "callExpr" && kind.value.function === "_[_]" && literalText(kind.value.args[1]) !== null) {
      path.push(literalText(kind.value.args[1]) ?? "");
      here = kind.value.args[0];
    } else {
      const root =
        kind?.case === "identExpr" && !bound.has(kind.value.name) ? ruleRoots.find((name) => name === kind.value.name) : undefined;
      return root === undefined ? null : { root, path: path.reverse(), asks };
    }
  }
}

function literalText(expr: CelExpr | undefined): string | null {
  const constant = expr?.exprKind.case === "constExpr" ? expr.exprKind.value.constantKind : undefined;
  return constant?.case === "stringValue" ? constant.value : null;
}

function checkName(walk: Walk, name: string, bound: ReadonlySet<string>): void {
  if (bound.has(name) || typeNames.has(name)) return;
  walk.faults.add(`reads ${name}; a rule knows ${ruleRoots.join(", ")}`);
}
