import { present } from "../../domain/assert.ts";
import { consistencyRanges, inclusionRanges } from "../../ledger/proof-ranges.ts";
import type { LeafRange } from "../../ledger/proof-ranges.ts";
import { hashesFromTiles, tilesOf } from "../../ledger/tiles.ts";
import type { TileId } from "../../ledger/tiles.ts";

/** Reads the hashes of a tile that the log has. */
export type TileReader = (tile: TileId) => Promise<Uint8Array>;

/** Hashes that prove entry `index` in the tree of `size`. Whoever relies on them checks them. */
export function proveInclusion(readTile: TileReader, index: number, size: number): Promise<readonly Uint8Array[]> {
  return hashesOf(readTile, inclusionRanges(index, size));
}

/** Hashes that prove the tree of `from` a prefix of the tree of `to`. */
export function proveConsistency(readTile: TileReader, from: number, to: number): Promise<readonly Uint8Array[]> {
  return hashesOf(readTile, consistencyRanges(from, to));
}

async function hashesOf(readTile: TileReader, ranges: readonly LeafRange[]): Promise<readonly Uint8Array[]> {
  const tiles = new Map<string, Uint8Array>();
  for (const tile of tilesOf(ranges)) tiles.set(`${tile.level}/${tile.n}`, await readTile(tile));
  return hashesFromTiles(ranges, ({ level, n }) => present(tiles.get(`${level}/${n}`), `tile ${level}/${n}`));
}
