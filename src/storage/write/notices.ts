import type { RunId, StepKey } from "../../domain/ids.ts";
import type { Instant } from "../../domain/instant.ts";
import type { Database } from "../pool.ts";
import { instantOf } from "../read/instants.ts";
import { sql } from "../sql.ts";

/** One notice that this process is to send. */
export interface DueNotice {
  readonly runId: RunId;
  readonly step: StepKey;
  /** Entry since which the step waits: with the run it names the notice, whatever the attempt. */
  readonly startedSeq: number;
  readonly attempt: number;
  readonly waitingSince: Instant;
  readonly dueAt: Instant;
}

interface NoticeRow {
  readonly run_id: RunId;
  readonly step_key: StepKey;
  readonly started_seq: number;
  readonly attempt: number;
  readonly waiting_us: number;
  readonly due_us: number;
}

/** Takes notices that are due for this process alone: two processes never get the same. */
export async function claimNotices(
  db: Database,
  claim: { readonly limit: number; readonly attemptsMax: number },
): Promise<readonly DueNotice[]> {
  const rows = await db.query<NoticeRow>(sql`select * from reckoning.claim_notices(${claim.limit}, ${claim.attemptsMax})`);
  return rows.map((row) => ({
    runId: row.run_id,
    step: row.step_key,
    startedSeq: row.started_seq,
    attempt: row.attempt,
    waitingSince: instantOf(row.waiting_us),
    dueAt: instantOf(row.due_us),
  }));
}

export async function settleNotice(
  db: Database,
  { runId, startedSeq, attempt }: DueNotice,
  settled: { readonly outcome: "delivered" | "failed"; readonly detail: string },
): Promise<void> {
  await db.query(sql`select reckoning.settle_notice(${runId}, ${startedSeq}, ${attempt}, ${settled.outcome}, ${settled.detail})`);
}
