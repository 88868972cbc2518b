import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** The name under which this process is logged in to the database. */
export async function readLogin(db: Database): Promise<string> {
  const rows = await db.query<{ login: string }>(sql`select session_user::text as login`);
  return rows[0]?.login ?? "";
}
