import { present } from "../domain/assert.ts";
import type { RunId } from "../domain/ids.ts";
import type { StoredRun } from "../storage/read/load-run.ts";
import type { Holding } from "../storage/write/lease.ts";
import type { HeldRun } from "./held-run.ts";

export interface ClaimPorts {
  readonly claim: (limit: number) => Promise<readonly Holding[]>;
  readonly load: (runIds: readonly RunId[]) => Promise<ReadonlyMap<RunId, StoredRun>>;
  readonly fold: (runId: RunId, stored: StoredRun) => HeldRun;
}

/**
 * Claims runs and loads them. A run that stands under another epoch by the time it is loaded was taken over or moved in
 * between: it is somebody else's, and to advance it would be to act in their name.
 */
export async function claimAndLoad({ claim, load, fold }: ClaimPorts, limit: number): Promise<readonly HeldRun[]> {
  const claimed = await claim(limit);
  if (claimed.length === 0) return [];
  const stored = await load(claimed.map(({ runId }) => runId));
  return claimed.flatMap(({ runId, epoch }) => {
    const run = present(stored.get(runId), `run ${runId}, just claimed`);
    return run.head.epoch === epoch ? [fold(runId, run)] : [];
  });
}
