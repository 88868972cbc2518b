import type { Failure } from "../../domain/failure.ts";
import type { RunId, StepKey } from "../../domain/ids.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { PolicyReport } from "../../domain/outcome.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import type { StepStatus } from "../../domain/run.ts";
import type { AttemptView, StepRunView } from "../../domain/view.ts";
import { manifestStepIdOf, stepRunIdOf } from "../../ledger/derived-id.ts";
import { readEntry } from "../../ledger/read-entry.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { attestationView, rejectedAttestations } from "./attestation-view.ts";
import { attemptViews } from "./attempts.ts";
import { optionalInstant } from "./instants.ts";

interface StepRow {
  readonly step_key: StepKey;
  readonly status: StepStatus;
  readonly started_us: number | null;
  readonly ended_us: number | null;
  readonly ended_seq: number | null;
  readonly attested_seq: number | null;
  readonly skipped_because: StepKey | null;
}

/** The steps of a run that have begun or ended, in plan order; null when there is no such run. */
export async function readStepRuns(db: Database, runId: RunId): Promise<readonly StepRunView[] | null> {
  const plans = await db.query<{ body: Buffer }>(sql`
    select p.body from reckoning.run r join reckoning.plan p on p.digest = r.plan_digest where r.run_id = ${runId}`);
  if (plans[0] === undefined) return null;
  const plan = JSON.parse(plans[0].body.toString("utf8")) as Plan;
  const [steps, entries, artifacts, reasons] = await Promise.all([
    stepRows(db, runId),
    entriesOfSteps(db, runId),
    outcomesAndAttestations(db, runId),
    reasonsOf(db, runId),
  ]);
  const planned = new Map(plan.steps.map((step) => [step.step_key, step]));
  return steps.flatMap((row) => {
    const step = planned.get(row.step_key);
    return step === undefined
      ? []
      : [stepRunView(runId, plan, step, { row, entries: entries.filter((entry) => entry.step === row.step_key), artifacts, reasons })];
  });
}

function stepRows(db: Database, runId: RunId): Promise<readonly StepRow[]> {
  return db.query<StepRow>(sql`
    select step_key, status, (extract(epoch from started_at) * 1000000)::bigint as started_us, (extract(epoch from ended_at) * 1000000)::bigint as ended_us,
           ended_seq, attested_seq, skipped_because
      from reckoning.step_run
     where run_id = ${runId}
     order by position`);
}

async function entriesOfSteps(db: Database, runId: RunId): Promise<readonly Entry[]> {
  const rows = await db.query<{ body: Buffer }>(sql`select body from reckoning.entry where run_id = ${runId} order by seq`);
  return rows.flatMap(({ body }) => {
    const entry = readEntry(body);
    return entry.ok ? [entry.value] : [];
  });
}

/** By `seq`: the outcome or attestation that the entry refers to, parsed. */
async function outcomesAndAttestations(db: Database, runId: RunId): Promise<ReadonlyMap<number, JsonObject>> {
  const rows = await db.query<{ seq: number; content: Buffer }>(sql`
    select seq, content from reckoning.artifact where run_id = ${runId} and role in ('outcome', 'attestation')`);
  const parsed = rows.map(({ seq, content }) => [seq, JSON.parse(content.toString("utf8")) as Json] as const);
  return new Map(parsed.flatMap(([seq, value]) => (isJsonObject(value) ? [[seq, value] as const] : [])));
}

async function reasonsOf(db: Database, runId: RunId): Promise<ReadonlyMap<number, string>> {
  const rows = await db.query<{ seq: number; content: Buffer }>(sql`
    select seq, content from reckoning.artifact where run_id = ${runId} and role = 'reason'`);
  return new Map(rows.map(({ seq, content }) => [seq, content.toString("utf8")]));
}

interface StepSources {
  readonly row: StepRow;
  /** The entries of this step, in order. */
  readonly entries: readonly Entry[];
  readonly artifacts: ReadonlyMap<number, JsonObject>;
  /** By `seq`: why an attestation was rejected. */
  readonly reasons: ReadonlyMap<number, string>;
}

function stepRunView(runId: RunId, plan: Plan, step: PlannedStep, { row, entries, artifacts, reasons }: StepSources): StepRunView {
  const outcome = row.ended_seq === null ? undefined : artifacts.get(row.ended_seq);
  const attested = entries.find((entry) => entry.seq === row.attested_seq);
  const attestation = attested === undefined ? undefined : artifacts.get(attested.seq);
  const contract = step.step_type === "compute" ? step.compute_contract : null;
  const attempts: readonly AttemptView[] = attemptViews(entries, (seq) => errorOf(artifacts.get(seq)));
  return {
    id: stepRunIdOf(runId, row.step_key),
    run_id: runId,
    step_key: row.step_key,
    step_type: step.step_type,
    manifest_step_id: manifestStepIdOf(plan.manifest.id, plan.manifest.version, row.step_key),
    status: row.status,
    started_at: optionalInstant(row.started_us),
    ended_at: optionalInstant(row.ended_us),
    attempts,
    decision_rationale: objectOrNull(outcome?.["decision_rationale"]),
    execution_policy_report: objectOrNull(outcome?.["execution_policy_report"]) as PolicyReport | null,
    canonical_output: outcome?.["canonical_output"] ?? null,
    error: errorOf(outcome),
    skipped_because: row.skipped_because,
    compute_contract: contract,
    attestation: attestation === undefined || attested === undefined ? null : attestationView(attestation, attested, { entries, contract }),
    rejected_attestations: rejectedAttestations(entries, reasons),
  };
}

function objectOrNull(value: Json | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}

function errorOf(outcome: JsonObject | undefined): Failure | null {
  return objectOrNull(outcome?.["error"]) as Failure | null;
}
