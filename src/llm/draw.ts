/** Numbers that look random and are wholly fixed by a digest: the same digest draws the same numbers, everywhere. */
export interface Draw {
  /** A whole number from 0 up to, but not including, `bound` (which is at least 1 and at most 2^32). */
  readonly below: (bound: number) => number;
}

/** sfc32, a small public-domain generator, seeded with the first 16 bytes of a SHA-256. Not for secrets. */
export function makeDraw(digest: Uint8Array): Draw {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  let a = view.getUint32(0);
  let b = view.getUint32(4);
  let c = view.getUint32(8);
  let counter = view.getUint32(12);
  return {
    below: (bound) => {
      const sum = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum;
      // The bias of a remainder does not matter to a sample.
      return (sum >>> 0) % bound;
    },
  };
}

export function pick<T>(draw: Draw, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[draw.below(items.length)];
}
