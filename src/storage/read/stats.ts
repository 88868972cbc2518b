import type { FailureCode } from "../../domain/failure.ts";
import type { StatsView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { firstRunId } from "./run-ids.ts";

const dayMs = 86_400_000;
/** Calls are read from entries, which takes time: of so many runs, the newest. */
const callRunsMax = 500;

/** Runs of the last days by how they ended, why they failed, how long people were waited for, and how models answered. */
export async function readStats(db: Database, days: number): Promise<StatsView> {
  const from = firstRunId(Date.now() - days * dayMs);
  const [perDay, failures, waits, calls] = await Promise.all([
    runsPerDay(db, from),
    failuresOf(db, from),
    waitsOf(db, from),
    callsOf(db, from),
  ]);
  return {
    days,
    per_day: perDay,
    failures,
    waits: waits[0] ?? { count: 0, median_seconds: null, longest_seconds: null },
    calls: { of_runs_max: callRunsMax, models: calls },
  };
}

function runsPerDay(db: Database, from: string): Promise<StatsView["per_day"]> {
  return db.query(sql`
    select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::integer as started,
           (count(*) filter (where status = 'success'))::integer as success, (count(*) filter (where status = 'error'))::integer as error,
           (count(*) filter (where status = 'cancelled'))::integer as cancelled,
           (count(*) filter (where status in ('running', 'waiting')))::integer as open
      from reckoning.run
     where run_id >= ${from}
     group by 1
     order by 1`);
}

function failuresOf(db: Database, from: string): Promise<readonly { code: FailureCode; count: number }[]> {
  return db.query(sql`
    select error_code as code, count(*)::integer as count
      from reckoning.run
     where run_id >= ${from} and error_code is not null
     group by 1
     order by 2 desc, 1`);
}

function waitsOf(db: Database, from: string): Promise<readonly StatsView["waits"][]> {
  return db.query(sql`
    select count(*)::integer as count,
           percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at)) as median_seconds,
           max(extract(epoch from ended_at - started_at))::double precision as longest_seconds
      from reckoning.step_run
     where run_id >= ${from} and attested_seq is not null and ended_at is not null and started_at is not null`);
}

function callsOf(db: Database, from: string): Promise<StatsView["calls"]["models"]> {
  return db.query(sql`
    with recent as (
      select run_id from reckoning.run where run_id >= ${from} order by run_id desc limit ${callRunsMax}
    ), ended as (
      select convert_from(e.body, 'UTF8')::jsonb -> 'data' as data
        from recent join reckoning.entry e using (run_id)
       where position('"kind":"step.succeeded"'::bytea in e.body) > 0 or position('"kind":"step.failed"'::bytea in e.body) > 0
    )
    select data ->> 'model' as model, count(*)::integer as calls,
           percentile_cont(0.5) within group (order by (data ->> 'latency_ms')::double precision) as median_latency_ms,
           coalesce(sum((data #>> '{usage,input_tokens}')::double precision), 0) as input_tokens,
           coalesce(sum((data #>> '{usage,output_tokens}')::double precision), 0) as output_tokens
      from ended
     where data ->> 'model' is not null
     group by 1
     order by 2 desc, 1
     limit 20`);
}
