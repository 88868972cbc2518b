import type { CommandId, RunId } from "../../domain/ids.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** The client command of this id, if it was carried out before. */
export async function findCommand(db: Database, id: CommandId): Promise<{ readonly runId: RunId; readonly payload: Uint8Array } | null> {
  const rows = await db.query<{ run_id: RunId; payload: Buffer }>(
    sql`select run_id, payload from reckoning.command where command_id = ${id}`,
  );
  const row = rows[0];
  return row === undefined ? null : { runId: row.run_id, payload: row.payload };
}
