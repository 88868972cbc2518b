import type { RunId } from "../../domain/ids.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** The database's now, in microseconds since 1970. */
export async function readChangeCursor(db: Database): Promise<number> {
  const rows = await db.query<{ now_us: number }>(sql`select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us`);
  return rows[0]?.now_us ?? 0;
}

/** One change of a run's status: which run, and when by the database's clock. */
export interface RunChange {
  readonly runId: RunId;
  readonly changedUs: number;
}

const firstId = "00000000-0000-0000-0000-000000000000";

/** The last change of each run that changed after a moment or after another change, oldest first, a page at a time. */
export async function readChangedRuns(
  db: Database,
  page: { readonly afterUs: number; readonly afterId: RunId | null; readonly limit: number },
): Promise<readonly RunChange[]> {
  const rows = await db.query<{ run_id: RunId; changed_us: number }>(sql`
    select run_id, (extract(epoch from changed_at) * 1000000)::bigint as changed_us
      from reckoning.run
     where (changed_at, run_id) > (to_timestamp(${page.afterUs / 1_000_000}::double precision), ${page.afterId ?? firstId}::uuid)
     order by changed_at, run_id
     limit ${page.limit}`);
  return rows.map(({ run_id, changed_us }) => ({ runId: run_id, changedUs: changed_us }));
}
