import { assert } from "../domain/assert.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import { appendFunction } from "./cel-engine.ts";
import type { CelExpr } from "./cel-engine.ts";
import type { LinearPattern } from "./linear-pattern.ts";

/**
 * Steps one rule may take on one input, about 30 to 100 nanoseconds each. Counted before evaluation from the tree and
 * the sizes of what the rule really reads: a clock would let the same record pass here and fail there.
 */
export const ruleCostMax = 1_000_000;

/** Upper bound of the steps that evaluating `expr` can take. `roots` are the variables as JSON. */
export function ruleCost(expr: CelExpr, roots: ReadonlyMap<string, Json>, patterns: ReadonlyMap<string, LinearPattern>): number {
  const scope = new Map<string, Extent>();
  for (const [name, json] of roots) scope.set(name, { values: [json] });
  return estimate(expr, { scope, patterns }).cost;
}

/** Bounds per level of nesting: of items or characters of one value (`own`), and of everything in and under it (`weight`). */
type Levels = readonly { readonly own: number; readonly weight: number }[];
/** What is known of a value: that it is one of these (of none: evaluation ends there), or bounds on it. */
type Extent = { readonly values: readonly Json[] } | { readonly levels: Levels };

interface Estimate {
  readonly cost: number;
  readonly extent: Extent;
}

interface Surroundings {
  readonly scope: ReadonlyMap<string, Extent>;
  readonly patterns: ReadonlyMap<string, LinearPattern>;
}

const scalar: Extent = { levels: [{ own: 0, weight: 1 }] };

function estimate(expr: CelExpr | undefined, around: Surroundings): Estimate {
  assert(expr !== undefined, "an expression of a checked rule is whole");
  const { exprKind: kind } = expr;
  switch (kind.case) {
    case "constExpr": {
      const { constantKind } = kind.value;
      const length = constantKind.case === "stringValue" || constantKind.case === "bytesValue" ? constantKind.value.length : 0;
      return { cost: 1, extent: textOf(length) };
    }
    case "identExpr":
      return { cost: 1, extent: around.scope.get(kind.value.name) ?? scalar };
    case "selectExpr": {
      const operand = estimate(kind.value.operand, around);
      return { cost: operand.cost + 1, extent: memberOf(operand.extent, kind.value.field) };
    }
    case "listExpr":
      return collectionOf(kind.value.elements.map((element) => estimate(element, around)));
    case "structExpr":
      return collectionOf(
        kind.value.entries
          .flatMap(({ keyKind, value }) => [keyKind.case === "mapKey" ? keyKind.value : undefined, value])
          .map((part) => estimate(part, around)),
      );
    case "comprehensionExpr":
      return estimateFold(kind.value, around);
    case "callExpr":
      return estimateCall(kind.value, around);
    default:
      return { cost: 1, extent: scalar };
  }
}

type Kind<Case> = Extract<CelExpr["exprKind"], { case: Case }>;

function estimateFold(fold: Kind<"comprehensionExpr">["value"], around: Surroundings): Estimate {
  const range = estimate(fold.iterRange, around);
  const count = ownOf(range.extent);
  const makesList = fold.accuInit?.exprKind.case === "listExpr";
  const growing: Extent = makesList ? { levels: [{ own: count, weight: count }] } : scalar;
  const scope = new Map(around.scope).set(fold.iterVar, iteratedOf(range.extent)).set(fold.accuVar, growing);
  const inside = { ...around, scope };
  const condition = estimate(fold.loopCondition, inside);
  const step = estimate(fold.loopStep, inside);
  const result = estimate(fold.result, { ...around, scope: new Map(scope).set(fold.accuVar, makesList ? step.extent : scalar) });
  return { cost: range.cost + 2 + count * (condition.cost + step.cost + 2) + result.cost, extent: result.extent };
}

function estimateCall(call: Kind<"callExpr">["value"], around: Surroundings): Estimate {
  const parts = [...(call.target === undefined ? [] : [call.target]), ...call.args];
  const args = parts.map((part) => estimate(part, around));
  const [first = scalar, second = scalar] = args.map(({ extent }) => extent);
  const cost = args.reduce((sum, arg) => sum + arg.cost, 1);
  switch (call.function) {
    case "_[_]":
      return { cost, extent: indexed(first, parts[1]) };
    case "_?_:_":
      return { cost, extent: joined(second, args[2]?.extent ?? scalar) };
    case "_&&_":
    case "_||_":
    case "!_":
    case "@not_strictly_false":
      return { cost, extent: scalar };
    case appendFunction:
      return {
        cost,
        extent: {
          levels: [
            { own: ownOf(first), weight: (ownOf(first) + 1) * weightOf(second) },
            ...joinedLevels(levelsOf(first).slice(1), levelsOf(second).slice(1)),
          ],
        },
      };
    case "_+_":
      return { cost: cost + ownOf(first) + ownOf(second), extent: concatenated(first, second) };
    case "_<_":
    case "_<=_":
    case "_>_":
    case "_>=_":
    case "startsWith":
    case "endsWith":
      return { cost: cost + ownOf(first) + ownOf(second), extent: scalar };
    case "size":
      return { cost: cost + ownOf(first), extent: scalar };
    case "contains":
      return { cost: cost + ownOf(first) * (1 + ownOf(second) / 256), extent: scalar };
    case "matches":
      return { cost: cost + 4 + (ownOf(first) * instructionsOf(parts[1], around)) / 4, extent: scalar };
    case "dyn":
      return { cost, extent: first };
    case "string":
    case "bytes":
      return { cost: cost + weightOf(first), extent: textOf(64 + 4 * ownOf(first)) };
    default:
      // Conversions from text to number are quadratic in its length; comparisons read their arguments once.
      return {
        cost: cost + weightOf(first) + weightOf(second) + ownOf(first) ** 2 / (call.args.length === 1 ? 256 : Infinity),
        extent: scalar,
      };
  }
}

