import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** A run under the epoch in which somebody holds it. */
export interface Holding {
  readonly runId: RunId;
  readonly epoch: number;
}

/**
 * Takes up to `limit` runs that could go on and that nobody holds, oldest first, each under a new epoch. Rows that
 * another worker is just taking are skipped, not waited for.
 */
export async function claimRuns(
  db: Database,
  claim: { readonly worker: WorkerId; readonly leaseMs: number; readonly limit: number },
): Promise<readonly Holding[]> {
  const rows = await db.query<{ run_id: RunId; epoch: number }>(sql`
    select run_id, epoch
      from reckoning.claim_runs(${claim.worker}, ${`${claim.leaseMs} milliseconds`}, ${claim.limit})
     order by run_id`);
  return rows.map(({ run_id, epoch }) => ({ runId: run_id, epoch }));
}

/** Prolongs the leases of `runs` in one statement; answers those that are still held. */
export async function renewLeases(
  db: Database,
  renewal: { readonly worker: WorkerId; readonly leaseMs: number; readonly runs: readonly Holding[] },
): Promise<ReadonlySet<RunId>> {
  const { worker, leaseMs, runs } = renewal;
  const rows = await db.query<{ run_id: RunId }>(sql`
    select run_id
      from reckoning.renew_leases(
             ${worker}, ${`${leaseMs} milliseconds`}, ${runs.map((run) => run.runId)}::uuid[], ${runs.map((run) => run.epoch)}::bigint[]
           ) as kept (run_id)
     order by run_id`);
  return new Set(rows.map((row) => row.run_id));
}

/** Lets go of everything a worker holds, so that others need not wait for its leases to run out. */
export async function releaseLeases(db: Database, worker: WorkerId): Promise<void> {
  await db.query(sql`select reckoning.release_leases(${worker})`);
}
