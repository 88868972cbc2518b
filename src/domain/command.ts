import type { ArtifactName } from "./custody.ts";
import type { Attestation, SignatureRecord, VerdictOnAttestation } from "./attestation.ts";
import type { CallRecord } from "./event.ts";
import type { Failure } from "./failure.ts";
import type { StepKey } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { ModelRequest } from "./model-call.ts";
import type { Admission, CanonicalOutput } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import type { Sha256 } from "./sha256.ts";

/** What is asked of a run. Whatever had to be computed or observed outside the machine arrives inside the command. */
export type RunCommand =
  | {
      readonly type: "start_run";
      readonly plan: Plan;
      readonly planDigest: Sha256;
      readonly params: JsonObject;
      readonly initiatedBy: string;
    }
  | { readonly type: "start_attempt"; readonly step: StepKey; readonly request: ModelRequest }
  /** The request could not be made (template, input too large): the step fails before any call. */
  | { readonly type: "refuse_attempt"; readonly step: StepKey; readonly failure: Failure }
  | {
      readonly type: "record_reply";
      readonly step: StepKey;
      readonly attempt: number;
      readonly call: CallRecord;
      readonly admission: Admission;
    }
  /** A worker took the run over and found these attempts without a reply. */
  | { readonly type: "record_interruptions" }
  /** `output` is the attested SUCCESS in canonical form (`engine/admit-attestation.ts`); null for a FAIL. */
  | {
      readonly type: "attest";
      readonly step: StepKey;
      readonly attestation: Attestation;
      readonly output: CanonicalOutput | null;
      readonly signature: SignatureRecord | null;
      readonly resume: boolean;
    }
  /** `output` is what was attested, in canonical form: it becomes the step's when this was the last word that was needed. */
  | {
      readonly type: "verify";
      readonly step: StepKey;
      readonly by: string;
      readonly verdict: VerdictOnAttestation;
      readonly reason: string | null;
      readonly output: CanonicalOutput;
      readonly signature: SignatureRecord | null;
      readonly resume: boolean;
    }
  | { readonly type: "resume"; readonly resumedBy: string }
  | { readonly type: "cancel"; readonly cancelledBy: string; readonly reason: string }
  | {
      readonly type: "request_erasure";
      readonly artifact: ArtifactName;
      readonly legalBasis: string;
      readonly requestedBy: string;
      readonly reason: string;
    }
  | { readonly type: "approve_erasure"; readonly artifact: ArtifactName; readonly approvedBy: string }
  | { readonly type: "place_hold"; readonly heldBy: string; readonly reason: string }
  | { readonly type: "release_hold"; readonly releasedBy: string; readonly reason: string };
