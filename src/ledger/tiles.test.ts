import fc from "fast-check";
import { expect, test } from "vitest";
import { leafOf } from "./leaf.ts";
import { emptyFrontier, pushLeaf, rootOf } from "./merkle.ts";
import { emptyLog, frontierIn, integrate, rootIn } from "./log-tree.ts";
import type { FullTile, LogTree } from "./log-tree.ts";
import { verifyConsistency } from "./consistency.ts";
import { verifyInclusion } from "./inclusion.ts";
import { consistencyRanges, inclusionRanges } from "./proof-ranges.ts";
import {
  formatEntryBundle,
  formatTilePath,
  hashesFromTiles,
  parseEntryBundle,
  parseTilePath,
  perfectRoot,
  tilesOf,
  tileWidth,
  widthIn,
} from "./tiles.ts";
import type { TileId } from "./tiles.ts";

const leavesMax = 70_000;
const leaves = Array.from({ length: leavesMax }, (_, i) => leafOf(Buffer.from(`entry ${i}`)));

/** The whole log as a server would hold it, grown in uneven batches, with the root after each batch. */
function grow(batches: readonly number[]): {
  readonly tree: LogTree;
  readonly tiles: readonly FullTile[];
  readonly roots: ReadonlyMap<number, Uint8Array>;
} {
  let tree = emptyLog;
  const tiles: FullTile[] = [];
  const roots = new Map<number, Uint8Array>();
  for (const count of batches) {
    const step = integrate(tree, leaves.slice(tree.size, tree.size + count));
    tree = step.tree;
    tiles.push(...step.tiles);
    roots.set(tree.size, rootIn(tree));
  }
  return { tree, tiles, roots };
}

/** Serves whole tiles from what was stored, and the right edge from the level below, as a server does. */
function served(grown: ReturnType<typeof grow>): (tile: TileId) => Uint8Array {
  const stored = new Map(grown.tiles.map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]));
  return ({ level, n }) => stored.get(`${level}/${n}`) ?? Buffer.concat(grown.tree.tails[level] ?? []);
}

const grown = grow([1, 1, 254, 1, 255, 5_000, 64_488]);

test("a log grown in batches has the roots that one grown leaf by leaf has", () => {
  let frontier = emptyFrontier;
  for (const [at, leaf] of leaves.entries()) {
    frontier = pushLeaf(frontier, leaf);
    const root = grown.roots.get(at + 1);
    if (root !== undefined) expect(Buffer.from(root).toString("hex")).toBe(Buffer.from(rootOf(frontier)).toString("hex"));
  }
  expect(grown.tree.size).toBe(leavesMax);
  expect(frontierIn(grown.tree).subtrees.map((one) => Buffer.from(one))).toEqual(frontier.subtrees.map((one) => Buffer.from(one)));
});

test("a log of 70,000 has the tiles that the standard's example names", () => {
  const count = (level: number): number => grown.tiles.filter((tile) => tile.level === level).length;
  expect([count(0), count(1), count(2)]).toEqual([273, 1, 0]);
  expect(grown.tree.tails.map((tail) => tail.length)).toEqual([112, 17, 1]);
  expect([0, 1, 2, 3].map((level) => widthIn({ level, n: { 0: 273, 1: 1 }[level] ?? 0 }, leavesMax))).toEqual([112, 17, 1, 0]);
  expect(widthIn({ level: 0, n: 0 }, 256)).toBe(256);
  expect(widthIn({ level: 1, n: 0 }, 256)).toBe(1);
  expect(widthIn({ level: 63, n: 0 }, 2 ** 53 - 1)).toBe(0);
  expect(widthIn({ level: 0, n: 274 }, leavesMax)).toBe(0);
});

