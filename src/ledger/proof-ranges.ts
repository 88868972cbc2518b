import { assert, present } from "../domain/assert.ts";
import { nodeOf } from "./merkle.ts";

/** The leaves from `start` up to and without `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** A perfect subtree: the leaves from index * 2^level up to and without (index + 1) * 2^level. It never changes again. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** The subtrees whose hashes prove leaf `index` in the tree of `size`, from the leaf's sibling up: PATH of RFC 6962 section 2.1.1. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  assert(Number.isSafeInteger(size) && index >= 0 && index < size, `leaf ${index} is in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    ranges.push(index < middle ? { start: middle, end } : { start, end: middle });
    if (index < middle) end = middle;
    else start = middle;
  }
  return ranges.reverse();
}

/** The subtrees whose hashes prove that the tree of `from` leaves is a prefix of that of `to`: PROOF of RFC 6962 section 2.1.2. */
export function consistencyRanges(from: number, to: number): readonly LeafRange[] {
  assert(Number.isSafeInteger(to) && from >= 0 && from <= to, `a tree of ${from} leaves grows into one of ${to}`);
  if (from === 0 || from === to) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitOf(end - start);
    ranges.push(from <= middle ? { start: middle, end } : { start, end: middle });
    if (from <= middle) end = middle;
    else start = middle;
  }
  // The last one is the old tree itself, whose root the verifier has, unless the old tree is not perfect.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The perfect subtrees that make up a range whose start is a multiple of every subtree in it, largest first. */
export function perfectNodes({ start, end }: LeafRange): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end; ) {
    const { level, width } = widestAt(end - at);
    assert(at % width === 0, `the range from ${start} to ${end} is a subtree`);
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The Merkle tree hash of a range, from the hashes of its perfect subtrees. */
export function rangeHash(range: LeafRange, hashOf: (node: TreeNode) => Uint8Array): Uint8Array {
  const hashes = perfectNodes(range).map(hashOf);
  const last = present(hashes.at(-1), "a range has leaves, so its last subtree");
  return hashes.slice(0, -1).reduceRight<Uint8Array>((right, left) => nodeOf(left, right), last);
}

/** The largest power of two smaller than `count` (k of RFC 6962 section 2.1); `count` is at least 2. */
function splitOf(count: number): number {
  const { width } = widestAt(count);
  return width === count ? width / 2 : width;
}

/** The largest power of two that is not larger than `count`. */
function widestAt(count: number): { readonly level: number; readonly width: number } {
  let level = 0;
  let width = 1;
  while (width * 2 <= count) {
    level += 1;
    width *= 2;
  }
  return { level, width };
}
