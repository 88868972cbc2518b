import { aboutWaitingStep } from "../attestation/about-step.ts";
import { attestAct, attestMeanings } from "../attestation/acts.ts";
import type { Operator } from "../domain/actor.ts";
import type { Attestation, SignatureRecord } from "../domain/attestation.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Issue, Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { admitAttestation } from "../engine/admit-attestation.ts";
import type { UploadView } from "../domain/view.ts";
import { changeRun } from "./change-run.ts";
import { uploadIssues, uploadsOf } from "./check-uploads.ts";
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
  const facts = { subject: opened.value, uploads: await uploadsOf(runtime.db, attestation) };
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`attest\n${runId}\n${stepRunId}`, key, { act, signature }),
    ask: (run) => askAttest(run, request, facts),
  });
  if (!changed.ok) return changed;
  const step = findComputeStep(changed.value.run, runId, stepRunId);
  const status = step.ok ? changed.value.run.steps.get(step.value.step_key)?.status : undefined;
  return ok({ stepRunId, newStatus: status === "WAITING_FOR_ATTESTATION" ? status : attestation.outcome });
}

/** What was looked up before the run was asked. */
interface Facts {
  readonly subject: SignatureCase | null;
  readonly uploads: ReadonlyMap<string, UploadView>;
}

function askAttest(run: Run, request: AttestRequest, { subject, uploads }: Facts): Result<RunCommand, Rejection> {
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
  if (!judged.ok) return judged;
  const issues = uploadIssues(step.compute_contract, attestation, uploads);
  return issues.length > 0 ? err(incomplete(step, issues)) : attestCommand(step, request, judged.value);
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
  return err(incomplete(step, admitted.error));
}

function incomplete({ step_key }: PlannedComputeStep, errors: readonly Issue[]): Rejection {
  const missing = errors.map((issue) => issue.detail).join("; ");
  return {
    code: "attestation_incomplete",
    detail: `the attestation does not meet the compute contract of ${step_key}: ${missing}`,
    errors,
  };
}
