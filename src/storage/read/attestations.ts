import type { Attestation } from "../../domain/attestation.ts";
import type { RunId } from "../../domain/ids.ts";
import { readOwnJson } from "../../domain/read-json.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** The attestation that an entry refers to; null when there is none, or it was erased. */
export async function readAttestationAt(db: Database, runId: RunId, seq: number): Promise<Attestation | null> {
  const rows = await db.query<{ content: Buffer }>(sql`
    select content from reckoning.artifact where run_id = ${runId} and seq = ${seq} and role = 'attestation'`);
  return rows[0] === undefined ? null : (readOwnJson(rows[0].content.toString("utf8")) as unknown as Attestation);
}
