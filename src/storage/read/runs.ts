import type { ManifestId, RunId } from "../../domain/ids.ts";
import type { RunStatus } from "../../domain/run.ts";
import type { RunView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { firstRunId } from "./run-ids.ts";
import { runView } from "./run-rows.ts";
import type { RunViewRow } from "./run-rows.ts";

export interface RunFilter {
  readonly status: RunStatus | null;
  readonly manifestId: ManifestId | null;
  readonly initiatedBy: string | null;
  /** Only runs created at this moment or later, and before that one, in milliseconds since 1970. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Only runs before this one: the id of the last run of the page before. Ids sort by time of creation. */
  readonly before: RunId | null;
  readonly limit: number;
}

/** Runs, newest first. Each filter has an index that ends in the run id, so a page costs the same however many runs there are. */
export async function listRuns(db: Database, filter: RunFilter): Promise<readonly RunView[]> {
  const { status, manifestId, initiatedBy } = filter;
  // One statement for each filter, because a plan that serves "any or none" of them serves none well.
  if (initiatedBy !== null) return viewsOf(db, await idsByPerson(db, initiatedBy, filter));
  if (manifestId !== null) return viewsOf(db, await idsByManifest(db, manifestId, filter));
  if (status !== null) return viewsOf(db, await idsByStatus(db, status, filter));
  return viewsOf(db, await idsOfAll(db, filter));
}

/** The views of those of `runIds` that exist. What is attested is a scalar, since an `exists` may be answered from a hash of all steps. */
export async function readRunViews(db: Database, runIds: readonly RunId[]): Promise<ReadonlyMap<RunId, RunView>> {
  const rows = await db.query<RunViewRow>(sql`
    select r.run_id, r.manifest_id, r.manifest_version, m.name as manifest_name, encode(r.plan_digest, 'hex') as plan_digest, r.status,
           (extract(epoch from r.created_at) * 1000000)::bigint as created_us,
           (extract(epoch from r.started_at) * 1000000)::bigint as started_us,
           (extract(epoch from r.ended_at) * 1000000)::bigint as ended_us,
           r.initiated_by, a.content as params, r.waiting_step,
           r.waiting_step is not null and coalesce(
             (select s.ended_seq is not null from reckoning.step_run s where s.run_id = r.run_id and s.step_key = r.waiting_step), false) as attested,
           r.error_step, r.error_code, h.entry_count, encode(h.leaf, 'hex') as leaf
      from unnest(${runIds}::uuid[]) as w (run_id)
      join reckoning.run r using (run_id)
      join reckoning.run_head h using (run_id)
      join reckoning.manifest m on m.id = r.manifest_id
      left join reckoning.artifact a on a.run_id = r.run_id and a.seq = 0 and a.n = 0`);
  return new Map(rows.map((row) => [row.run_id, runView(row)]));
}

async function viewsOf(db: Database, rows: readonly { readonly run_id: RunId }[]): Promise<readonly RunView[]> {
  if (rows.length === 0) return [];
  const views = await readRunViews(
    db,
    rows.map((row) => row.run_id),
  );
  return rows.flatMap(({ run_id }) => views.get(run_id) ?? []);
}

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** An id is made by a process and `created_at` by the database: so far may their clocks be apart. */
const clocksApartMs = 60_000;

/** Ids sort by time, so a page and a span of time are one range of them; the exact ends are those of `created_at`. */
function rangeOf({ before, fromMs, toMs }: RunFilter): {
  readonly from: string;
  readonly below: string;
  readonly since: number | null;
  readonly until: number | null;
} {
  const to = toMs === null ? lastId : firstRunId(toMs + clocksApartMs);
  return {
    from: firstRunId((fromMs ?? 0) - clocksApartMs),
    below: before !== null && before < to ? before : to,
    since: fromMs === null ? null : fromMs / 1000,
    until: toMs === null ? null : toMs / 1000,
  };
}

type Ids = Promise<readonly { run_id: RunId }[]>;

function idsOfAll(db: Database, filter: RunFilter): Ids {
  const { from, below, since, until } = rangeOf(filter);
  return db.query(sql`
    select run_id from reckoning.run
     where run_id < ${below} and run_id >= ${from}
       and (${since}::double precision is null or created_at >= to_timestamp(${since}::double precision))
       and (${until}::double precision is null or created_at < to_timestamp(${until}::double precision))
     order by run_id desc
     limit ${filter.limit}`);
}

function idsByStatus(db: Database, status: RunStatus, filter: RunFilter): Ids {
  const { from, below, since, until } = rangeOf(filter);
  return db.query(sql`
    select run_id from reckoning.run
     where status = ${status} and run_id < ${below} and run_id >= ${from}
       and (${since}::double precision is null or created_at >= to_timestamp(${since}::double precision))
       and (${until}::double precision is null or created_at < to_timestamp(${until}::double precision))
     order by run_id desc
     limit ${filter.limit}`);
}

function idsByManifest(db: Database, manifestId: ManifestId, filter: RunFilter): Ids {
  const { from, below, since, until } = rangeOf(filter);
  return db.query(sql`
    select run_id from reckoning.run
     where manifest_id = ${manifestId} and run_id < ${below} and run_id >= ${from}
       and (${since}::double precision is null or created_at >= to_timestamp(${since}::double precision))
       and (${until}::double precision is null or created_at < to_timestamp(${until}::double precision))
       and (${filter.status}::text is null or status = ${filter.status})
     order by run_id desc
     limit ${filter.limit}`);
}

function idsByPerson(db: Database, initiatedBy: string, filter: RunFilter): Ids {
  const { from, below, since, until } = rangeOf(filter);
  return db.query(sql`
    select run_id from reckoning.run
     where initiated_by = ${initiatedBy} and run_id < ${below} and run_id >= ${from}
       and (${since}::double precision is null or created_at >= to_timestamp(${since}::double precision))
       and (${until}::double precision is null or created_at < to_timestamp(${until}::double precision))
       and (${filter.status}::text is null or status = ${filter.status})
       and (${filter.manifestId}::uuid is null or manifest_id = ${filter.manifestId})
     order by run_id desc
     limit ${filter.limit}`);
}

export async function readRunStatus(db: Database, runId: RunId): Promise<RunStatus | null> {
  const rows = await db.query<{ status: RunStatus }>(sql`select status from reckoning.run_head where run_id = ${runId}`);
  return rows[0]?.status ?? null;
}
