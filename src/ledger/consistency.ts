import { emptyRoot, hashBytes, nodeOf, sameHash } from "./merkle.ts";

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** True when `hashes` prove that the tree of `from` is a prefix of the tree of `to`: RFC 9162 section 2.1.4.2. */
export function verifyConsistency(from: TreeHead, to: TreeHead, hashes: readonly Uint8Array[]): boolean {
  if (!Number.isSafeInteger(from.size) || !Number.isSafeInteger(to.size) || from.size < 0 || from.size > to.size) return false;
  if (from.root.length !== hashBytes || to.root.length !== hashBytes || hashes.some((one) => one.length !== hashBytes)) return false;
  if (from.size === to.size) return hashes.length === 0 && sameHash(from.root, to.root) && isEmptyRight(to);
  if (from.size === 0) return hashes.length === 0 && isEmptyRight(from);
  return rebuildsBoth(from, to, hashes);
}

/** The empty tree has one root only. */
function isEmptyRight({ size, root }: TreeHead): boolean {
  return size > 0 || sameHash(root, emptyRoot);
}

function rebuildsBoth(from: TreeHead, to: TreeHead, hashes: readonly Uint8Array[]): boolean {
  let fn = from.size - 1;
  let sn = to.size - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  // A perfect old tree is a subtree of the new one, so its root is not repeated in the proof.
  const [first, ...rest] = fn === 0 ? [from.root, ...hashes] : hashes;
  if (first === undefined) return false;
  let fromRoot = first;
  let toRoot = first;
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fromRoot = nodeOf(hash, fromRoot);
      toRoot = nodeOf(hash, toRoot);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      toRoot = nodeOf(toRoot, hash);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && sameHash(fromRoot, from.root) && sameHash(toRoot, to.root);
}
