import { administrativeKinds } from "./custody.ts";
import type { ArtifactName } from "./custody.ts";
import type { Attestation, SignatureRecord } from "./attestation.ts";
import type { Failure, FailureCode } from "./failure.ts";
import type { StepKey } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { ModelReply, ModelRequest, Usage } from "./model-call.ts";
import type { CanonicalOutput, PolicyReport } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import type { Sha256 } from "./sha256.ts";

/** How a model call went, as it is kept beside its raw reply. */
export interface CallRecord {
  readonly reply: ModelReply;
  /** Model named by the reply, and its token usage; null where the reply could not be read that far. */
  readonly model: string | null;
  readonly usage: Usage | null;
}

/** Why a step never ran. */
export type SkipCause = { readonly type: "step_failed"; readonly step: StepKey } | { readonly type: "run_cancelled" };

/**
 * What became true of a run. The ledger's entries are these, encoded (`ledger/encode-event.ts`); there is no other
 * truth. Kinds are added, never edited: yesterday's ledger must evolve under tomorrow's code.
 */
export type RunEvent =
  | {
      readonly kind: "run.created";
      readonly plan: Plan;
      readonly planDigest: Sha256;
      readonly params: JsonObject;
      readonly initiatedBy: string;
    }
  /** The attempt's exact request is on record; one model call may follow. Attempts of a step count from 1. */
  | { readonly kind: "step.started"; readonly step: StepKey; readonly attempt: number; readonly request: ModelRequest }
  /** The attempt failed and the task's declared retry grants another after `retryInMs`. */
  | {
      readonly kind: "step.attempt_failed";
      readonly step: StepKey;
      readonly attempt: number;
      readonly call: CallRecord;
      readonly failure: Failure;
      readonly rationale: JsonObject | null;
      readonly report: PolicyReport | null;
      readonly retryInMs: number;
    }
  /** The request was on record, its reply is not and never will be: the outcome of that call is unknown. */
  | { readonly kind: "step.interrupted"; readonly step: StepKey; readonly attempt: number }
  | { readonly kind: "step.waiting"; readonly step: StepKey }
  | {
      readonly kind: "attestation.submitted";
      readonly step: StepKey;
      readonly attestation: Attestation;
      readonly signature: SignatureRecord | null;
    }
  /** Another person stands by the attestation that waits for it (`four_eyes`). */
  | {
      readonly kind: "attestation.verified";
      readonly step: StepKey;
      readonly verifiedBy: string;
      readonly reason: string | null;
      readonly signature: SignatureRecord | null;
    }
  /** Another person does not: the step goes on waiting, for another attestation. */
  | {
      readonly kind: "attestation.rejected";
      readonly step: StepKey;
      readonly rejectedBy: string;
      readonly reason: string;
      readonly signature: SignatureRecord | null;
    }
  /** A task step has an attempt, a call, a rationale and a report; a compute step has none of them. */
  | {
      readonly kind: "step.succeeded";
      readonly step: StepKey;
      readonly output: CanonicalOutput;
      readonly by: {
        readonly attempt: number;
        readonly call: CallRecord;
        readonly rationale: JsonObject;
        readonly report: PolicyReport;
      } | null;
    }
  | {
      readonly kind: "step.failed";
      readonly step: StepKey;
      readonly failure: Failure;
      readonly by: {
        readonly attempt: number;
        readonly call: CallRecord;
        readonly rationale: JsonObject | null;
        readonly report: PolicyReport | null;
      } | null;
    }
  | { readonly kind: "step.skipped"; readonly step: StepKey; readonly because: SkipCause }
  | { readonly kind: "run.resumed"; readonly resumedBy: string }
  | { readonly kind: "run.succeeded" }
  | { readonly kind: "run.failed"; readonly step: StepKey; readonly code: FailureCode }
  | { readonly kind: "run.cancelled"; readonly cancelledBy: string; readonly reason: string }
  /** After the end: somebody asked for content to be erased. */
  | {
      readonly kind: "erasure.requested";
      readonly artifact: ArtifactName;
      readonly legalBasis: string;
      readonly requestedBy: string;
      readonly reason: string;
    }
  /** Another person agreed: content and salt are deleted in this entry's own commit. `request` is the entry that asked. */
  | {
      readonly kind: "artifact.erased";
      readonly artifact: ArtifactName;
      readonly request: number;
      readonly requestedBy: string;
      readonly approvedBy: string;
      readonly legalBasis: string;
    }
  /** Nothing of the run may be erased until the hold is lifted. */
  | { readonly kind: "hold.placed"; readonly heldBy: string; readonly reason: string }
  | { readonly kind: "hold.released"; readonly releasedBy: string; readonly reason: string };

/**
 * What a fold needs of an event: no request, reply, rationale, report or attestation bodies. Every RunEvent is a
 * RunFact, and a RunFact can be read back without loading (or after the lawful erasure of) those artifacts.
 */
export type RunFact =
  | {
      readonly kind: "run.created";
      readonly plan: Plan;
      readonly planDigest: Sha256;
      readonly params: JsonObject;
      readonly initiatedBy: string;
    }
  | { readonly kind: "step.started"; readonly step: StepKey; readonly attempt: number }
  | {
      readonly kind: "step.attempt_failed";
      readonly step: StepKey;
      readonly attempt: number;
      readonly failure: Failure;
      readonly retryInMs: number;
    }
  | { readonly kind: "step.interrupted"; readonly step: StepKey; readonly attempt: number }
  | { readonly kind: "step.waiting"; readonly step: StepKey }
  | {
      readonly kind: "attestation.submitted";
      readonly step: StepKey;
      readonly attestation: Pick<Attestation, "attested_by" | "outcome">;
      readonly signature: Pick<SignatureRecord, "nonce"> | null;
    }
  | {
      readonly kind: "attestation.verified";
      readonly step: StepKey;
      readonly verifiedBy: string;
      readonly signature: Pick<SignatureRecord, "nonce"> | null;
    }
  | { readonly kind: "attestation.rejected"; readonly step: StepKey; readonly signature: Pick<SignatureRecord, "nonce"> | null }
  | { readonly kind: "step.succeeded"; readonly step: StepKey; readonly output: CanonicalOutput }
  | { readonly kind: "step.failed"; readonly step: StepKey; readonly failure: Failure }
  | { readonly kind: "step.skipped"; readonly step: StepKey; readonly because: SkipCause }
  | { readonly kind: "run.resumed" }
  | { readonly kind: "run.succeeded" }
  | { readonly kind: "run.failed"; readonly step: StepKey; readonly code: FailureCode }
  | { readonly kind: "run.cancelled" }
  | { readonly kind: "erasure.requested"; readonly artifact: ArtifactName; readonly legalBasis: string; readonly requestedBy: string }
  | { readonly kind: "artifact.erased"; readonly artifact: ArtifactName }
  | { readonly kind: "hold.placed"; readonly heldBy: string }
  | { readonly kind: "hold.released" };

/** Every kind once. One that is missing here cannot be encoded, and one too many cannot be read back: neither compiles. */
export const runEventKinds = [
  "run.created",
  "step.started",
  "step.attempt_failed",
  "step.interrupted",
  "step.waiting",
  "attestation.submitted",
  "attestation.verified",
  "attestation.rejected",
  "step.succeeded",
  "step.failed",
  "step.skipped",
  "run.resumed",
  "run.succeeded",
  "run.failed",
  "run.cancelled",
  ...administrativeKinds,
] as const;
export type RunEventKind = (typeof runEventKinds)[number];
