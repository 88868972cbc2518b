import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/**
 * Takes up to `limit` runs that could go on and that nobody holds, oldest first, each under a new epoch. Rows that
 * another worker is just taking are skipped, not waited for.
 */
export async function claimRuns(
  db: Database,
  claim: { readonly worker: WorkerId; readonly leaseMs: number; readonly limit: number },
): Promise<readonly RunId[]> {
  const rows = await db.query<{ run_id: RunId }>(sql`
    update reckoning.run_head
       set epoch = epoch + 1,
           lease_holder = ${claim.worker},
           lease_until = clock_timestamp() + ${`${claim.leaseMs} milliseconds`}::interval
     where run_id in (
             select run_id
               from reckoning.run_head
              where status = 'running'
                and (lease_until is null or lease_until < clock_timestamp())
              order by run_id
              limit ${claim.limit}
                for update skip locked
           )
    returning run_id`);
  return rows.map((row) => row.run_id);
}

export interface Holding {
  readonly runId: RunId;
  readonly epoch: number;
}

/** Prolongs the leases of `runs` in one statement; answers those that are still held. */
export async function renewLeases(
  db: Database,
  renewal: { readonly worker: WorkerId; readonly leaseMs: number; readonly runs: readonly Holding[] },
): Promise<ReadonlySet<RunId>> {
  const { worker, leaseMs, runs } = renewal;
  const rows = await db.query<{ run_id: RunId }>(sql`
    update reckoning.run_head as h
       set lease_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
      from unnest(${runs.map((run) => run.runId)}::uuid[], ${runs.map((run) => run.epoch)}::bigint[]) as held (run_id, epoch)
     where h.run_id = held.run_id
       and h.epoch = held.epoch
       and h.lease_holder = ${worker}
    returning h.run_id`);
  return new Set(rows.map((row) => row.run_id));
}

/** Lets go of everything a worker holds, so that others need not wait for its leases to run out. */
export async function releaseLeases(db: Database, worker: WorkerId): Promise<void> {
  await db.query(sql`
    update reckoning.run_head
       set lease_holder = null, lease_until = null
     where status = 'running'
       and lease_holder = ${worker}`);
}
