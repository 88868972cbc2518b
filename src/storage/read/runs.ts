import type { ManifestId, RunId } from "../../domain/ids.ts";
import type { RunStatus } from "../../domain/run.ts";
import type { RunView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { runView } from "./run-rows.ts";
import type { RunViewRow } from "./run-rows.ts";

export interface RunFilter {
  readonly status: RunStatus | null;
  readonly manifestId: ManifestId | null;
  /** Only runs before this one: the id of the last run of the page before. Ids sort by time of creation. */
  readonly before: RunId | null;
  readonly limit: number;
}

/** Runs, newest first. Each filter has an index that ends in the run id, so a page costs the same however many runs there are. */
export async function listRuns(db: Database, filter: RunFilter): Promise<readonly RunView[]> {
  const { status, manifestId, before, limit } = filter;
  // One statement for each filter, because a plan that serves "any or none" of them serves none well.
  if (manifestId !== null) return viewsOf(db, await idsByManifest(db, manifestId, status, before, limit));
  if (status !== null) return viewsOf(db, await idsByStatus(db, status, before, limit));
  return viewsOf(db, await idsOfAll(db, before, limit));
}

/** The views of those of `runIds` that exist. */
export async function readRunViews(db: Database, runIds: readonly RunId[]): Promise<ReadonlyMap<RunId, RunView>> {
  const rows = await db.query<RunViewRow>(sql`
    select r.run_id, r.manifest_id, r.manifest_version, m.name as manifest_name, encode(r.plan_digest, 'hex') as plan_digest, r.status,
           (extract(epoch from r.created_at) * 1000000)::bigint as created_us,
           (extract(epoch from r.started_at) * 1000000)::bigint as started_us,
           (extract(epoch from r.ended_at) * 1000000)::bigint as ended_us,
           r.initiated_by, a.content as params, r.waiting_step,
           exists (select from reckoning.step_run s where s.run_id = r.run_id and s.step_key = r.waiting_step and s.ended_seq is not null) as attested,
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

function idsOfAll(db: Database, before: RunId | null, limit: number): Promise<readonly { run_id: RunId }[]> {
  return db.query(sql`
    select run_id from reckoning.run
     where run_id < ${before ?? lastId}
     order by run_id desc
     limit ${limit}`);
}

function idsByStatus(db: Database, status: RunStatus, before: RunId | null, limit: number): Promise<readonly { run_id: RunId }[]> {
  return db.query(sql`
    select run_id from reckoning.run
     where status = ${status} and run_id < ${before ?? lastId}
     order by run_id desc
     limit ${limit}`);
}

function idsByManifest(
  db: Database,
  manifestId: ManifestId,
  status: RunStatus | null,
  before: RunId | null,
  limit: number,
): Promise<readonly { run_id: RunId }[]> {
  return db.query(sql`
    select run_id from reckoning.run
     where manifest_id = ${manifestId} and run_id < ${before ?? lastId} and (${status}::text is null or status = ${status})
     order by run_id desc
     limit ${limit}`);
}

export async function readRunStatus(db: Database, runId: RunId): Promise<RunStatus | null> {
  const rows = await db.query<{ status: RunStatus }>(sql`select status from reckoning.run_head where run_id = ${runId}`);
  return rows[0]?.status ?? null;
}
