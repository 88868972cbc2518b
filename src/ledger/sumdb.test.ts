import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkpointText, openCheckpoint } from "./checkpoint.ts";
import { leafOf } from "./leaf.ts";
import { emptyLog, integrate, rootIn } from "./log-tree.ts";
import { formatVerifierKey, parseSignerKey, parseVerifierKey } from "./note-key.ts";
import { consistencyRanges, inclusionRanges } from "./proof-ranges.ts";
import { formatNote, signText } from "./signed-note.ts";
import { formatTilePath, hashesFromTiles, tileWidth, widthIn } from "./tiles.ts";
import type { TileId } from "./tiles.ts";

/** Made by Go's checksum database packages (test/vectors/sumdb/main.go), which share no code with us. */
interface Vectors {
  readonly leaves: number;
  readonly roots: { readonly [size: string]: string };
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly hashes: readonly string[] }[];
  readonly consistency: readonly { readonly from: number; readonly to: number; readonly hashes: readonly string[] }[];
  readonly tiles: { readonly [path: string]: string };
  readonly checkpoint: { readonly skey: string; readonly vkey: string; readonly note: string };
}
const vectors = JSON.parse(readFileSync(new URL("../../test/vectors/sumdb.json", import.meta.url), "utf8")) as Vectors;
const leaves = Array.from({ length: vectors.leaves }, (_, i) => leafOf(Buffer.from(`entry ${i}`)));
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const logOf = (size: number) => integrate(emptyLog, leaves.slice(0, size));

function tilesIn(size: number): (tile: TileId) => Uint8Array {
  const { tree, tiles } = logOf(size);
  const stored = new Map(tiles.map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]));
  return ({ level, n }) => stored.get(`${level}/${n}`) ?? Buffer.concat(tree.tails[level] ?? []);
}

test("roots are those of Go's checksum database", () => {
  for (const [size, root] of Object.entries(vectors.roots)) expect(hex(rootIn(logOf(Number(size)).tree))).toBe(root);
});

test("proofs made from tiles are those of Go's checksum database, byte for byte", () => {
  const cache = new Map<number, (tile: TileId) => Uint8Array>();
  const of = (size: number) => cache.get(size) ?? cache.set(size, tilesIn(size)).get(size)!;
  for (const { index, size, hashes } of vectors.inclusion)
    expect(hashesFromTiles(inclusionRanges(index, size), of(size)).map(hex)).toEqual(hashes);
  for (const { from, to, hashes } of vectors.consistency)
    expect(hashesFromTiles(consistencyRanges(from, to), of(to)).map(hex)).toEqual(hashes);
});

test("tiles are those of Go's checksum database, whole and partial", () => {
  const digests = new Map<string, string>();
  for (const level of [0, 1]) {
    for (let n = 0; widthIn({ level, n }, vectors.leaves) > 0; n += 1) {
      const all = tilesIn(vectors.leaves)({ level, n });
      for (let width = 1; width <= widthIn({ level, n }, vectors.leaves); width += 1)
        digests.set(
          formatTilePath({ level, n, width }),
          createHash("sha256")
            .update(all.subarray(0, width * 32))
            .digest("hex"),
        );
    }
  }
  expect(Object.keys(vectors.tiles).length).toBeGreaterThan(50);
  for (const [path, digest] of Object.entries(vectors.tiles)) expect([path, digests.get(path)]).toEqual([path, digest]);
  expect(tileWidth).toBe(256);
});

test("a checkpoint signed by Go is the one we sign, and is opened", () => {
  const { skey, vkey, note } = vectors.checkpoint;
  const key = parseSignerKey(skey)!;
  const text = checkpointText({ origin: "example.org/ledger", size: vectors.leaves, root: rootIn(logOf(vectors.leaves).tree) });
  expect(formatVerifierKey(key.verifier)).toBe(vkey);
  expect(formatNote(text, [signText(text, key)])).toBe(note);
  const trust = { origin: "example.org/ledger", logKeys: [parseVerifierKey(vkey)!], witnessKeys: [] };
  expect(openCheckpoint(note, trust)).toMatchObject({ ok: true, value: { checkpoint: { size: vectors.leaves } } });
});
