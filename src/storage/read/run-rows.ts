import type { FailureCode } from "../../domain/failure.ts";
import type { ManifestId, RunId, StepKey } from "../../domain/ids.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import type { RunStatus } from "../../domain/run.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { RunView } from "../../domain/view.ts";
import { stepRunIdOf } from "../../ledger/derived-id.ts";
import { instantOf, optionalInstant } from "./instants.ts";

/** The columns every query of runs selects, in one shape. */
export interface RunViewRow {
  readonly run_id: RunId;
  readonly manifest_id: ManifestId;
  readonly manifest_version: number;
  readonly manifest_name: string;
  readonly plan_digest: string;
  readonly status: RunStatus;
  readonly created_us: number;
  readonly started_us: number | null;
  readonly ended_us: number | null;
  readonly initiated_by: string;
  readonly params: Buffer | null;
  readonly waiting_step: StepKey | null;
  readonly attested: boolean;
  readonly error_step: StepKey | null;
  readonly error_code: FailureCode | null;
  readonly entry_count: number;
  readonly leaf: string;
}

export function runView(row: RunViewRow): RunView {
  const { run_id, waiting_step, error_step, error_code } = row;
  const params = row.params === null ? null : (JSON.parse(row.params.toString("utf8")) as Json);
  return {
    id: run_id,
    run_id,
    manifest_id: row.manifest_id,
    manifest_version: row.manifest_version,
    manifest_name: row.manifest_name,
    plan_digest: row.plan_digest as Sha256,
    status: row.status,
    created_at: instantOf(row.created_us),
    started_at: optionalInstant(row.started_us),
    ended_at: optionalInstant(row.ended_us),
    initiated_by: row.initiated_by,
    run_params: params !== null && isJsonObject(params) ? params : null,
    waiting_for:
      waiting_step === null ? null : { step_key: waiting_step, step_run_id: stepRunIdOf(run_id, waiting_step), attested: row.attested },
    error: error_step === null || error_code === null ? null : { step_key: error_step, code: error_code },
    entry_count: row.entry_count,
    leaf: row.leaf as Sha256,
  };
}