function instructionsOf(pattern: CelExpr | undefined, around: Surroundings): number {
  const constant = pattern?.exprKind.case === "constExpr" ? pattern.exprKind.value.constantKind : undefined;
  const compiled = constant?.case === "stringValue" ? around.patterns.get(constant.value) : undefined;
  return compiled?.instructions ?? Infinity;
}

function collectionOf(parts: readonly Estimate[]): Estimate {
  let below: Levels = [];
  let weight = 1;
  let cost = 1;
  for (const part of parts) {
    cost += part.cost;
    weight += weightOf(part.extent);
    below = joinedLevels(below, levelsOf(part.extent));
  }
  return { cost, extent: { levels: [{ own: parts.length, weight }, ...below] } };
}

function memberOf(extent: Extent, key: string): Extent {
  if (!("values" in extent)) return deeper(extent);
  return { values: extent.values.flatMap((value) => (isJsonObject(value) && Object.hasOwn(value, key) ? [value[key] ?? null] : [])) };
}

function indexed(extent: Extent, index: CelExpr | undefined): Extent {
  const constant = index?.exprKind.case === "constExpr" ? index.exprKind.value.constantKind : undefined;
  if (constant?.case === "stringValue") return memberOf(extent, constant.value);
  if (!("values" in extent)) return deeper(extent);
  return { values: extent.values.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : [])) };
}

/** What a loop meets: the items of a list, the keys of a map. */
function iteratedOf(extent: Extent): Extent {
  if (!("values" in extent)) return deeper(extent);
  return { values: extent.values.flatMap((value) => (isJsonArray(value) ? value : isJsonObject(value) ? Object.keys(value) : [])) };
}

function deeper(extent: { readonly levels: Levels }): Extent {
  return { levels: extent.levels.slice(1) };
}

function joined(left: Extent, right: Extent): Extent {
  return { levels: joinedLevels(levelsOf(left), levelsOf(right)) };
}

function joinedLevels(left: Levels, right: Levels): Levels {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, depth) => ({
    own: Math.max(left[depth]?.own ?? 0, right[depth]?.own ?? 0),
    weight: Math.max(left[depth]?.weight ?? 0, right[depth]?.weight ?? 0),
  }));
}

function concatenated(left: Extent, right: Extent): Extent {
  const below = joinedLevels(levelsOf(left).slice(1), levelsOf(right).slice(1));
  return { levels: [{ own: ownOf(left) + ownOf(right), weight: weightOf(left) + weightOf(right) }, ...below] };
}

function textOf(length: number): Extent {
  return length === 0 ? scalar : { levels: [{ own: length, weight: length + 1 }] };
}

function ownOf(extent: Extent): number {
  if (!("values" in extent)) return extent.levels[0]?.own ?? 0;
  let own = 0;
  for (const value of extent.values) {
    if (typeof value === "string" || isJsonArray(value)) own = Math.max(own, value.length);
    else if (isJsonObject(value)) own = Math.max(own, Object.keys(value).length);
  }
  return own;
}

function weightOf(extent: Extent): number {
  return levelsOf(extent)[0]?.weight ?? 1;
}

function levelsOf(extent: Extent): Levels {
  if (!("values" in extent)) return extent.levels;
  const levels: { own: number; weight: number }[] = [];
  for (const value of extent.values) measure(value, 0, levels);
  return levels;
}

/** The weight of `json`; notes the largest `own` and `weight` met at each depth. */
function measure(json: Json, depth: number, levels: { own: number; weight: number }[]): number {
  const level = (levels[depth] ??= { own: 0, weight: 1 });
  let weight = 1;
  let own = 0;
  if (typeof json === "string") {
    own = json.length;
    weight += own;
  } else if (typeof json === "object" && json !== null) {
    const isObject = isJsonObject(json);
    for (const [key, item] of Object.entries(json)) {
      own += 1;
      // A loop over a map gives its keys, so they count among what is one level down.
      weight += measure(item, depth + 1, levels) + (isObject ? measure(key, depth + 1, levels) : 0);
    }
  }
  level.own = Math.max(level.own, own);
  level.weight = Math.max(level.weight, weight);
  return weight;
}
