import { assert, present } from "../domain/assert.ts";
import { hashBytes, nodeOf } from "./merkle.ts";
import { perfectNodes, rangeHash } from "./proof-ranges.ts";
import type { LeafRange, TreeNode } from "./proof-ranges.ts";

/** Where a tile of hashes stands (C2SP tlog-tiles): level 0 holds leaves, each level above the roots of 256 below. */
export interface TileId {
  readonly level: number;
  readonly n: number;
}

/** What a path asks for: a tile of hashes or a bundle of entries, whole or the first `width` of it. */
export interface TilePath {
  readonly level: number | "entries";
  readonly n: number;
  readonly width: number;
}

export const tileWidth = 256;
/** Tree levels in a tile. */
export const tileHeight = 8;
const levelMax = 63;
const lengthBytes = 2;
export const bundledEntryBytesMax = 65_535;

/** How many hashes of the tile a tree of `size` has: 0 to 256. */
export function widthIn({ level, n }: TileId, size: number): number {
  // Past 2^53 there is no leaf, so no tile of a level whose single hash spans more than that.
  const hashes = Math.floor(size / tileWidth ** level);
  return Math.min(Math.max(hashes - n * tileWidth, 0), tileWidth);
}

/** `<L>/<N>[.p/<W>]`, what follows `tile/`. */
export function formatTilePath({ level, n, width }: TilePath): string {
  assert(Number.isSafeInteger(n) && n >= 0 && width >= 1 && width <= tileWidth, "a tile has a place and a width");
  const digits = String(n);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
  return `${level}/${path}${width === tileWidth ? "" : `.p/${width}`}`;
}

/** Null unless it is the one spelling of the path. */
export function parseTilePath(path: string): TilePath | null {
  const [, levelText, place, widthText] = /^(entries|[0-9]+)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]+))?$/.exec(path) ?? [];
  if (levelText === undefined || place === undefined) return null;
  const level: TilePath["level"] = levelText === "entries" ? levelText : Number(levelText);
  const n = Number(place.replaceAll(/[x/]/g, ""));
  const width = widthText === undefined ? tileWidth : Number(widthText);
  if (level !== "entries" && level > levelMax) return null;
  if (!Number.isSafeInteger(n) || width < 1 || width > tileWidth) return null;
  const parsed = { level, n, width };
  return formatTilePath(parsed) === path ? parsed : null;
}

/** The tiles that hold the subtrees of these ranges, each once. */
export function tilesOf(ranges: readonly LeafRange[]): readonly TileId[] {
  const tiles = new Map<string, TileId>();
  for (const range of ranges) {
    for (const node of perfectNodes(range)) {
      const { tile } = placeOf(node);
      tiles.set(`${tile.level}/${tile.n}`, tile);
    }
  }
  return [...tiles.values()];
}

/** The hashes of these ranges, read out of the tiles that `tilesOf` names. */
export function hashesFromTiles(ranges: readonly LeafRange[], hashesOf: (tile: TileId) => Uint8Array): readonly Uint8Array[] {
  return ranges.map((range) => rangeHash(range, (node) => nodeFromTile(node, hashesOf)));
}

function nodeFromTile(node: TreeNode, hashesOf: (tile: TileId) => Uint8Array): Uint8Array {
  const { tile, first, count } = placeOf(node);
  const hashes = hashesOf(tile);
  assert(hashes.length >= (first + count) * hashBytes, `tile ${tile.level}/${tile.n} holds ${first + count} hashes`);
  return perfectRoot(Array.from({ length: count }, (_, at) => hashes.subarray((first + at) * hashBytes, (first + at + 1) * hashBytes)));
}

/** The tile a subtree is in, and which of its hashes it spans. */
function placeOf({ level, index }: TreeNode): { readonly tile: TileId; readonly first: number; readonly count: number } {
  const tileLevel = Math.floor(level / tileHeight);
  const count = 2 ** (level % tileHeight);
  const n = Math.floor((index * count) / tileWidth);
  return { tile: { level: tileLevel, n }, first: index * count - n * tileWidth, count };
}

/** The root over a power of two of hashes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) {
    assert(level.length % 2 === 0, "a perfect subtree has a power of two of hashes");
    const below = level;
    const hashAt = (at: number): Uint8Array => present(below[at], `hash ${at} of ${below.length}`);
    level = Array.from({ length: below.length / 2 }, (_, at) => nodeOf(hashAt(2 * at), hashAt(2 * at + 1)));
  }
  return present(level[0], "a subtree has hashes, so its root");
}

/** Entries as tlog-tiles bundles them: each after its length in two big-endian bytes. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    assert(entry.length <= bundledEntryBytesMax, "an entry fits a 16-bit length");
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt16BE(entry.length);
    parts.push(length, entry);
  }
  return Buffer.concat(parts);
}

export function parseEntryBundle(bytes: Uint8Array): readonly Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [high, low] = bytes.subarray(at, at + lengthBytes);
    if (high === undefined || low === undefined) return null;
    const end = at + lengthBytes + high * 256 + low;
    if (end > bytes.length) return null;
    entries.push(bytes.subarray(at + lengthBytes, end));
    at = end;
  }
  return entries.length > tileWidth ? null : entries;
}
