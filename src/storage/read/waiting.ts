import type { ManifestId, RunId, StepKey } from "../../domain/ids.ts";
import type { ComputeContract } from "../../domain/manifest.ts";
import type { Plan } from "../../domain/plan.ts";
import type { WaitingView } from "../../domain/view.ts";
import { stepRunIdOf } from "../../ledger/derived-id.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf, optionalInstant } from "./instants.ts";

/** As many waiting runs are looked at, the oldest first, to find those that are due soonest. */
const waitingMax = 2_000;
const microsecondsPerMinute = 60_000_000;

interface WaitingRow {
  readonly run_id: RunId;
  readonly manifest_id: ManifestId;
  readonly manifest_name: string;
  readonly initiated_by: string;
  readonly step_key: StepKey;
  readonly since_us: number;
  readonly now_us: number;
  readonly attested: boolean;
  readonly plan: string;
}

/** What waits for a person: what is due soonest first (so the overdue lead), then what has no time, oldest first. */
export async function listWaiting(db: Database, limit: number): Promise<readonly WaitingView[]> {
  const rows = await waitingRows(db);
  const contracts = await contractsOf(db, [...new Set(rows.map((row) => row.plan))]);
  const due = rows.map((row) => ({ row, contract: contracts.get(contractKey(row.plan, row.step_key)) ?? null })).map(withDue);
  return due
    .sort((a, b) => a.dueUs - b.dueUs || a.row.since_us - b.row.since_us)
    .slice(0, limit)
    .flatMap(({ row, contract, dueUs }) => (contract === null ? [] : [waitingView(row, contract, dueUs)]));
}

function waitingRows(db: Database): Promise<readonly WaitingRow[]> {
  return db.query<WaitingRow>(sql`
    select r.run_id, r.manifest_id, m.name as manifest_name, r.initiated_by, s.step_key,
           (extract(epoch from coalesce(s.started_at, r.created_at)) * 1000000)::bigint as since_us,
           (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us,
           s.ended_seq is not null as attested, encode(r.plan_digest, 'hex') as plan
      from reckoning.run r
      join reckoning.step_run s on s.run_id = r.run_id and s.step_key = r.waiting_step
      join reckoning.manifest m on m.id = r.manifest_id
     where r.status = 'waiting'
     order by r.run_id
     limit ${waitingMax}`);
}

/** The contracts of these plans, under plan and step. Many runs share a plan, so few are read. */
async function contractsOf(db: Database, digests: readonly string[]): Promise<ReadonlyMap<string, ComputeContract>> {
  const rows = await db.query<{ digest: string; body: Buffer }>(sql`
    select encode(digest, 'hex') as digest, body
      from reckoning.plan
     where digest = any (select decode(d, 'hex') from unnest(${digests}::text[]) as u (d))`);
  const found = rows.flatMap(({ digest, body }) => {
    const plan = JSON.parse(body.toString("utf8")) as Plan;
    return plan.steps.flatMap((step) =>
      step.step_type === "compute" ? [[contractKey(digest, step.step_key), step.compute_contract] as const] : [],
    );
  });
  return new Map(found);
}

function contractKey(digest: string, step: StepKey): string {
  return `${digest} ${step}`;
}

interface Waiting {
  readonly row: WaitingRow;
  readonly contract: ComputeContract | null;
}

function withDue(waiting: Waiting): Waiting & { readonly dueUs: number } {
  const minutes = waiting.contract?.timeout_minutes ?? null;
  return { ...waiting, dueUs: minutes === null ? Number.POSITIVE_INFINITY : waiting.row.since_us + minutes * microsecondsPerMinute };
}

function waitingView(row: WaitingRow, contract: ComputeContract, dueUs: number): WaitingView {
  return {
    run_id: row.run_id,
    manifest_id: row.manifest_id,
    manifest_name: row.manifest_name,
    initiated_by: row.initiated_by,
    step_key: row.step_key,
    step_run_id: stepRunIdOf(row.run_id, row.step_key),
    waiting_since: instantOf(row.since_us),
    overdue: !row.attested && dueUs < row.now_us,
    due_at: optionalInstant(Number.isFinite(dueUs) ? Math.round(dueUs) : null),
    attested: row.attested,
    compute_contract: contract,
  };
}
