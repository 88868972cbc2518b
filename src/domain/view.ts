import type { Role } from "./access.ts";
import type { Attestation, AttestedArtifact, SignatureClass } from "./attestation.ts";
import type { FailureCode, Failure } from "./failure.ts";
import type { ManifestId, ManifestStepId, RunId, StepKey, StepRunId, TaskId } from "./ids.ts";
import type { Instant } from "./instant.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ComputeContract, Manifest, Step } from "./manifest.ts";
import type { Usage } from "./model-call.ts";
import type { PolicyReport } from "./outcome.ts";
import type { RunStatus, StepStatus } from "./run.ts";
import type { Sha256 } from "./sha256.ts";
import type { Provider, Task } from "./task.ts";

// What a reader is shown, over HTTP as over SQL: documents, so their names are the JSON names.

export type TaskView = Task & {
  readonly id: TaskId;
  readonly version: number;
  readonly digest: Sha256;
  /** When the task was first created, and when this version was. */
  readonly created_at: Instant;
  readonly updated_at: Instant;
};

export type StepView = Step & { readonly id: ManifestStepId };

export type ManifestView = Omit<Manifest, "steps"> & {
  readonly id: ManifestId;
  readonly version: number;
  readonly digest: Sha256;
  readonly created_at: Instant;
  readonly updated_at: Instant;
  readonly steps: readonly StepView[];
};

/** The sealed log, as of now. */
export interface LogView {
  readonly origin: string;
  /** Entries in the log, and the root over them in base64, as checkpoints write it; null: none yet. */
  readonly size: number;
  readonly root: string | null;
  readonly checkpoint: { readonly size: number; readonly published_at: Instant; readonly signatures: readonly string[] } | null;
  /** Entries that are not in it yet, counted to a limit. */
  readonly pending: number;
  readonly pending_is_more: boolean;
  /** Whether this process seals and signs; others may. */
  readonly seals: boolean;
  readonly signs: boolean;
  readonly verifier_key: string | null;
  /** Why checkpoints are late or do not come; null: they come. */
  readonly alarm: { readonly code: string; readonly detail: string } | null;
}

export interface RunView {
  readonly id: RunId;
  /** The same as `id`: both names are part of the interface. */
  readonly run_id: RunId;
  readonly manifest_id: ManifestId;
  readonly manifest_version: number;
  readonly manifest_name: string;
  readonly plan_digest: Sha256;
  readonly status: RunStatus;
  readonly created_at: Instant;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly initiated_by: string;
  /** Null when the parameters were erased. */
  readonly run_params: JsonObject | null;
  /** The compute step the run stands at; null unless the run is waiting. */
  readonly waiting_for: { readonly step_key: StepKey; readonly step_run_id: StepRunId; readonly attested: boolean } | null;
  readonly error: { readonly step_key: StepKey; readonly code: FailureCode } | null;
  /** Number of entries, and the leaf hash of the last: what a client may keep as a receipt. */
  readonly entry_count: number;
  readonly leaf: Sha256;
}

/** The last days in numbers. */
export interface StatsView {
  readonly days: number;
  readonly per_day: readonly {
    readonly day: string;
    readonly started: number;
    readonly success: number;
    readonly error: number;
    readonly cancelled: number;
    readonly open: number;
  }[];
  readonly failures: readonly { readonly code: FailureCode; readonly count: number }[];
  readonly waits: { readonly count: number; readonly median_seconds: number | null; readonly longest_seconds: number | null };
  readonly calls: {
    readonly of_runs_max: number;
    readonly models: readonly {
      readonly model: string;
      readonly calls: number;
      readonly median_latency_ms: number | null;
      readonly input_tokens: number;
      readonly output_tokens: number;
    }[];
  };
}

/** A compute step that waits for a person. `due_at` is advice from the contract: nothing happens when it is over. */
export interface WaitingView {
  readonly run_id: RunId;
  readonly manifest_id: ManifestId;
  readonly manifest_name: string;
  readonly initiated_by: string;
  readonly step_key: StepKey;
  readonly step_run_id: StepRunId;
  readonly waiting_since: Instant;
  readonly due_at: Instant | null;
  /** Its time is over, and nothing ended by itself. */
  readonly overdue: boolean;
  /** True when only the resume is missing. */
  readonly attested: boolean;
  readonly compute_contract: ComputeContract;
}

/** One model call of one step. `reply_artifact` is null when no byte of a reply is on record. */
export interface AttemptView {
  readonly attempt: number;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly provider: Provider;
  readonly model: string;
  readonly model_replied: string | null;
  readonly request_artifact: string;
  readonly reply_artifact: string | null;
  readonly reply_status: number | null;
  readonly latency_ms: number | null;
  readonly usage: Usage | null;
  readonly outcome: "running" | "succeeded" | "failed" | "interrupted";
  readonly error: Failure | null;
}

/** Under which name, and how sure the record is of it. */
export interface SignedName {
  readonly name: string;
  readonly at: Instant;
  readonly signature_class: SignatureClass;
  /** Id of the key, for a signature. */
  readonly key: Sha256 | null;
  /** Place of the DSSE envelope among the run's artifacts. */
  readonly envelope: string | null;
}

/** `is_verified`: the bytes are here and were hashed here. Otherwise they are claimed, not verified. */
export type AttestedArtifactView = AttestedArtifact & { readonly is_verified: boolean };

export interface AttestationView extends Attestation {
  readonly artifacts: readonly AttestedArtifactView[];
  readonly attested_at: Instant;
  readonly signature_class: SignatureClass;
  readonly key: Sha256 | null;
  readonly envelope: string | null;
  /** Others who stand by it. */
  readonly verified_by: readonly SignedName[];
}

export interface RejectedAttestation {
  readonly attested_by: string;
  readonly rejected_by: SignedName;
  /** Null when it was erased. */
  readonly reason: string | null;
}

export interface StepRunView {
  readonly id: StepRunId;
  readonly run_id: RunId;
  readonly step_key: StepKey;
  readonly step_type: "task" | "compute";
  readonly manifest_step_id: ManifestStepId;
  readonly status: StepStatus;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly attempts: readonly AttemptView[];
  readonly decision_rationale: JsonObject | null;
  readonly execution_policy_report: PolicyReport | null;
  readonly canonical_output: Json;
  readonly error: Failure | null;
  /** The failed step that caused the skip. */
  readonly skipped_because: StepKey | null;
  readonly compute_contract: ComputeContract | null;
  /** The last one that was not rejected: in force once the step has ended, until then waiting to be verified. */
  readonly attestation: AttestationView | null;
  readonly rejected_attestations: readonly RejectedAttestation[];
}

/** One ledger entry. `body` is the parsed entry (for people); `bytes` its exact bytes in base64 (for verifiers). */
export interface EntryView {
  readonly seq: number;
  readonly leaf: Sha256;
  readonly body: JsonObject;
  readonly bytes: string;
}

/** An API token as it may be shown: everything but its secret. */
export interface TokenView {
  readonly id: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly created_at: Instant;
  readonly expires_at: Instant;
  readonly revoked_at: Instant | null;
}

/** A person's key as it may be shown: the public half. */
export interface OperatorKeyView {
  readonly id: Sha256;
  readonly subject: string;
  readonly printed_name: string;
  readonly public_key: string;
  readonly replaces: Sha256 | null;
  readonly enrolled_at: Instant;
  readonly revoked_at: Instant | null;
}

/** A file that was handed over. */
export interface UploadView {
  readonly id: string;
  /** What an attestation names it by. */
  readonly uri: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly uploaded_by: string;
  readonly uploaded_at: Instant;
}
