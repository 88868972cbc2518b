import type { RunId } from "../../domain/ids.ts";
import type { RunView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { readRunViews } from "./runs.ts";

const pageSize = 500;
/** A commit may become visible this much later than the time it carries; so far back every look begins. */
const overlapUs = 2_000_000;

/** The database's now, in microseconds since 1970. */
export async function readChangeCursor(db: Database): Promise<number> {
  const rows = await db.query<{ now_us: number }>(sql`select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us`);
  return rows[0]?.now_us ?? 0;
}

/**
 * Runs whose status changed since `cursor`, oldest change first, as they stand now. What was shown shortly before the
 * cursor is shown again, so that a commit that became visible late is not missed; the caller knows what it has sent.
 */
export async function readChangedRuns(db: Database, cursor: number): Promise<{ readonly runs: readonly RunView[]; readonly next: number }> {
  const from = (cursor - overlapUs) / 1_000_000;
  const rows = await db.query<{ run_id: RunId; changed_us: number }>(sql`
    select run_id, (extract(epoch from changed_at) * 1000000)::bigint as changed_us
      from reckoning.run
     where changed_at > to_timestamp(${from}::double precision)
     order by changed_at, run_id
     limit ${pageSize}`);
  const views =
    rows.length === 0
      ? new Map<RunId, RunView>()
      : await readRunViews(
          db,
          rows.map((row) => row.run_id),
        );
  return { runs: rows.flatMap(({ run_id }) => views.get(run_id) ?? []), next: Math.max(cursor, rows.at(-1)?.changed_us ?? cursor) };
}
