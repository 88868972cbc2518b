import { aboutWaitingStep } from "../attestation/about-step.ts";
import { attestAct, attestMeanings } from "../attestation/acts.ts";
import type { Operator } from "../domain/actor.ts";
import type { Attestation, SignatureRecord } from "../domain/attestation.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { admitAttestation } from "../engine/admit-attestation.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import { findComputeStep } from "./find-compute-step.ts";
import { judgeSignature, openSignatureCase } from "./judge-signature.ts";
import type { SignatureCase } from "./judge-signature.ts";
import { recordRefusedSignature } from "./record-refused-signature.ts";
import type { Runtime } from "./runtime.ts";

export interface AttestRequest {
  readonly runId: RunId;
  readonly stepRunId: StepRunId;
  readonly by: Operator;
  readonly attestation: Attestation;
  /** A DSSE envelope, or null for a word without one. */
  readonly signature: Json;
  /** True: hand the run back to a worker in the same commit. */
  readonly resume: boolean;
  readonly key: string | null;
}

export interface Attested {
  readonly stepRunId: StepRunId;
  /** WAITING_FOR_ATTESTATION: others have to verify it first. */
  readonly newStatus: "SUCCESS" | "FAIL" | "WAITING_FOR_ATTESTATION";
}

export async function submitAttestation(runtime: Runtime, request: AttestRequest): Promise<Result<Attested, Rejection>> {
  const attested = await attest(runtime, request);
  if (!attested.ok) await recordRefusedSignature(runtime, request, attested.error);
  return attested;
}

async function attest(runtime: Runtime, request: AttestRequest): Promise<Result<Attested, Rejection>> {
  const { runId, stepRunId, by, attestation, signature, resume, key } = request;
  const act = attestAct(attestation, resume);
  const opened = await openSignatureCase(runtime, signature);
  if (!opened.ok) return opened;
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`attest\n${runId}\n${stepRunId}`, key, { act, signature }),
    ask: (run) => askAttest(run, request, opened.value),
  });
  if (!changed.ok) return changed;
  const step = findComputeStep(changed.value.run, runId, stepRunId);
  const status = step.ok ? changed.value.run.steps.get(step.value.step_key)?.status : undefined;
  return ok({ stepRunId, newStatus: status === "WAITING_FOR_ATTESTATION" ? status : attestation.outcome });
}

function askAttest(run: Run, request: AttestRequest, subject: SignatureCase | null): Result<RunCommand, Rejection> {
  const { runId, stepRunId, by, attestation, resume } = request;
  const found = findComputeStep(run, runId, stepRunId);
  if (!found.ok) return found;
  const step = found.value;
  // A step that does not wait is refused as such before its attestation is looked at: a late one is late, not incomplete.
  const isWaiting = run.steps.get(step.step_key)?.status === "WAITING_FOR_ATTESTATION";
  if (!isWaiting) return ok({ type: "attest", step: step.step_key, attestation, resume, output: null, signature: null });
  const judged = judgeSignature(subject, {
    signer: by.id,
    about: aboutWaitingStep(runId, run, step),
    act: attestAct(attestation, resume),
    meanings: attestMeanings,
  });
  return judged.ok ? attestCommand(step, request, judged.value) : judged;
}

function attestCommand(
  step: PlannedComputeStep,
  { attestation, resume }: AttestRequest,
  signature: SignatureRecord | null,
): Result<RunCommand, Rejection> {
  const command = { type: "attest", step: step.step_key, attestation, resume, signature } as const;
  if (attestation.outcome === "FAIL") return ok({ ...command, output: null });
  const admitted = admitAttestation(step.compute_contract, attestation);
  if (admitted.ok) return ok({ ...command, output: admitted.value });
  const missing = admitted.error.map((issue) => issue.detail).join("; ");
  return err({
    code: "attestation_incomplete",
    detail: `the attestation does not meet the compute contract of ${step.step_key}: ${missing}`,
    errors: admitted.error,
  });
}
