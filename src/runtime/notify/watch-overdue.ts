import type { Instant } from "../../domain/instant.ts";
import type { Secret } from "../../domain/secret.ts";
import { every } from "../../domain/timers.ts";
import type { Timers } from "../../domain/timers.ts";
import { stepRunIdOf } from "../../ledger/derived-id.ts";
import type { Endpoint } from "../../llm/endpoint.ts";
import type { Database } from "../../storage/pool.ts";
import { claimNotices, settleNotice } from "../../storage/write/notices.ts";
import type { DueNotice } from "../../storage/write/notices.ts";
import { postWebhook } from "./post-webhook.ts";
import type { Posted } from "./post-webhook.ts";
import { webhookHeaders } from "./sign-webhook.ts";

export interface NoticeOptions {
  readonly db: Database;
  readonly timers: Timers;
  readonly endpoint: Endpoint;
  readonly secret: Secret;
  readonly everyMs: number;
  readonly now: () => Instant;
  /** Told of each attempt: a notice that does not arrive is never silent. */
  readonly onAttempt: (notice: DueNotice, posted: Posted) => void;
  readonly onError: (error: unknown) => void;
}

const noticesAtOnce = 20;
/** With pauses that double up to an hour, about half a day. */
export const attemptsMax = 18;

/** Says of overdue steps that they are, to whoever is to know. Answers how to stop. */
export function watchOverdue(options: NoticeOptions): () => Promise<void> {
  let round: Promise<void> | null = null;
  const look = (): void => {
    round ??= sendDue(options)
      .catch(options.onError)
      .finally(() => (round = null));
  };
  const stop = every(options.timers, options.everyMs, look);
  look();
  return async () => {
    stop();
    await round;
  };
}

async function sendDue(options: NoticeOptions): Promise<void> {
  const due = await claimNotices(options.db, { limit: noticesAtOnce, attemptsMax });
  await Promise.all(due.map((notice) => sendOne(options, notice)));
}

async function sendOne({ db, endpoint, secret, now, onAttempt }: NoticeOptions, notice: DueNotice): Promise<void> {
  const { runId, step, startedSeq, waitingSince, dueAt } = notice;
  const at = now();
  const body = JSON.stringify({
    type: "step.overdue",
    timestamp: at,
    data: { run_id: runId, step_key: step, step_run_id: stepRunIdOf(runId, step), waiting_since: waitingSince, due_at: dueAt },
  });
  const message = { id: `msg_${runId}_${startedSeq}`, timestampSeconds: Math.floor(Date.parse(at) / 1000), body };
  const posted = await postWebhook(endpoint, webhookHeaders(secret, message), body);
  await settleNotice(db, notice, { outcome: posted.delivered ? "delivered" : "failed", detail: posted.detail });
  onAttempt(notice, posted);
}
