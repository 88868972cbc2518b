import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

const monthsAhead = 4;

/** Sees to it that this month and the next ones have partitions. Until one is made, its rows go to the default partition. */
export async function makePartitions(db: Database): Promise<void> {
  await db.query(sql`select reckoning.make_partitions(clock_timestamp(), ${monthsAhead})`);
}
