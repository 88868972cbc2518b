import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { verifyMerkleInclusion } from "@sigstore/verify/dist/tlog/merkle.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyConsistency } from "./consistency.ts";
import { inclusionRoot, verifyInclusion } from "./inclusion.ts";
import { leafOf } from "./leaf.ts";
import { emptyFrontier, emptyRoot, frontierBytes, frontierOf, nodeOf, pushLeaf, rootOf } from "./merkle.ts";
import { consistencyRanges, inclusionRanges, rangeHash } from "./proof-ranges.ts";
import type { LeafRange } from "./proof-ranges.ts";

interface Vectors {
  readonly hashes: {
    readonly empty_root: string;
    readonly empty_leaf: string;
    readonly leaf_L123456: string;
    readonly node_N123_N456: string;
  };
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly hashes: readonly string[] }[];
  readonly consistency: readonly { readonly from: number; readonly to: number; readonly hashes: readonly string[] }[];
}
const vectors = JSON.parse(readFileSync(new URL("../../test/vectors/rfc6962.json", import.meta.url), "utf8")) as Vectors;
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

const leavesMax = 1025;
const bodies = Array.from({ length: leavesMax }, (_, i) => Buffer.from(`entry ${i}`));
const leaves = bodies.map(leafOf);
const roots: Uint8Array[] = [];
let frontier = emptyFrontier;
for (const leaf of [null, ...leaves]) {
  if (leaf !== null) frontier = pushLeaf(frontier, leaf);
  roots.push(rootOf(frontier));
}

/** MTH as RFC 6962 section 2.1 writes it, from nothing of ours. */
function treeHash(of: readonly Uint8Array[]): Buffer {
  const [first] = of;
  if (first === undefined) return createHash("sha256").digest();
  if (of.length === 1) return Buffer.from(first);
  let k = 1;
  while (k * 2 < of.length) k *= 2;
  return createHash("sha256")
    .update("\x01")
    .update(treeHash(of.slice(0, k)))
    .update(treeHash(of.slice(k)))
    .digest();
}

function hashesOf(ranges: readonly LeafRange[], of: readonly Uint8Array[] = leaves): readonly Uint8Array[] {
  return ranges.map((range) => rangeHash(range, ({ level, index }) => treeHash(of.slice(index * 2 ** level, (index + 1) * 2 ** level))));
}

function flipped(value: Uint8Array, bit: number): Uint8Array {
  const copy = Buffer.from(value);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: leavesMax }));
const places = sizes.chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }) }));
const growths = sizes.chain((to) => fc.record({ to: fc.constant(to), from: fc.integer({ min: 1, max: to }) }));

test("hashes are those of the published vectors", () => {
  expect(hex(emptyRoot)).toBe(vectors.hashes.empty_root);
  expect(hex(leafOf(Buffer.alloc(0)))).toBe(vectors.hashes.empty_leaf);
  expect(hex(leafOf(Buffer.from("L123456")))).toBe(vectors.hashes.leaf_L123456);
  expect(hex(nodeOf(Buffer.from("N123"), Buffer.from("N456")))).toBe(vectors.hashes.node_N123_N456);
});

test("roots and proofs are those of the published vectors, and are accepted", () => {
  const published = vectors.leaves.map((leaf) => leafOf(bytes(leaf)));
  let growing = emptyFrontier;
  const grown = published.map((leaf) => hex(rootOf((growing = pushLeaf(growing, leaf)))));
  expect(grown).toEqual(vectors.roots);
  const root = (size: number): Buffer => bytes(vectors.roots[size - 1]!);
  for (const { index, size, hashes } of vectors.inclusion) {
    expect(hashesOf(inclusionRanges(index, size), published).map(hex)).toEqual(hashes);
    expect(verifyInclusion({ index, size, leaf: published[index]!, hashes: hashes.map(bytes) }, root(size))).toBe(true);
  }
  for (const { from, to, hashes } of vectors.consistency) {
    expect(hashesOf(consistencyRanges(from, to), published).map(hex)).toEqual(hashes);
    expect(verifyConsistency({ size: from, root: root(from) }, { size: to, root: root(to) }, hashes.map(bytes))).toBe(true);
  }
});

