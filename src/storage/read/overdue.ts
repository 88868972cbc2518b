import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** How many compute steps wait longer than their contract says. */
export async function countOverdue(db: Database): Promise<number> {
  const rows = await db.query<{ overdue: number }>(sql`select count(*) as overdue from reckoning.overdue_step`);
  return rows[0]?.overdue ?? 0;
}
