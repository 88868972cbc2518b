import { present } from "../domain/assert.ts";
import type { SignatureRecord } from "../domain/attestation.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import type { StepKey } from "../domain/ids.ts";
import type { ComputeContract } from "../domain/manifest.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run, StepRun } from "../domain/run.ts";

type Decision = Result<readonly RunEvent[], Rejection>;
type Command<Type extends RunCommand["type"]> = Extract<RunCommand, { type: Type }>;
type WaitingStep = Extract<StepRun, { status: "WAITING_FOR_ATTESTATION" }>;

/** Somebody states what came of the work. One word is enough, except under four eyes, where a SUCCESS waits for others. */
export function decideAttest(run: Run, command: Command<"attest">): Decision {
  const { step, attestation, signature } = command;
  const waiting = waitingFor(run, step);
  if (!waiting.ok) return waiting;
  const contract = contractOf(run, step);
  if (waiting.value.submission !== null) {
    const detail = `step ${step} has an attestation of ${waiting.value.submission.attestedBy} that waits to be verified`;
    return err({ code: "attestation_pending", detail });
  }
  const refused = refusal(run, contract, { by: attestation.attested_by, signature, step: waiting.value });
  if (refused !== null) return err(refused);
  const submitted: RunEvent = { kind: "attestation.submitted", step, attestation, signature };
  if (attestation.outcome === "FAIL") {
    const detail = `${attestation.attested_by} attested FAIL`;
    return ok([submitted, { kind: "step.failed", step, failure: { code: "attested_fail", detail }, by: null }]);
  }
  if (contract.verification === "four_eyes") return ok([submitted]);
  const output = present(command.output, "the canonical output of an attested SUCCESS");
  return ok([submitted, { kind: "step.succeeded", step, output, by: null }, ...resumed(command.resume, attestation.attested_by)]);
}

/** Another person stands by what was attested, or does not. */
export function decideVerify(run: Run, command: Command<"verify">): Decision {
  const { step, by, verdict, reason, signature, output } = command;
  const waiting = waitingFor(run, step);
  if (!waiting.ok) return waiting;
  const contract = contractOf(run, step);
  const { submission } = waiting.value;
  if (submission === null) return err({ code: "nothing_to_verify", detail: `step ${step} has no attestation that waits to be verified` });
  const before = [submission.attestedBy, ...submission.verifiedBy];
  if (before.includes(by)) return err(notSeparate(`${by} has stood by this attestation already: it takes another person`));
  const refused = refusal(run, contract, { by, signature, step: waiting.value });
  if (refused !== null) return err(refused);
  if (verdict === "REJECTED") {
    return ok([{ kind: "attestation.rejected", step, rejectedBy: by, reason: present(reason, "the reason of a rejection"), signature }]);
  }
  const verified: RunEvent = { kind: "attestation.verified", step, verifiedBy: by, reason, signature };
  if (before.length + 1 < requiredOf(contract)) return ok([verified]);
  return ok([verified, { kind: "step.succeeded", step, output, by: null }, ...resumed(command.resume, by)]);
}

const requiredOtherwise = 2;

function requiredOf(contract: ComputeContract): number {
  return contract.approvals?.required ?? requiredOtherwise;
}

function waitingFor(run: Run, step: StepKey): Result<WaitingStep, Rejection> {
  const stepRun = run.steps.get(step);
  if (stepRun?.status === "WAITING_FOR_ATTESTATION") return ok(stepRun);
  return err({
    code: "step_not_waiting",
    detail: `step ${step} is not waiting for an attestation: it is ${stepRun?.status ?? "not begun"}`,
  });
}

function contractOf(run: Run, step: StepKey): ComputeContract {
  const planned = run.plan.steps.find((candidate) => candidate.step_key === step);
  return present(planned?.step_type === "compute" ? planned.compute_contract : null, `the compute contract of ${step}`);
}

/** What must be true of whoever acts on a waiting step, beside the roles that the door has looked at. */
function refusal(
  run: Run,
  contract: ComputeContract,
  act: { readonly by: string; readonly signature: SignatureRecord | null; readonly step: WaitingStep },
): Rejection | null {
  const { by, signature, step } = act;
  const needsSignature = contract.verification === "signed" || contract.approvals?.signed === true;
  if (needsSignature && signature === null)
    return { code: "signature_required", detail: "the compute contract takes no word without a signature" };
  if (signature !== null && step.answered.includes(signature.nonce))
    return { code: "signature_stale", detail: "challenge_answered: the challenge was answered before" };
  if (contract.verification !== "four_eyes") return null;
  if (by === run.initiatedBy) return notSeparate(`${by} started this run, and whoever starts a run is not one of its four eyes`);
  const { of = null } = contract.approvals ?? {};
  return of === null || of.includes(by) ? null : notSeparate(`${by} is not one of ${of.join(", ")}, whom the compute contract names`);
}

function notSeparate(detail: string): Rejection {
  return { code: "duties_not_separate", detail };
}

function resumed(resume: boolean, resumedBy: string): readonly RunEvent[] {
  return resume ? [{ kind: "run.resumed", resumedBy }] : [];
}
