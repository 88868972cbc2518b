import { hashBytes, nodeOf, sameHash } from "./merkle.ts";

/** Everything here comes from the prover, who may be an enemy; only the root a verifier compares with is its own. */
export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  /** From the leaf's sibling up to the child of the root. */
  readonly hashes: readonly Uint8Array[];
}

/** The root that the proof leads to, or null when no proof for this place has this form: RFC 9162 section 2.1.3.2. */
export function inclusionRoot({ index, size, leaf, hashes }: InclusionProof): Uint8Array | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  if (leaf.length !== hashBytes) return null;
  let fn = index;
  let sn = size - 1;
  let root = leaf;
  for (const sibling of hashes) {
    if (sn === 0 || sibling.length !== hashBytes) return null;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeOf(sibling, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      root = nodeOf(root, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? root : null;
}

export function verifyInclusion(proof: InclusionProof, root: Uint8Array): boolean {
  const found = inclusionRoot(proof);
  return found !== null && sameHash(found, root);
}
