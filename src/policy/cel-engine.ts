import { celEnv, celFunc, celList, celMethod, CelScalar, listType } from "@bufbuild/cel";
import type { CelEnv, CelInput, CelList, parse } from "@bufbuild/cel";
import { present } from "../domain/assert.ts";
import { compilePattern } from "./linear-pattern.ts";
import type { LinearPattern } from "./linear-pattern.ts";

export type CelExpr = ReturnType<typeof parse>["expr"];

/** The name a macro's accumulator has in the tree; no author can write it. */
export const accumulator = "@result";
export const appendFunction = "@append";

/**
 * The environment of one rule: standard CEL, three differences. Arithmetic between an int and a double gives a
 * double, and doubles have a remainder (see `cel-value.ts`). `matches` looks its pattern, a literal, up among those compiled with the rule. And
 * macros grow their list in place instead of nesting one concatenation per item, which overflowed the stack.
 */
export function makeCelEnv(patterns: ReadonlyMap<string, LinearPattern> = new Map()): CelEnv {
  const matches = celMethod("matches", CelScalar.STRING, [CelScalar.STRING], CelScalar.BOOL, function (this: string, pattern: string) {
    return (patterns.get(pattern) ?? compileNow(pattern)).test(this);
  });
  return celEnv({ funcs: [...mixedArithmetic, concat, append, matches] });
}

const { INT, DOUBLE, DYN } = CelScalar;
const LIST = listType(DYN);

const mixedArithmetic = [
  ...mixed("_+_", (left, right) => left + right),
  ...mixed("_-_", (left, right) => left - right),
  ...mixed("_*_", (left, right) => left * right),
  ...mixed("_/_", (left, right) => left / right),
  ...mixed("_%_", (left, right) => left % right),
  celFunc("_%_", [DOUBLE, DOUBLE], DOUBLE, (left, right) => left % right),
];

function mixed(operator: string, compute: (left: number, right: number) => number) {
  return [
    celFunc(operator, [INT, DOUBLE], DOUBLE, (left, right) => compute(Number(left), right)),
    celFunc(operator, [DOUBLE, INT], DOUBLE, (left, right) => compute(left, Number(right))),
  ];
}

/** A flat copy: the library's own concatenation nests, and reading a nested one takes a frame per part. */
const concat = celFunc("_+_", [LIST, LIST], LIST, (left: CelList, right: CelList) => celList([...left, ...right]));

const grown = new WeakMap<CelList, CelInput[]>();

/** Adds one item to a macro's accumulator, which nothing else can hold: the fold that made it is its only reader. */
const append = celFunc(appendFunction, [LIST, LIST], LIST, (list: CelList, added: CelList) => {
  const item = present(added.get(0), "the item a macro adds");
  const items = grown.get(list);
  if (items !== undefined) {
    items.push(item);
    return list;
  }
  const first: CelInput[] = [...list, item];
  const made = celList(first);
  grown.set(made, first);
  return made;
});

function compileNow(source: string): LinearPattern {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error("the pattern does not compile");
  return compiled.value;
}