test("a frontier leads to the root of the definition, for every size", () => {
  for (let size = 0; size <= 130; size += 1) expect(hex(roots[size]!)).toBe(hex(treeHash(leaves.slice(0, size))));
  expect(hex(roots[leavesMax]!)).toBe(hex(treeHash(leaves)));
});

test("a frontier survives being written and read, and no other number of bytes is one", () => {
  const written = frontierBytes(frontier);
  expect(rootOf(frontierOf(leavesMax, written)!)).toEqual(roots[leavesMax]);
  expect(frontierOf(leavesMax - 1, written)).toBeNull();
  expect(frontierOf(leavesMax, written.subarray(1))).toBeNull();
});

test("every inclusion proof is accepted, here and by an unrelated implementation", () => {
  fc.assert(
    fc.property(places, ({ size, index }) => {
      const hashes = hashesOf(inclusionRanges(index, size));
      const root = roots[size]!;
      expect(verifyInclusion({ index, size, leaf: leaves[index]!, hashes }, root)).toBe(true);
      const inclusionProof = { logIndex: String(index), hashes: hashes.map((hash) => Buffer.from(hash)) };
      const entry = { inclusionProof, canonicalizedBody: bodies[index]! };
      const checkpoint = { logSize: BigInt(size), logHash: Buffer.from(root) };
      verifyMerkleInclusion(
        entry as unknown as Parameters<typeof verifyMerkleInclusion>[0],
        checkpoint as unknown as Parameters<typeof verifyMerkleInclusion>[1],
      );
    }),
  );
});

test("an inclusion proof with any bit flipped, in proof, leaf or root, is refused", () => {
  fc.assert(
    fc.property(places, fc.nat({ max: 255 }), ({ size, index }, bit) => {
      const hashes = hashesOf(inclusionRanges(index, size));
      const proof = { index, size, leaf: leaves[index]!, hashes };
      const root = roots[size]!;
      for (let at = 0; at < hashes.length; at += 1)
        expect(verifyInclusion({ ...proof, hashes: hashes.with(at, flipped(hashes[at]!, bit)) }, root)).toBe(false);
      expect(verifyInclusion({ ...proof, leaf: flipped(proof.leaf, bit) }, root)).toBe(false);
      expect(verifyInclusion(proof, flipped(root, bit))).toBe(false);
    }),
  );
});

test("an inclusion proof for another index is refused", () => {
  fc.assert(
    fc.property(places, fc.nat({ max: 1100 }), ({ size, index }, other) => {
      fc.pre(other !== index);
      const proof = { index: other, size, leaf: leaves[index]!, hashes: hashesOf(inclusionRanges(index, size)) };
      expect(verifyInclusion(proof, roots[size]!)).toBe(false);
    }),
  );
});

test("a root of one size is not proved by a proof made for another tree", () => {
  fc.assert(
    fc.property(places, sizes, ({ size, index }, other) => {
      fc.pre(other !== size && index < other);
      const proof = { index, size: other, leaf: leaves[index]!, hashes: hashesOf(inclusionRanges(index, other)) };
      expect(verifyInclusion(proof, roots[size]!)).toBe(false);
    }),
  );
});

