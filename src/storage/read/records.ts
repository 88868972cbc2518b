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
const recordsMax = 20;

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

async function readMany(db: Pick<Database, "query">, runIds: readonly RunId[]): Promise<readonly StoredRecord[]> {
  const rows = await db.query<RecordRow>(sql`
    select w.id as run_id, jsonb_build_object('entry_count', h.entry_count, 'epoch', h.epoch, 'status', h.status) as head, h.leaf as head_leaf,
           r.manifest_id, r.manifest_version, encode(r.plan_digest, 'hex') as plan_digest, r.initiated_by, r.status,
           (extract(epoch from r.created_at) * 1000000)::bigint as created_us, (extract(epoch from r.started_at) * 1000000)::bigint as started_us,
           (extract(epoch from r.ended_at) * 1000000)::bigint as ended_us, r.waiting_step, r.error_step, r.error_code, p.body as plan,
           array(select seq from reckoning.entry e where e.run_id = w.id order by seq) as seqs,
           array(select leaf from reckoning.entry e where e.run_id = w.id order by seq) as leaves,
           array(select body from reckoning.entry e where e.run_id = w.id order by seq) as bodies,
           coalesce((select jsonb_agg(jsonb_build_array(a.seq, a.n, a.role, a.media_type) order by a.seq, a.n) from reckoning.artifact a where a.run_id = w.id), '[]') as places,
           array(select salt from reckoning.artifact a where a.run_id = w.id order by seq, n) as salts,
           array(select content from reckoning.artifact a where a.run_id = w.id order by seq, n) as contents,
           coalesce((select jsonb_agg(jsonb_build_array(s.step_key, s.position, s.status, s.attempts, (extract(epoch from s.started_at) * 1000000)::bigint,
                      (extract(epoch from s.ended_at) * 1000000)::bigint, s.started_seq, s.ended_seq, s.attested_seq, s.failure_code, s.skipped_because) order by s.position)
                      from reckoning.step_run s where s.run_id = w.id), '[]') as steps
      from unnest(${runIds}::uuid[]) with ordinality as w (id, place)
      left join reckoning.run_head h on h.run_id = w.id
      left join reckoning.run r on r.run_id = w.id
      left join reckoning.plan p on p.digest = r.plan_digest
     order by w.place`);
  return rows.map(recordOf);
}

function recordOf(row: RecordRow): StoredRecord {
  return {
    runId: row.run_id,
    entries: row.seqs.map((seq, index) => ({ seq, leaf: row.leaves[index] ?? nothing, body: row.bodies[index] ?? nothing })),
    artifacts: row.places.map(([seq, n, role, mediaType], index) => ({
      seq,
      n,
      role,
      mediaType,
      salt: row.salts[index] ?? nothing,
      content: row.contents[index] ?? nothing,
    })),
    planBytes: row.plan,
    live: liveOf(row),
  };
}

const nothing = new Uint8Array();

interface RecordRow {
  readonly run_id: RunId;
  readonly head: { readonly entry_count: number | null; readonly epoch: number | null };
  readonly head_leaf: Buffer | null;
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
  readonly plan: Buffer | null;
  readonly seqs: readonly number[];
  readonly leaves: readonly Buffer[];
  readonly bodies: readonly Buffer[];
  readonly places: readonly (readonly [number, number, StoredArtifact["role"], string])[];
  readonly salts: readonly Buffer[];
  readonly contents: readonly Buffer[];
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

function liveOf(row: RecordRow): StoredRecord["live"] {
  const { entry_count, epoch } = row.head;
  if (row.manifest_id === null || row.head_leaf === null || entry_count === null || epoch === null) return null;
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
  return { head: { entryCount: entry_count, leaf: row.head_leaf, epoch }, run, steps };
}
