import fc from "fast-check";
import { isBranch, isList, Link, Raw } from "./tree.ts";
import type { Tree } from "./tree.ts";

/** Texts that stand where a JSON value should, each wrong (or at the edge) in a way of its own. */
const hostileValues: readonly string[] = [
  "NaN",
  "Infinity",
  "-Infinity",
  "1e400",
  "-1e400",
  "1e-400",
  "-0",
  "01",
  "+1",
  ".5",
  "1.",
  "0x10",
  "9007199254740993",
  "123456789012345678901234567890",
  `1${"0".repeat(400)}`,
  `0.${"1".repeat(400)}`,
  '"\\u0000"',
  '"a\\u0000b"',
  '"\u0000"',
  '"\u0001"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\u00ed\u00a0\u0080"',
  '"\u00c0\u0080"',
  '"\u00ff\u00fe"',
  '"\u00f8\u0088\u0080\u0080\u0080"',
  '"\\x41"',
  '"\\uZZZZ"',
  '"unterminated',
  "'single'",
  "undefined",
  "nul",
  "TRUE",
  "// comment\n1",
  "[1,]",
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"prototype":1}',
  '{"":1}',
  `{"${"k".repeat(2_000)}":1}`,
  `"${"x".repeat(20_000)}"`,
  `"${"a".repeat(20_000)}\\u0001"`,
  `"${" ".repeat(20_000)}"`,
  "\u00a0",
  "\u00ef\u00bb\u00bf1",
  "",
];

const deep = 100_000;

/** Whole bodies that no schema describes. */
export const hostileBodies: readonly Buffer[] = [
  ...hostileValues.map((text) => Buffer.from(text, "latin1")),
  Buffer.from(`${"[".repeat(deep)}${"]".repeat(deep)}`),
  Buffer.from(`${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`),
  Buffer.from("[".repeat(deep)),
  Buffer.from(`[${"1,".repeat(150_000)}1]`),
  Buffer.from(`[${"{},".repeat(1_000)}{}]`),
  Buffer.from(`{${[...Array(2_000).keys()].map((n) => `"k${n}":${n}`).join(",")}}`),
  Buffer.from(" ".repeat(100_000)),
  Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
  Buffer.alloc(1_000, 0),
  Buffer.alloc(1_000, 0xff),
  Buffer.from("\ufeff{}"),
  Buffer.from('{"a":1}', "utf16le"),
  Buffer.from("--x\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--x--"),
  Buffer.from("a=1&b=2"),
];

const wrongTypes: readonly Tree[] = [null, true, 0, -1, 1.5, 2 ** 53, "", "text", "\u202e", [], {}, [[]], { a: { b: 1 } }];
const strangeKeys: readonly string[] = [
  "extra",
  "",
  "__proto__",
  "constructor",
  "toString",
  "$ref",
  "a/b~c",
  "\u0000",
  "\u2028",
  "id",
  "k".repeat(1_100),
];

export type Mutation =
  | { readonly kind: "replace"; readonly place: number; readonly by: Tree }
  | { readonly kind: "remove"; readonly place: number }
  | { readonly kind: "add"; readonly place: number; readonly key: string; readonly value: Tree }
  | { readonly kind: "repeat"; readonly place: number; readonly times: number };

const place = fc.nat({ max: 200 });

/** One change that most likely makes a valid body invalid. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constant("replace" as const),
    place,
    by: fc.constantFrom<Tree>(...wrongTypes, ...hostileValues.map((text) => new Raw(text))),
  }),
  fc.record({ kind: fc.constant("remove" as const), place }),
  fc.record({
    kind: fc.constant("add" as const),
    place,
    key: fc.constantFrom(...strangeKeys),
    value: fc.constantFrom<Tree>(1, null, "x", {}),
  }),
  fc.record({ kind: fc.constant("repeat" as const), place, times: fc.constantFrom(2, 20, 600) }),
);

/** The tree with one node changed: the `place`-th in order of writing, counted round. */
export function mutate(tree: Tree, change: Mutation): Tree {
  const count = countNodes(tree);
  let left = change.place % count;
  const visit = (node: Tree): Tree | undefined => {
    if (left === 0) {
      left -= 1;
      return changed(node, change);
    }
    left -= 1;
    if (isList(node)) return node.map(visit).filter((item) => item !== undefined);
    if (isBranch(node)) {
      const members = Object.entries(node).flatMap(([key, item]) => {
        const next = visit(item);
        return next === undefined ? [] : [[key, next] as const];
      });
      return Object.fromEntries(members);
    }
    return node;
  };
  return visit(tree) ?? null;
}

function changed(node: Tree, change: Mutation): Tree | undefined {
  switch (change.kind) {
    case "replace":
      return change.by;
    case "remove":
      return undefined;
    case "add":
      if (isBranch(node)) return withMember(node, change.key, change.value);
      return isList(node) ? [...node, change.value] : { [change.key]: node };
    case "repeat":
      if (typeof node === "string") return node.repeat(change.times).slice(0, 100_000);
      if (isList(node))
        return Array.from({ length: change.times }, () => node)
          .flat()
          .slice(0, 5_000);
      return node;
  }
}

/** Also for names that an assignment would take for the prototype. */
function withMember(node: { readonly [key: string]: Tree }, key: string, value: Tree): Tree {
  return Object.defineProperty({ ...node }, key, { value, enumerable: true, configurable: true, writable: true });
}

function countNodes(tree: Tree): number {
  if (tree instanceof Raw || tree instanceof Link) return 1;
  if (isList(tree)) return 1 + tree.reduce((sum: number, item) => sum + countNodes(item), 0);
  if (isBranch(tree)) return 1 + Object.values(tree).reduce((sum: number, item) => sum + countNodes(item), 0);
  return 1;
}
