import { Fault } from "../../domain/fault.ts";
import type { RunId } from "../../domain/ids.ts";
import type { StoredEntry } from "../../domain/transition.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { sqlstateOf, uniqueViolation } from "../sqlstate.ts";

/** Where a register stands; nobody has written to it when there is no head. */
export interface RegisterHead {
  readonly entryCount: number;
  readonly leaf: Uint8Array | null;
}

export async function readRegisterHead(db: Database, register: RunId): Promise<RegisterHead> {
  const rows = await db.query<{ entry_count: number; leaf: Buffer }>(sql`
    select entry_count, leaf from reckoning.run_head where run_id = ${register}`);
  return rows[0] === undefined ? { entryCount: 0, leaf: null } : { entryCount: rows[0].entry_count, leaf: rows[0].leaf };
}

/**
 * Appends the next entry of a register together with what follows from it. `moved`: somebody else was faster, ask again.
 * `true_already`: of two who revoke the same token, say, the second finds the row of the first.
 */
export async function appendToRegister(db: Database, register: RunId, entry: StoredEntry): Promise<"appended" | "moved" | "true_already"> {
  try {
    const rows = await db.query<{ done: boolean }>(sql`
      select reckoning.register(${register}, ${entry.seq}, ${Buffer.from(entry.body)}, ${Buffer.from(entry.leaf)}) as done`);
    return rows[0]?.done === true ? "appended" : "moved";
  } catch (error) {
    if (error instanceof Fault && sqlstateOf(error.cause) === uniqueViolation) return "true_already";
    throw error;
  }
}

/** Notes what an auditor looked at. */
export async function noteAccess(
  db: Database,
  access: { readonly subject: string; readonly credential: string; readonly operation: string; readonly target: string },
): Promise<void> {
  await db.query(sql`select reckoning.note_access(${access.subject}, ${access.credential}, ${access.operation}, ${access.target})`);
}

/** Notes that a session is in use. */
export async function useToken(db: Database, id: string): Promise<void> {
  await db.query(sql`select reckoning.use_token(${id})`);
}
