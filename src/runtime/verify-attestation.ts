import { aboutWaitingStep } from "../attestation/about-step.ts";
import { verifyAct, verifyMeanings } from "../attestation/acts.ts";
import type { Operator } from "../domain/actor.ts";
import { present } from "../domain/assert.ts";
import type { Attestation, VerdictOnAttestation } from "../domain/attestation.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { PlannedComputeStep } from "../domain/plan.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run, StepStatus } from "../domain/run.ts";
import { admitAttestation } from "../engine/admit-attestation.ts";
import { readAttestationAt } from "../storage/read/attestations.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import { findComputeStep } from "./find-compute-step.ts";
import { judgeSignature, openSignatureCase } from "./judge-signature.ts";
import type { SignatureCase } from "./judge-signature.ts";
import { recordRefusedSignature } from "./record-refused-signature.ts";
import type { Runtime } from "./runtime.ts";

export interface VerifyRequest {
  readonly runId: RunId;
  readonly stepRunId: StepRunId;
  readonly by: Operator;
  readonly verdict: VerdictOnAttestation;
  /** Needed for a rejection. */
  readonly reason: string | null;
  /** A DSSE envelope, or null for a word without one. */
  readonly signature: Json;
  readonly resume: boolean;
  readonly key: string | null;
}

export interface Verified {
  readonly stepRunId: StepRunId;
  readonly newStatus: StepStatus;
}

/** Another person stands by an attestation that waits for it, or rejects it. */
export async function verifyAttestation(runtime: Runtime, request: VerifyRequest): Promise<Result<Verified, Rejection>> {
  const verified = await verify(runtime, request);
  if (!verified.ok) await recordRefusedSignature(runtime, request, verified.error);
  return verified;
}

async function verify(runtime: Runtime, request: VerifyRequest): Promise<Result<Verified, Rejection>> {
  const { runId, stepRunId, by, verdict, reason, signature, resume, key } = request;
  const opened = await openSignatureCase(runtime, signature);
  if (!opened.ok) return opened;
  const submitted = await readSubmitted(runtime, request);
  if (!submitted.ok) return submitted;
  const payload = { verified_by: by.id, verdict, reason, resume, signature };
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`verify\n${runId}\n${stepRunId}`, key, payload),
    ask: (run) => askVerify(run, request, { submitted: submitted.value, subject: opened.value }),
  });
  if (!changed.ok) return changed;
  const step = findComputeStep(changed.value.run, runId, stepRunId);
  const status = step.ok ? changed.value.run.steps.get(step.value.step_key)?.status : undefined;
  return ok({ stepRunId, newStatus: present(status, "the step that was verified") });
}

/** The attestation that waits, and the place of its entry; null when none does, which `decide` refuses in its own words. */
interface Submitted {
  readonly seq: number;
  readonly attestation: Attestation;
}

async function readSubmitted(runtime: Runtime, { runId, stepRunId }: VerifyRequest): Promise<Result<Submitted | null, Rejection>> {
  const held = await runtime.loadRun(runId);
  if (held === null) return err({ code: "run_not_found", detail: `there is no run ${runId}` });
  const step = findComputeStep(held.run, runId, stepRunId);
  if (!step.ok) return step;
  const seq = submissionSeq(held.run, step.value);
  if (seq === null) return ok(null);
  const attestation = await readAttestationAt(runtime.db, runId, seq);
  return ok({ seq, attestation: present(attestation, `the attestation of entry ${seq}`) });
}

function submissionSeq(run: Run, step: PlannedComputeStep): number | null {
  const stepRun = run.steps.get(step.step_key);
  return stepRun?.status === "WAITING_FOR_ATTESTATION" ? (stepRun.submission?.seq ?? null) : null;
}

function askVerify(
  run: Run,
  request: VerifyRequest,
  { submitted, subject }: { readonly submitted: Submitted | null; readonly subject: SignatureCase | null },
): Result<RunCommand, Rejection> {
  const { runId, stepRunId, by, verdict, reason, resume } = request;
  const found = findComputeStep(run, runId, stepRunId);
  if (!found.ok) return found;
  const step = found.value;
  if (submitted === null || submissionSeq(run, step) !== submitted.seq) {
    return err({ code: "nothing_to_verify", detail: `step ${step.step_key} has no attestation that waits to be verified` });
  }
  const judged = judgeSignature(subject, {
    signer: by.id,
    about: aboutWaitingStep(runId, run, step),
    act: verifyAct({ by: by.id, verdict, reason, resume }, submitted.attestation),
    meanings: verifyMeanings,
  });
  if (!judged.ok) return judged;
  const admitted = admitAttestation(step.compute_contract, submitted.attestation);
  const output = present(admitted.ok ? admitted.value : null, "the output of an attestation that was admitted");
  return ok({ type: "verify", step: step.step_key, by: by.id, verdict, reason, output, signature: judged.value, resume });
}
