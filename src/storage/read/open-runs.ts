import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

export interface OpenRuns {
  readonly running: number;
  readonly waiting: number;
}

/** How many runs have not ended, in the whole database. The index on the status is all that is read. */
export async function countOpenRuns(db: Database): Promise<OpenRuns> {
  const rows = await db.query<OpenRuns>(sql`
    select count(*) filter (where status = 'running')::integer as running, count(*) filter (where status = 'waiting')::integer as waiting
      from reckoning.run
     where status in ('running', 'waiting')`);
  return rows[0] ?? { running: 0, waiting: 0 };
}
