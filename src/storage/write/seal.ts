import type { FullTile, LogTree } from "../../ledger/log-tree.ts";
import { frontierIn } from "../../ledger/log-tree.ts";
import { frontierBytes, rootOf } from "../../ledger/merkle.ts";
import type { Database } from "../pool.ts";
import type { PendingEntry } from "../read/log.ts";
import { sql } from "../sql.ts";

export interface Sealing {
  /** Size of the log that it goes on from. */
  readonly from: number;
  readonly entries: readonly PendingEntry[];
  readonly tiles: readonly FullTile[];
  readonly tree: LogTree;
}

/** `moved`: the log is not at `from`, somebody else sealed. `busy`: somebody is sealing. Both wrote nothing. */
export type SealResult = "sealed" | "moved" | "busy";

/** Writes indices, tiles and tree in one statement and one commit. */
export async function seal(db: Database, { from, entries, tiles, tree }: Sealing): Promise<SealResult> {
  const frontier = frontierIn(tree);
  const rows = await db.query<{ result: SealResult }>(sql`
    select reckoning.seal(
      ${from}, ${entries.map((entry) => entry.runId)}::uuid[], ${entries.map((entry) => entry.seq)}::integer[],
      ${Buffer.concat(entries.map((entry) => entry.leaf))},
      ${tiles.map((tile) => tile.level)}::smallint[], ${tiles.map((tile) => tile.n)}::bigint[],
      ${Buffer.concat(tiles.map((tile) => tile.root))}, ${Buffer.concat(tiles.map((tile) => tile.hashes))},
      ${Buffer.from(rootOf(frontier))}, ${frontierBytes(frontier)}
    ) as result`);
  return rows[0]?.result ?? "moved";
}

/** Makes a signed checkpoint public. Publishing it again changes nothing. */
export async function publishCheckpoint(
  db: Database,
  checkpoint: { readonly origin: string; readonly size: number; readonly note: string },
): Promise<void> {
  await db.query(sql`select reckoning.publish_checkpoint(${checkpoint.origin}, ${checkpoint.size}, ${checkpoint.note})`);
}

export interface NewEpoch {
  readonly epoch: number;
  readonly origin: string;
  readonly acceptedBy: string;
  readonly reason: string;
  readonly keptSize: number;
  readonly lostCheckpoint: string;
}

/** Records that a loss was accepted, and the name the log goes on under. */
export async function openEpoch(db: Database, epoch: NewEpoch): Promise<void> {
  await db.query(sql`
    select reckoning.open_epoch(${epoch.epoch}, ${epoch.origin}, ${epoch.acceptedBy}, ${epoch.reason}, ${epoch.keptSize}, ${epoch.lostCheckpoint})`);
}
