import { present } from "../domain/assert.ts";
import type { SchemaEdge, SchemaShape } from "./schema-shape.ts";

/**
 * Bounds on the work of a validation. References let a short schema ask for exponential work: the same place of the
 * instance visited by every branch of a combination, and, in a recursive schema, again by each of them one level down.
 */
export interface SchemaCost {
  /** Subschemas evaluated at one place of the instance, all combinations counted; Infinity: it refers to itself in place. */
  readonly perPlace: number;
  /** How many evaluations one evaluation can cause at one child. At 1 the whole work is linear in the instance. */
  readonly fanOut: number;
  /** Levels of the instance a non-recursive schema can reach into; Infinity for a recursive one. */
  readonly levels: number;
}

export const perPlaceMax = 2_000;
/** Evaluations of subschemas in one check, all places of the value together. */
export const evaluationsMax = 2_000_000;

export function schemaCost({ edges }: SchemaShape): SchemaCost {
  const same = countInPlace(edges);
  let perPlace = 0;
  for (const count of same.values()) perPlace = Math.max(perPlace, count);
  if (perPlace > perPlaceMax) return { perPlace, fanOut: Infinity, levels: Infinity };
  let fanOut = 1;
  for (const pointer of edges.keys()) fanOut = Math.max(fanOut, fanOutOf(edges, pointer));
  return { perPlace, fanOut, levels: levelsOf(edges) };
}

/** Upper bound of the evaluations that checking a value of `places` places and `depth` levels can take. */
export function evaluationsOf(cost: SchemaCost, value: { readonly places: number; readonly depth: number }): number {
  return value.places * cost.perPlace * cost.fanOut ** Math.min(cost.levels, value.depth);
}

type Edges = ReadonlyMap<string, readonly SchemaEdge[]>;

/** For each subschema, how many evaluations it causes at its own place. Saturates, so that a doubling chain stays cheap to count. */
function countInPlace(edges: Edges): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const open = new Set<string>();
  const count = (pointer: string): number => {
    const known = counts.get(pointer);
    if (known !== undefined) return known;
    if (open.has(pointer)) return Infinity;
    open.add(pointer);
    let sum = 1;
    for (const edge of edgesOf(edges, pointer)) if (edge.selector === "same") sum += count(edge.to);
    open.delete(pointer);
    counts.set(pointer, sum);
    return sum;
  };
  for (const pointer of edges.keys()) count(pointer);
  return counts;
}

/** Evaluations at one child, the worst child taken, caused by evaluating `pointer` and whatever applies at the same place. */
function fanOutOf(edges: Edges, pointer: string): number {
  const named = new Map<string, number>();
  let anywhere = 0;
  const collect = (here: string): void => {
    for (const { to, selector } of edgesOf(edges, here)) {
      if (selector === "same") collect(to);
      else if (selector.child === null) anywhere += 1;
      else named.set(selector.child, (named.get(selector.child) ?? 0) + 1);
    }
  };
  collect(pointer);
  return Math.max(0, ...named.values()) + anywhere;
}

/** The longest way down through child edges; Infinity once a subschema is met again on its own way. */
function levelsOf(edges: Edges): number {
  const levels = new Map<string, number>();
  const open = new Set<string>();
  const level = (pointer: string): number => {
    const known = levels.get(pointer);
    if (known !== undefined) return known;
    if (open.has(pointer)) return Infinity;
    open.add(pointer);
    let deepest = 0;
    for (const { to, selector } of edgesOf(edges, pointer)) deepest = Math.max(deepest, level(to) + (selector === "same" ? 0 : 1));
    open.delete(pointer);
    levels.set(pointer, deepest);
    return deepest;
  };
  return Math.max(...[...edges.keys()].map(level));
}

function edgesOf(edges: Edges, pointer: string): readonly SchemaEdge[] {
  return present(edges.get(pointer), `subschema ${pointer}`);
}
