import type { Brand } from "./brand.ts";
import type { ManifestId, StepKey, TaskId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Sha256 } from "./sha256.ts";

/**
 * How an attestation is made good: by a name (`operator_attest`), by the attestor's own key (`signed`), by several persons
 * (`four_eyes`), or by the files themselves, handed over and hashed here (`artifact_upload`).
 */
export const verificationModes = ["operator_attest", "signed", "four_eyes", "artifact_upload"] as const;
export type VerificationMode = (typeof verificationModes)[number];

/** What an operator must deliver from outside, and how that is verified. */
export interface ComputeContract {
  readonly executor: string;
  readonly inputs: readonly Json[];
  /** Declared outputs; a SUCCESS must cover each `name` with an artifact. */
  readonly outputs: readonly DeclaredOutput[];
  readonly verification: VerificationMode;
  /** With `four_eyes` and with nothing else. */
  readonly approvals?: Approvals;
  readonly notes: string;
  readonly timeout_minutes: number | null;
  /** JSON Schema 2020-12 for the attestation's `output`; null: any JSON value or none. */
  readonly output_schema: JsonObject | null;
}

/** n of m persons: whoever attests, and those who verify it. The run's initiator is never one of them. */
export interface Approvals {
  readonly required: number;
  /** Who may be one of them; null: anybody whose role allows it. */
  readonly of: readonly string[] | null;
  /** True: each signs with their own key. */
  readonly signed: boolean;
}

export interface DeclaredOutput {
  readonly name: string;
  readonly description: string;
}

/** Where a chained template name comes from: a JSON Pointer into a dependency's canonical output. */
export interface ChainSource {
  readonly step: StepKey;
  readonly pointer: string;
}

interface StepBase {
  readonly step_key: StepKey;
  readonly depends_on: readonly StepKey[];
  readonly config: JsonObject;
  readonly order_index: number | null;
}

export interface TaskStep extends StepBase {
  readonly step_type: "task";
  readonly task_id: TaskId;
  readonly chaining: { readonly [name: string]: ChainSource };
}

export interface ComputeStep extends StepBase {
  readonly step_type: "compute";
  readonly compute_contract: ComputeContract;
}

/** One node of a manifest, with every default filled in. */
export type Step = TaskStep | ComputeStep;

/** A Manifest with every default filled in: its digest is the SHA-256 of its canonical bytes. Steps keep their author's order. */
export interface Manifest {
  readonly name: string;
  readonly description: string;
  /** JSON Schema 2020-12 for a run's `run_params`; null: any object. */
  readonly params_schema: JsonObject | null;
  readonly max_parallel: number;
  readonly steps: readonly Step[];
}

/** A Manifest all of whose door checks passed. Made only by `engine/check-manifest.ts`. */
export type CheckedManifest = Brand<Manifest, "CheckedManifest">;

export interface ManifestVersion {
  readonly id: ManifestId;
  readonly version: number;
  readonly digest: Sha256;
  readonly manifest: CheckedManifest;
}
