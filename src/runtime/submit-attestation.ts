import type { Operator } from "../domain/actor.ts";
import type { Attestation } from "../domain/attestation.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import type { RunCommand } from "../domain/command.ts";
import { admitAttestation } from "../engine/admit-attestation.ts";
import { stepRunIdOf } from "../ledger/derived-id.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import type { Runtime } from "./runtime.ts";

export interface AttestRequest {
  readonly runId: RunId;
  readonly stepRunId: StepRunId;
  readonly by: Operator;
  readonly attestation: Attestation;
  /** True: hand the run back to a worker in the same commit. */
  readonly resume: boolean;
  readonly key: string | null;
}

export interface Attested {
  readonly stepRunId: StepRunId;
  readonly newStatus: "SUCCESS" | "FAIL";
}

export async function submitAttestation(runtime: Runtime, request: AttestRequest): Promise<Result<Attested, Rejection>> {
  const { runId, stepRunId, by, attestation, resume, key } = request;
  const payload: Json = {
    artifacts: attestation.artifacts.map((item) => ({ ...item })),
    attested_by: attestation.attested_by,
    notes: attestation.notes,
    outcome: attestation.outcome,
    output: attestation.output,
    resume,
  };
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`attest\n${runId}\n${stepRunId}`, key, payload),
    ask: (run) => askAttest(run, request),
  });
  return changed.ok ? ok({ stepRunId, newStatus: attestation.outcome }) : changed;
}

function askAttest(run: Run, { runId, stepRunId, attestation, resume }: AttestRequest): Result<RunCommand, Rejection> {
  const step = run.plan.steps.find((planned) => stepRunIdOf(runId, planned.step_key) === stepRunId);
  if (step === undefined) return err({ code: "step_run_not_found", detail: `run ${runId} has no step ${stepRunId}` });
  if (step.step_type !== "compute") {
    return err({ code: "step_not_waiting", detail: `step ${step.step_key} is a task step: only compute steps are attested` });
  }
  return attestCommand(run, step, attestation, resume);
}

/** A step that does not wait is refused as such before its attestation is looked at: a late one is late, not incomplete. */
function attestCommand(run: Run, step: PlannedComputeStep, attestation: Attestation, resume: boolean): Result<RunCommand, Rejection> {
  const command = { type: "attest", step: step.step_key, attestation, resume } as const;
  if (attestation.outcome === "FAIL" || run.steps.get(step.step_key)?.status !== "WAITING_FOR_ATTESTATION")
    return ok({ ...command, output: null });
  const admitted = admitAttestation(step.compute_contract, attestation);
  if (admitted.ok) return ok({ ...command, output: admitted.value });
  const missing = admitted.error.map((issue) => issue.detail).join("; ");
  return err({
    code: "attestation_incomplete",
    detail: `the attestation does not meet the compute contract of ${step.step_key}: ${missing}`,
    errors: admitted.error,
  });
}
