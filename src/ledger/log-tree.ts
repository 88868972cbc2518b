import { assert, present } from "../domain/assert.ts";
import { hashBytes, rootOf } from "./merkle.ts";
import type { Frontier } from "./merkle.ts";
import { perfectRoot, tileHeight, tileWidth } from "./tiles.ts";
import type { TileId } from "./tiles.ts";
import { perfectNodes } from "./proof-ranges.ts";

/** A growing log as its sealer holds it: for each tile level the hashes of the one tile that is not full yet. */
export interface LogTree {
  readonly size: number;
  readonly tails: readonly (readonly Uint8Array[])[];
}

/** A tile that is full and will never change; `root` is its hash in the level above. */
export interface FullTile extends TileId {
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

export const emptyLog: LogTree = { size: 0, tails: [] };

/** The log with `leaves` added, and the tiles that were filled by it, lower levels first among those of one place. */
export function integrate(tree: LogTree, leaves: readonly Uint8Array[]): { readonly tree: LogTree; readonly tiles: readonly FullTile[] } {
  const size = tree.size + leaves.length;
  assert(Number.isSafeInteger(size), "a log has fewer than 2^53 entries");
  const tiles: FullTile[] = [];
  const tails: Uint8Array[][] = [];
  let rising: readonly Uint8Array[] = leaves;
  for (let level = 0; rising.length > 0 || level < tree.tails.length; level += 1) {
    const all = [...(tree.tails[level] ?? []), ...rising];
    const full = Math.floor(all.length / tileWidth);
    const first = Math.floor(tree.size / tileWidth ** (level + 1));
    const filled = Array.from({ length: full }, (_, at) =>
      tileFrom({ level, n: first + at }, all.slice(at * tileWidth, (at + 1) * tileWidth)),
    );
    tiles.push(...filled);
    tails.push(all.slice(full * tileWidth));
    rising = filled.map((tile) => tile.root);
  }
  return { tree: { size, tails }, tiles };
}

/** The right edge of the log, from which its root and every later one follow. */
export function frontierIn({ size, tails }: LogTree): Frontier {
  const subtrees = perfectNodes({ start: 0, end: size }).map(({ level, index }) => {
    const tail = present(tails[Math.floor(level / tileHeight)], `the tail of the level of node ${level}/${index}`);
    const count = 2 ** (level % tileHeight);
    const first = (index * count) % tileWidth;
    return perfectRoot(tail.slice(first, first + count));
  });
  return { size, subtrees };
}

export function rootIn(tree: LogTree): Uint8Array {
  return rootOf(frontierIn(tree));
}

function tileFrom(id: TileId, hashes: readonly Uint8Array[]): FullTile {
  assert(
    hashes.every((hash) => hash.length === hashBytes),
    "a tile holds SHA-256 values",
  );
  return { ...id, hashes: Buffer.concat(hashes), root: perfectRoot(hashes) };
}