test("a shortened, lengthened or reordered inclusion proof, and one of odd numbers, is refused", () => {
  const [index, size] = [5, 13];
  const hashes = hashesOf(inclusionRanges(index, size));
  const root = roots[size]!;
  const proof = { index, size, leaf: leaves[index]!, hashes };
  const wrong = [
    { ...proof, hashes: hashes.slice(1) },
    { ...proof, hashes: hashes.slice(0, -1) },
    { ...proof, hashes: [...hashes, root] },
    { ...proof, hashes: [root, ...hashes] },
    { ...proof, hashes: hashes.toReversed() },
    { ...proof, hashes: hashes.with(0, Buffer.alloc(0)) },
    { ...proof, hashes: hashes.with(0, Buffer.alloc(33)) },
    { ...proof, leaf: Buffer.alloc(31) },
    { ...proof, index: -1 },
    { ...proof, index: size },
    { ...proof, index: 0.5 },
    { ...proof, size: Number.NaN },
    { ...proof, size: Infinity },
    { ...proof, size: 0, index: 0, hashes: [] },
    { ...proof, size: 2 ** 53 },
  ];
  for (const one of wrong) expect(verifyInclusion(one, root)).toBe(false);
  expect(inclusionRoot({ ...proof, index: size })).toBeNull();
});

test("every consistency proof is accepted", () => {
  fc.assert(
    fc.property(growths, ({ from, to }) => {
      const hashes = hashesOf(consistencyRanges(from, to));
      expect(verifyConsistency({ size: from, root: roots[from]! }, { size: to, root: roots[to]! }, hashes)).toBe(true);
    }),
  );
});

test("a consistency proof with any bit flipped, in proof or roots, or of other sizes, is refused", () => {
  fc.assert(
    fc.property(growths, fc.nat({ max: 255 }), sizes, ({ from, to }, bit, other) => {
      const hashes = hashesOf(consistencyRanges(from, to));
      const [before, after] = [
        { size: from, root: roots[from]! },
        { size: to, root: roots[to]! },
      ];
      for (let at = 0; at < hashes.length; at += 1)
        expect(verifyConsistency(before, after, hashes.with(at, flipped(hashes[at]!, bit)))).toBe(false);
      expect(verifyConsistency({ ...before, root: flipped(before.root, bit) }, after, hashes)).toBe(false);
      expect(verifyConsistency(before, { ...after, root: flipped(after.root, bit) }, hashes)).toBe(false);
      if (other !== from) expect(verifyConsistency({ ...before, size: other }, after, hashes)).toBe(false);
      expect(verifyConsistency(before, after, [...hashes, after.root])).toBe(false);
      expect(verifyConsistency(before, after, [before.root, ...hashes])).toBe(false);
      if (hashes.length > 0) expect(verifyConsistency(before, after, hashes.slice(0, -1))).toBe(false);
    }),
  );
});

test("the new root of another size is refused", () => {
  fc.assert(
    fc.property(growths, sizes, ({ from, to }, other) => {
      fc.pre(other !== to && other >= from && from > 0);
      const hashes = hashesOf(consistencyRanges(from, other));
      expect(verifyConsistency({ size: from, root: roots[from]! }, { size: other, root: roots[to]! }, hashes)).toBe(false);
    }),
  );
});

test("nothing grows from a larger tree, and the empty tree has one root and an empty proof", () => {
  const empty = { size: 0, root: emptyRoot };
  const one = { size: 1, root: roots[1]! };
  expect(verifyConsistency(empty, one, [])).toBe(true);
  expect(verifyConsistency(empty, empty, [])).toBe(true);
  expect(verifyConsistency(empty, one, [one.root])).toBe(false);
  expect(verifyConsistency({ size: 0, root: one.root }, one, [])).toBe(false);
  expect(verifyConsistency({ size: 0, root: one.root }, { size: 0, root: one.root }, [])).toBe(false);
  expect(verifyConsistency(one, empty, [])).toBe(false);
  expect(verifyConsistency({ size: -1, root: emptyRoot }, one, [])).toBe(false);
  expect(verifyConsistency({ size: 0.5, root: emptyRoot }, one, [])).toBe(false);
  expect(verifyConsistency({ size: 1, root: Buffer.alloc(0) }, { size: 1, root: Buffer.alloc(0) }, [])).toBe(false);
});
