import { instantFromMicroseconds } from "../../domain/instant.ts";
import type { RunId } from "../../domain/ids.ts";
import type { LogView } from "../../domain/view.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { hashBytes } from "../../ledger/merkle.ts";
import { parseNote } from "../../ledger/signed-note.ts";
import { formatEntryBundle, tileWidth } from "../../ledger/tiles.ts";
import type { TilePath } from "../../ledger/tiles.ts";
import { formatTlogProof } from "../../ledger/tlog-proof.ts";
import type { Database } from "../../storage/pool.ts";
import { countPending, readBundle, readCheckpoint, readLeaf, readTile, readTreeHead } from "../../storage/read/log.ts";
import type { SealedLog } from "./open-sealed-log.ts";
import { proveInclusion } from "./prove.ts";

/** What the outside may ask of the sealed log. Nothing beyond the last published checkpoint is shown. */
export interface LogDoor {
  /** The last published signed note, or null. */
  readonly checkpoint: () => Promise<string | null>;
  /** A tile of hashes or a bundle of entries, or null when the published log does not have that much of it. */
  readonly tile: (path: TilePath) => Promise<Uint8Array | null>;
  /** A C2SP tlog-proof of one entry, or null while no published checkpoint covers it. */
  readonly proof: (entry: { readonly runId: RunId; readonly seq: number }) => Promise<string | null>;
  readonly status: () => Promise<LogView>;
}

export interface LogDoorOptions {
  readonly db: Database;
  readonly origin: string;
  readonly seals: boolean;
  readonly signs: boolean;
  readonly sealed: Pick<SealedLog, "alarm" | "verifierKey">;
}

const pendingCountedMax = 10_000;

export function makeLogDoor(options: LogDoorOptions): LogDoor {
  const { db, origin } = options;
  return {
    checkpoint: async () => (await readCheckpoint(db, origin))?.note ?? null,
    async tile(path) {
      const published = (await readCheckpoint(db, origin))?.size ?? 0;
      return readPublished(db, path, published);
    },
    async proof(entry) {
      const published = await readCheckpoint(db, origin);
      const leaf = await readLeaf(db, entry);
      if (published === null || leaf === null || leaf.index >= published.size) return null;
      const hashes = await proveInclusion((tile) => readTile(db, tile), leaf.index, published.size);
      return formatTlogProof({ index: leaf.index, hashes, checkpoint: published.note, extra: null });
    },
    status: () => statusOf(options),
  };
}

async function readPublished(db: Database, { level, n, width }: TilePath, size: number): Promise<Uint8Array | null> {
  const hashes = Math.floor(size / (level === "entries" ? 1 : tileWidth ** level));
  if (n * tileWidth + width > hashes) return null;
  if (level !== "entries") return (await readTile(db, { level, n })).subarray(0, width * hashBytes);
  const entries = await readBundle(db, { n, width });
  return entries.length === width ? formatEntryBundle(entries) : null;
}

async function statusOf({ db, origin, seals, signs, sealed }: LogDoorOptions): Promise<LogView> {
  const [head, published, pending, vkey] = await Promise.all([
    readTreeHead(db),
    readCheckpoint(db, origin),
    countPending(db, pendingCountedMax),
    sealed.verifierKey(),
  ]);
  return {
    origin,
    size: head?.size ?? 0,
    root: head === null ? null : encodeBase64(head.root),
    checkpoint:
      published === null
        ? null
        : {
            size: published.size,
            published_at: instantFromMicroseconds(published.published_us),
            signatures: parseNote(published.note)?.signatures.map((signature) => signature.name) ?? [],
          },
    pending,
    pending_is_more: pending === pendingCountedMax,
    seals,
    signs,
    verifier_key: vkey,
    alarm: sealed.alarm(),
  };
}
