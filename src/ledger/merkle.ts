import { hash } from "node:crypto";
import { assert } from "../domain/assert.ts";

export const hashBytes = 32;
const nodePrefix = 0x01;

/** The hash of an interior node: SHA-256(0x01 || left || right), RFC 6962 section 2.1. */
export function nodeOf(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + left.length + right.length);
  bytes[0] = nodePrefix;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return hash("sha256", bytes, "buffer");
}

/** The root of the empty tree: SHA-256 of nothing, RFC 6962 section 2.1. */
export const emptyRoot: Uint8Array = hash("sha256", "", "buffer");

/**
 * The right edge of an append-only Merkle tree (a compact range from 0): the roots of its perfect subtrees, largest
 * first, one for each bit set in `size`. It is all that appending needs, and folding it from the right gives the root.
 */
export interface Frontier {
  readonly size: number;
  readonly subtrees: readonly Uint8Array[];
}

export const emptyFrontier: Frontier = { size: 0, subtrees: [] };

export function pushLeaf(frontier: Frontier, leaf: Uint8Array): Frontier {
  assert(frontier.size < Number.MAX_SAFE_INTEGER, "a tree has fewer than 2^53 leaves");
  const subtrees = [...frontier.subtrees];
  let node: Uint8Array = leaf;
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = subtrees.pop();
    assert(left !== undefined, "a frontier has one subtree for each bit of its size");
    node = nodeOf(left, node);
  }
  subtrees.push(node);
  return { size: frontier.size + 1, subtrees };
}

export function rootOf(frontier: Frontier): Uint8Array {
  const last = frontier.subtrees.at(-1);
  if (last === undefined) return emptyRoot;
  return frontier.subtrees.slice(0, -1).reduceRight<Uint8Array>((right, left) => nodeOf(left, right), last);
}

/** The subtrees of a tree of `size` leaves as one text of bytes, and back; null when their number does not fit the size. */
export function frontierBytes(frontier: Frontier): Buffer {
  return Buffer.concat(frontier.subtrees);
}

export function frontierOf(size: number, bytes: Uint8Array): Frontier | null {
  if (bytes.length !== hashBytes * bitsSet(size)) return null;
  const subtrees = Array.from({ length: bytes.length / hashBytes }, (_, at) => bytes.subarray(at * hashBytes, (at + 1) * hashBytes));
  return { size, subtrees };
}

function bitsSet(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === hashBytes && other.length === hashBytes && one.every((byte, at) => byte === other[at]);
}
