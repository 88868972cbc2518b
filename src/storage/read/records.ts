import type { FailureCode } from "../../domain/failure.ts";
import type { ManifestId, RunId, StepKey } from "../../domain/ids.ts";
import type { RunRow, StepRunRow } from "../../domain/projection.ts";
import type { RunStatus, StepStatus } from "../../domain/run.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { RunHead, StoredArtifact, StoredEntry } from "../../domain/transition.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf, optionalInstant } from "./instants.ts";

/** Everything that is stored of one run, for an auditor: no value is trusted, so none is left out. */
export interface StoredRecord {
  readonly runId: RunId;
  readonly entries: readonly StoredEntry[];
  readonly artifacts: readonly StoredArtifact[];
  readonly planBytes: Uint8Array | null;
  readonly live: { readonly head: RunHead; readonly run: RunRow; readonly steps: readonly StepRunRow[] } | null;
}

const pageSize = 200;
/** Runs whose whole records are read by one statement. */
const recordsMax = 50;

/**
 * Records of one run, or of every run whose id stands anywhere: in the heads, the projections, the entries or the
 * artifacts, so that a record whose head was deleted is looked at too. In the order of ids, from the one after `after` on.
 * Each record is of one moment.
 */
export async function* readRecords(
  db: Pick<Database, "query">,
  only: RunId | null,
  after: RunId | null = null,
): AsyncIterable<{ readonly record: StoredRecord; readonly total: number | null }> {
  if (only !== null) {
    for (const record of await readMany(db, [only])) yield { record, total: 1 };
    return;
  }
  const counted = await db.query<{ total: number }>(
    sql`select count(*)::bigint as total from reckoning.run_head where run_id > ${after ?? firstId}`,
  );
  const total = counted[0]?.total ?? null;
  for (let from = after; ; ) {
    const page: readonly { run_id: RunId }[] = await runIdsAfter(db, from);
    for (let at = 0; at < page.length; at += recordsMax) {
      const ids = page.slice(at, at + recordsMax).map(({ run_id }) => run_id);
      for (const record of await readMany(db, ids)) yield { record, total };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    from = last.run_id;
  }
}

const firstId = "00000000-0000-0000-0000-000000000000";

function runIdsAfter(db: Pick<Database, "query">, after: RunId | null): Promise<readonly { run_id: RunId }[]> {
  const from = after ?? firstId;
  return db.query<{ run_id: RunId }>(sql`
    select run_id from (
      (select run_id from reckoning.run_head where run_id > ${from} order by run_id limit ${pageSize})
      union
      (select run_id from reckoning.run where run_id > ${from} order by run_id limit ${pageSize})
      union
      (select distinct run_id from reckoning.step_run where run_id > ${from} order by run_id limit ${pageSize})
      union
      (select distinct run_id from reckoning.entry where run_id > ${from} order by run_id limit ${pageSize})
      union
      (select distinct run_id from reckoning.artifact where run_id > ${from} order by run_id limit ${pageSize})
    ) as any_place
    order by run_id
    limit ${pageSize}`);
}

/** Whole records by one statement, so that each is of one moment: a head row for every id, then its entries and artifacts. */
async function readMany(db: Pick<Database, "query">, runIds: readonly RunId[]): Promise<readonly StoredRecord[]> {
  const rows = await db.query<Row>(sql`
    with wanted as materialized (
      select id, place from unnest(${runIds}::uuid[]) with ordinality as w (id, place)
    )
    select w.id as run_id, 'head' as kind, w.place::integer as seq, null::smallint as n, null as role, null as media_type, h.leaf as a, p.body as b,
           jsonb_build_object(
             'entry_count', h.entry_count, 'epoch', h.epoch, 'manifest_id', r.manifest_id, 'manifest_version', r.manifest_version,
             'plan_digest', encode(r.plan_digest, 'hex'), 'initiated_by', r.initiated_by, 'status', r.status,
             'created_us', (extract(epoch from r.created_at) * 1000000)::bigint, 'started_us', (extract(epoch from r.started_at) * 1000000)::bigint,
             'ended_us', (extract(epoch from r.ended_at) * 1000000)::bigint,
             'waiting_step', r.waiting_step, 'error_step', r.error_step, 'error_code', r.error_code,
             'steps', coalesce((
               select jsonb_agg(jsonb_build_array(s.step_key, s.position, s.status, s.attempts, (extract(epoch from s.started_at) * 1000000)::bigint,
                        (extract(epoch from s.ended_at) * 1000000)::bigint, s.started_seq, s.ended_seq, s.attested_seq, s.failure_code, s.skipped_because) order by s.position)
                 from reckoning.step_run s where s.run_id = w.id), '[]')
           ) as live
      from wanted w
      left join reckoning.run_head h on h.run_id = w.id
      left join reckoning.run r on r.run_id = w.id
      left join reckoning.plan p on p.digest = r.plan_digest
    union all
    select e.run_id, 'entry', e.seq, null, null, null, e.leaf, e.body, null
      from wanted w join reckoning.entry e on e.run_id = w.id
    union all
    select a.run_id, 'artifact', a.seq, a.n, a.role, a.media_type, a.salt, a.content, null
      from wanted w join reckoning.artifact a on a.run_id = w.id`);
  return collect(rows);
}

type Row =
  | {
      readonly run_id: RunId;
      readonly kind: "head";
      readonly seq: number;
      readonly a: Buffer | null;
      readonly b: Buffer | null;
      readonly live: LiveJson;
    }
  | { readonly run_id: RunId; readonly kind: "entry"; readonly seq: number; readonly a: Buffer; readonly b: Buffer }
  | {
      readonly run_id: RunId;
      readonly kind: "artifact";
      readonly seq: number;
      readonly n: number;
      readonly role: StoredArtifact["role"];
      readonly media_type: string;
      readonly a: Buffer;
      readonly b: Buffer;
    };

function collect(rows: readonly Row[]): readonly StoredRecord[] {
  const entries = new Map<RunId, StoredEntry[]>();
  const artifacts = new Map<RunId, StoredArtifact[]>();
  for (const row of rows) {
    if (row.kind === "entry") listOf(entries, row.run_id).push({ seq: row.seq, leaf: row.a, body: row.b });
    if (row.kind === "artifact") {
      const { seq, n, role, media_type: mediaType, a: salt, b: content } = row;
      listOf(artifacts, row.run_id).push({ seq, n, role, mediaType, salt, content });
    }
  }
  const heads = rows.filter((row) => row.kind === "head").toSorted((one, other) => one.seq - other.seq);
  return heads.map(({ run_id: runId, a: leaf, b: planBytes, live }) => ({
    runId,
    entries: listOf(entries, runId).toSorted((one, other) => one.seq - other.seq),
    artifacts: listOf(artifacts, runId).toSorted((one, other) => one.seq - other.seq || one.n - other.n),
    planBytes,
    live: liveOf(live, leaf),
  }));
}

function listOf<T>(lists: Map<RunId, T[]>, runId: RunId): T[] {
  const list = lists.get(runId) ?? [];
  lists.set(runId, list);
  return list;
}

interface LiveJson {
  readonly entry_count: number | null;
  readonly epoch: number | null;
  readonly manifest_id: ManifestId | null;
  readonly manifest_version: number;
  readonly plan_digest: string;
  readonly initiated_by: string;
  readonly status: RunStatus;
  readonly created_us: number;
  readonly started_us: number | null;
  readonly ended_us: number | null;
  readonly waiting_step: StepKey | null;
  readonly error_step: StepKey | null;
  readonly error_code: FailureCode | null;
  readonly steps: readonly (readonly [
    StepKey,
    number,
    StepStatus,
    number,
    number | null,
    number | null,
    number | null,
    number | null,
    number | null,
    FailureCode | null,
    StepKey | null,
  ])[];
}

function liveOf(row: LiveJson, leaf: Buffer | null): StoredRecord["live"] {
  const { entry_count, epoch } = row;
  if (row.manifest_id === null || leaf === null || entry_count === null || epoch === null) return null;
  const run: RunRow = {
    manifestId: row.manifest_id,
    manifestVersion: row.manifest_version,
    planDigest: row.plan_digest as Sha256,
    initiatedBy: row.initiated_by,
    createdAt: instantOf(row.created_us),
    status: row.status,
    startedAt: optionalInstant(row.started_us),
    endedAt: optionalInstant(row.ended_us),
    waitingStep: row.waiting_step,
    errorStep: row.error_step,
    errorCode: row.error_code,
  };
  const steps = row.steps.map(
    ([stepKey, position, status, attempts, startedUs, endedUs, startedSeq, endedSeq, attestedSeq, failureCode, skippedBecause]) => ({
      stepKey,
      position,
      status,
      attempts,
      startedAt: optionalInstant(startedUs),
      endedAt: optionalInstant(endedUs),
      startedSeq,
      endedSeq,
      attestedSeq,
      failureCode,
      skippedBecause,
    }),
  );
  return { head: { entryCount: entry_count, leaf, epoch }, run, steps };
}
