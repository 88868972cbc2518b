import { createHash } from "node:crypto";
import { checkpointText } from "../src/ledger/checkpoint.ts";
import { verifyConsistency } from "../src/ledger/consistency.ts";
import { verifyInclusion } from "../src/ledger/inclusion.ts";
import { leafOf } from "../src/ledger/leaf.ts";
import { emptyLog, integrate, rootIn } from "../src/ledger/log-tree.ts";
import { formatSignerKey, formatVerifierKey, keyTypes, parseSignerKey } from "../src/ledger/note-key.ts";
import { consistencyRanges, inclusionRanges } from "../src/ledger/proof-ranges.ts";
import { cosignText, formatNote, signText } from "../src/ledger/signed-note.ts";
import { formatEntryBundle, formatTilePath, hashesFromTiles, tileWidth, widthIn } from "../src/ledger/tiles.ts";
import { formatTlogProof } from "../src/ledger/tlog-proof.ts";

const origin = "example.org/ledger";
const size = 1_000;
const earlier = 600;
const indices = [0, 1, 511, 599, 999];

/** A small log in all its forms, for whoever writes a second implementation (docs/format/log.md). Always the same. */
export function logVectors(): string {
  const bodies = Array.from({ length: size }, (_, i) => Buffer.from(`{"entry":${i}}`));
  const leaves = bodies.map(leafOf);
  const before = rootIn(integrate(emptyLog, leaves.slice(0, earlier)).tree);
  const { tree, tiles } = integrate(emptyLog, leaves);
  const root = rootIn(tree);
  const stored = new Map(tiles.map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]));
  const tileAt = (level: number, n: number): Uint8Array => stored.get(`${level}/${n}`) ?? Buffer.concat(tree.tails[level] ?? []);
  const log = keyOf(origin, keyTypes.ed25519, "log");
  const witness = keyOf("witness.example.org/w1", keyTypes.cosignature, "witness");
  const text = checkpointText({ origin, size, root });
  const checkpoint = formatNote(text, [signText(text, log.key), cosignText(text, witness.key, 1_764_000_000)]);
  const proofs = indices.map((index) => {
    const hashes = hashesFromTiles(inclusionRanges(index, size), ({ level, n }) => tileAt(level, n));
    const leaf = leaves[index] ?? Buffer.alloc(0);
    if (!verifyInclusion({ index, size, leaf, hashes }, root)) throw new Error(`the proof of ${index} does not hold`);
    return formatTlogProof({ index, hashes, checkpoint, extra: null });
  });
  const consistency = hashesFromTiles(consistencyRanges(earlier, size), ({ level, n }) => tileAt(level, n));
  if (!verifyConsistency({ size: earlier, root: before }, { size, root }, consistency)) throw new Error("the trees are not consistent");
  const vectors = {
    entry: 'entry i is the text {"entry":i}',
    size,
    root: base64(root),
    log: { skey: log.text, vkey: formatVerifierKey(log.key.verifier) },
    witness: { skey: witness.text, vkey: formatVerifierKey(witness.key.verifier) },
    checkpoint,
    proofs,
    consistency: { from: { size: earlier, root: base64(before) }, hashes: consistency.map(base64) },
    tiles_sha256: Object.fromEntries([...tileDigests(tileAt), ...bundleDigests(bodies)]),
  };
  return `${JSON.stringify(vectors, null, 2)}\n`;
}

function tileDigests(tileAt: (level: number, n: number) => Uint8Array): readonly (readonly [string, string])[] {
  return [0, 1].flatMap((level) =>
    places(level).map(({ n, width }) => [formatTilePath({ level, n, width }), digest(tileAt(level, n))] as const),
  );
}

function bundleDigests(bodies: readonly Uint8Array[]): readonly (readonly [string, string])[] {
  return places(0).map(({ n, width }) => {
    const bundle = formatEntryBundle(bodies.slice(n * tileWidth, n * tileWidth + width));
    return [formatTilePath({ level: "entries", n, width }), digest(bundle)] as const;
  });
}

function places(level: number): readonly { readonly n: number; readonly width: number }[] {
  const count = Math.ceil(Math.floor(size / tileWidth ** level) / tileWidth);
  return Array.from({ length: count }, (_, n) => ({ n, width: widthIn({ level, n }, size) }));
}

function keyOf(name: string, type: (typeof keyTypes)[keyof typeof keyTypes], seed: string) {
  const text = formatSignerKey(name, type, createHash("sha256").update(`seed of the ${seed}`).digest());
  const key = parseSignerKey(text);
  if (key === null) throw new Error("a key that was just written is read");
  return { text, key };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
