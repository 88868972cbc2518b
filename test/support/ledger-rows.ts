import type { TestDatabase } from "./database.ts";

/**
 * Writes entries straight into the ledger's tables, many at once: `runs` new runs of `entries` each, which rest. Their bytes say
 * nothing; their leaves are right. Answers nothing: the log reads the tables.
 */
export async function seedEntries(
  db: Pick<TestDatabase, "rows">,
  count: { readonly runs: number; readonly entries: number },
): Promise<void> {
  await db.rows(
    `with new_run as (
       select ('01a19467-e800-7' || substr(md5(random()::text || i), 1, 3) || '-8' || substr(md5(random()::text || i), 1, 3) || '-' || substr(md5(random()::text || i), 1, 12))::uuid as id
         from generate_series(1, $1) as i
     ), heads as (
       insert into reckoning.run_head (run_id, epoch, entry_count, leaf, status)
       select id, 1, $2, sha256('last'), 'success' from new_run returning run_id
     )
     insert into reckoning.entry (run_id, seq, leaf, body)
     select run_id, seq, sha256('\\x00'::bytea || body), body
       from heads, generate_series(0, $2 - 1) as seq, lateral (select convert_to('{"run":"' || run_id || '","seq":' || seq || '}', 'UTF8') as body) as b`,
    [count.runs, count.entries],
  );
}

/** One more entry for every run that rests, as an append writes it. */
export async function growRuns(db: Pick<TestDatabase, "rows">, status: "waiting" | "success" | "running" = "success"): Promise<void> {
  await db.rows(
    `with grown as (
       update reckoning.run_head set entry_count = entry_count + 1, sealed = false, status = $1 returning run_id, entry_count - 1 as seq
     )
     insert into reckoning.entry (run_id, seq, leaf, body)
     select run_id, seq, sha256('\\x00'::bytea || body), body
       from grown, lateral (select convert_to('{"run":"' || run_id || '","seq":' || seq || '}', 'UTF8') as body) as b`,
    [status],
  );
}