test("each tile stands once, in its place, and its root is the hash in the level above", () => {
  const of = served(grown);
  expect(new Set(grown.tiles.map(({ level, n }) => `${level}/${n}`)).size).toBe(grown.tiles.length);
  for (const tile of grown.tiles) {
    const above = of({ level: tile.level + 1, n: Math.floor(tile.n / tileWidth) });
    const at = (tile.n % tileWidth) * 32;
    expect(Buffer.from(tile.root).equals(above.subarray(at, at + 32))).toBe(true);
  }
  expect(Buffer.from(of({ level: 0, n: 100 })).equals(Buffer.concat(leaves.slice(25_600, 25_856)))).toBe(true);
});

test("any inclusion and consistency proof can be made from tiles alone, and is accepted", () => {
  const of = served(grown);
  const root = grown.roots.get(leavesMax)!;
  fc.assert(
    fc.property(fc.nat({ max: leavesMax - 1 }), (index) => {
      const ranges = inclusionRanges(index, leavesMax);
      const needed = new Set(tilesOf(ranges).map(({ level, n }) => `${level}/${n}`));
      const hashes = hashesFromTiles(ranges, (tile) => {
        expect(needed.has(`${tile.level}/${tile.n}`)).toBe(true);
        return of(tile);
      });
      expect(verifyInclusion({ index, size: leavesMax, leaf: leaves[index]!, hashes }, root)).toBe(true);
    }),
  );
  for (const [size, before] of grown.roots) {
    const hashes = hashesFromTiles(consistencyRanges(size, leavesMax), of);
    expect(verifyConsistency({ size, root: before }, { size: leavesMax, root }, hashes)).toBe(true);
  }
});

test("paths are written as the standard's example, and read back", () => {
  expect(formatTilePath({ level: 0, n: 1_234_067, width: 256 })).toBe("0/x001/x234/067");
  expect(formatTilePath({ level: "entries", n: 0, width: 112 })).toBe("entries/000.p/112");
  fc.assert(
    fc.property(
      fc.oneof(fc.constant("entries" as const), fc.nat({ max: 63 })),
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      fc.integer({ min: 1, max: 256 }),
      (level, n, width) => {
        expect(parseTilePath(formatTilePath({ level, n, width }))).toEqual({ level, n, width });
      },
    ),
  );
});

test.each([
  "",
  "0",
  "0/",
  "0/1",
  "0/0001",
  "0/x000/001",
  "0/001/002",
  "0/x001",
  "00/001",
  "64/001",
  "-1/001",
  "0/001.p/0",
  "0/001.p/256",
  "0/001.p/01",
  "0/001.p/",
  "0/001.p/1/",
  "entries",
  "entries/",
  "entries/1",
  "0/x999/x999/x999/x999/x999/999",
  "0/001/../002",
  "0/001\n",
  "data/001",
])("the path %j is refused", (path) => {
  expect(parseTilePath(path)).toBeNull();
});

test("entry bundles are length-prefixed and read back", () => {
  const entries = [Buffer.alloc(0), Buffer.from("a"), Buffer.alloc(65_535, 7)];
  const bundle = formatEntryBundle(entries);
  expect(bundle.subarray(0, 5).toString("hex")).toBe("0000000161");
  expect(parseEntryBundle(bundle)!.map((entry) => Buffer.from(entry))).toEqual(entries);
  expect(parseEntryBundle(Buffer.alloc(0))).toEqual([]);
  expect(() => formatEntryBundle([Buffer.alloc(65_536)])).toThrow(/16-bit/);
});

test("a bundle that is cut, or holds more than a tile, is refused", () => {
  const bundle = formatEntryBundle([Buffer.from("abc"), Buffer.from("de")]);
  const lengths = Array.from({ length: bundle.length }, (_, length) => length).filter((length) => length !== 0 && length !== 5);
  for (const length of lengths) expect(parseEntryBundle(bundle.subarray(0, length))).toBeNull();
  expect(parseEntryBundle(formatEntryBundle(Array.from({ length: 257 }, () => Buffer.alloc(0))))).toBeNull();
});

test("only a power of two of hashes has a perfect root", () => {
  expect(() => perfectRoot(leaves.slice(0, 3))).toThrow(/power of two/);
});
