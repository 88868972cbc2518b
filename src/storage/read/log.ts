import { Fault } from "../../domain/fault.ts";
import type { RunId } from "../../domain/ids.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import { frontierIn, rootIn } from "../../ledger/log-tree.ts";
import type { LogTree } from "../../ledger/log-tree.ts";
import { frontierBytes, hashBytes, sameHash } from "../../ledger/merkle.ts";
import { tileWidth } from "../../ledger/tiles.ts";
import type { TileId } from "../../ledger/tiles.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** An entry that the log does not have yet. */
export interface PendingEntry {
  readonly runId: RunId;
  readonly seq: number;
  readonly leaf: Uint8Array;
}

/** Entries that are not in the log yet, by run and place. */
export async function readPending(db: Database, limit: number): Promise<readonly PendingEntry[]> {
  const rows = await db.query<{ run_id: RunId; seq: number; leaf: Buffer }>(
    sql`select run_id, seq, leaf from reckoning.pending_entries(${limit}) order by run_id, seq`,
  );
  return rows.map(({ run_id, seq, leaf }) => ({ runId: run_id, seq, leaf }));
}

/** The newest tree; that of nothing has no row. */
export async function readTreeHead(db: Database): Promise<TreeHead | null> {
  const rows = await db.query<{ size: number; root: Buffer }>(sql`select size, root from reckoning.log_tree order by size desc limit 1`);
  return rows[0] ?? null;
}

/** The newest tree as a sealer goes on from it. Refuses one whose tiles do not lead to its root: it would be built on sand. */
export async function readLogTree(db: Database): Promise<LogTree> {
  const rows = await db.query<{ size: number; root: Buffer; frontier: Buffer }>(
    sql`select size, root, frontier from reckoning.log_tree order by size desc limit 1`,
  );
  const row = rows[0];
  if (row === undefined) return { size: 0, tails: [] };
  const { size, root, frontier } = row;
  const tails: (readonly Uint8Array[])[] = [];
  for (let level = 0; size >= tileWidth ** level; level += 1) {
    const n = Math.floor(size / tileWidth ** (level + 1));
    tails.push(hashesIn(await readTileEdge(db, { level, n }, size)));
  }
  const tree = { size, tails };
  if (!sameHash(rootIn(tree), root) || !frontierBytes(frontierIn(tree)).equals(frontier))
    throw new Fault("record_unreadable", `the tiles of the log do not lead to the root it has at size ${size}`);
  return tree;
}

/** The hashes of a tile that the log has by now: all 256, or fewer at its right edge. */
export async function readTile(db: Database, tile: TileId): Promise<Uint8Array> {
  const rows = await db.query<{ hashes: Buffer }>(sql`select hashes from reckoning.log_tile where level = ${tile.level} and n = ${tile.n}`);
  return rows[0]?.hashes ?? readTileEdge(db, tile, Number.MAX_SAFE_INTEGER);
}

/** The part of a tile below `size`, put together from the level below it. */
async function readTileEdge(db: Database, { level, n }: TileId, size: number): Promise<Uint8Array> {
  const first = n * tileWidth;
  const end = Math.min(first + tileWidth, Math.floor(size / tileWidth ** level));
  const rows =
    level === 0
      ? await db.query<{ hash: Buffer }>(
          sql`select leaf as hash from reckoning.log_leaf where idx >= ${first} and idx < ${end} order by idx`,
        )
      : await db.query<{ hash: Buffer }>(sql`
          select root as hash from reckoning.log_tile where level = ${level - 1} and n >= ${first} and n < ${end} order by n`);
  return Buffer.concat(rows.map((row) => row.hash));
}

function hashesIn(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.length / hashBytes }, (_, at) => bytes.subarray(at * hashBytes, (at + 1) * hashBytes));
}

/** The entries of a bundle, in the order of the log; fewer than `width` when the log or the ledger has fewer. */
export async function readBundle(db: Database, bundle: { readonly n: number; readonly width: number }): Promise<readonly Uint8Array[]> {
  const first = bundle.n * tileWidth;
  const rows = await db.query<{ body: Buffer }>(sql`
    select e.body
      from reckoning.log_leaf l
      join reckoning.entry e on e.run_id = l.run_id and e.seq = l.seq
     where l.idx >= ${first} and l.idx < ${first + bundle.width}
     order by l.idx`);
  return rows.map((row) => row.body);
}

/** Where an entry stands in the log, or null while it is pending. */
export async function readLeaf(
  db: Database,
  entry: { readonly runId: RunId; readonly seq: number },
): Promise<{ readonly index: number; readonly leaf: Uint8Array } | null> {
  const rows = await db.query<{ idx: number; leaf: Buffer }>(
    sql`select idx, leaf from reckoning.log_leaf where run_id = ${entry.runId} and seq = ${entry.seq}`,
  );
  const row = rows[0];
  return row === undefined ? null : { index: row.idx, leaf: row.leaf };
}

/** The last entry of a run that a published checkpoint covers, and the first checkpoint that does; null: none is covered. */
export async function readSealedEnd(
  db: Database,
  runId: RunId,
): Promise<{ readonly seq: number; readonly index: number; readonly size: number; readonly note: string } | null> {
  const rows = await db.query<{ seq: number; index: number; size: number; note: string }>(sql`
    select l.seq, l.idx as index, c.size, c.note
      from reckoning.log_leaf l
     cross join lateral (
             select n.size, n.note
               from (select distinct origin from reckoning.log_checkpoint) as o
              cross join lateral (
                      select size, note from reckoning.log_checkpoint where origin = o.origin and size > l.idx order by size limit 1
                    ) as n
              order by n.size
              limit 1
           ) as c
     where l.run_id = ${runId}
     order by l.seq desc
     limit 1`);
  return rows[0] ?? null;
}

export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly published_us: number;
}

/** The newest published checkpoint of an origin. */
export async function readCheckpoint(db: Database, origin: string): Promise<PublishedCheckpoint | null> {
  const rows = await db.query<PublishedCheckpoint>(sql`
    select size, note, (extract(epoch from published_at) * 1000000)::bigint as published_us
      from reckoning.log_checkpoint
     where origin = ${origin}
     order by size desc
     limit 1`);
  return rows[0] ?? null;
}

export interface LogEpoch {
  readonly epoch: number;
  readonly origin: string;
}

/** The name under which the log goes on: the configured one, until a loss was accepted. */
export async function readLogEpoch(db: Database, configured: string): Promise<LogEpoch> {
  const rows = await db.query<LogEpoch>(sql`select epoch, origin from reckoning.log_epoch order by epoch desc limit 1`);
  return rows[0] ?? { epoch: 1, origin: configured };
}

/** How far behind the log is: entries not yet in it (counted up to `limit`), and the size of the newest tree. */
export async function countPending(db: Database, limit: number): Promise<number> {
  const rows = await db.query<{ pending: number }>(sql`select count(*)::integer as pending from reckoning.pending_entries(${limit})`);
  return rows[0]?.pending ?? 0;
}
