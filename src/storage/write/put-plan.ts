import type { Sha256 } from "../../domain/sha256.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** Stores a plan under its digest; storing it again changes nothing. */
export async function putPlan(db: Database, plan: { readonly digest: Sha256; readonly bytes: Uint8Array }): Promise<void> {
  await db.query(sql`select reckoning.put_plan(${Buffer.from(plan.digest, "hex")}, ${Buffer.from(plan.bytes)})`);
}
