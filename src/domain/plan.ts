import type { ComputeContract, ChainSource } from "./manifest.ts";
import type { ManifestId, StepKey, TaskId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Sha256 } from "./sha256.ts";
import type { Provider, Task } from "./task.ts";

/** The settings one call really uses: nothing left to the environment once a run has begun. */
export interface EffectiveModel {
  readonly provider: Provider;
  readonly model: string;
  readonly temperature: number | null;
  readonly max_output_tokens: number | null;
  readonly seed: number | null;
}

export interface PlannedTaskStep {
  readonly step_type: "task";
  readonly step_key: StepKey;
  readonly depends_on: readonly StepKey[];
  readonly config: JsonObject;
  readonly chaining: { readonly [name: string]: ChainSource };
  readonly task: { readonly id: TaskId; readonly version: number; readonly digest: Sha256; readonly definition: Task };
  readonly model: EffectiveModel;
}

export interface PlannedComputeStep {
  readonly step_type: "compute";
  readonly step_key: StepKey;
  readonly depends_on: readonly StepKey[];
  readonly config: JsonObject;
  readonly compute_contract: ComputeContract;
}

export type PlannedStep = PlannedTaskStep | PlannedComputeStep;

/**
 * Everything a run is bound to, resolved once at its start: the manifest version, the task versions, the model settings
 * and the order. A document: its canonical bytes are stored once by digest, and the run's first entry names that digest.
 * `steps` stand in execution order (topological; ties by order_index, then by position in the manifest).
 */
export interface Plan {
  readonly v: "rm-plan/1";
  /** Version of the rules in `src/engine` and `src/policy`; a replay refuses one it does not know. */
  readonly engine: string;
  readonly manifest: { readonly id: ManifestId; readonly version: number; readonly digest: Sha256; readonly name: string };
  readonly params_schema: JsonObject | null;
  readonly max_parallel: number;
  readonly steps: readonly PlannedStep[];
}
