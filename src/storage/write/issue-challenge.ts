import type { RunId, StepKey } from "../../domain/ids.ts";
import type { Instant } from "../../domain/instant.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** Keeps what is handed out to be signed. */
export async function insertChallenge(
  db: Database,
  challenge: {
    readonly nonce: string;
    readonly digest: Sha256;
    readonly run: RunId;
    readonly step: StepKey;
    readonly to: string;
    readonly deadline: Instant;
  },
): Promise<void> {
  const { nonce, digest, run, step, to, deadline } = challenge;
  await db.query(sql`
    select reckoning.issue_challenge(${Buffer.from(nonce, "hex")}, ${Buffer.from(digest, "hex")}, ${run}, ${step}, ${to}, ${deadline})`);
}
