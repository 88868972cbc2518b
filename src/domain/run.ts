import type { Custody } from "./custody.ts";
import type { Failure, FailureCode } from "./failure.ts";
import type { SkipCause } from "./event.ts";
import type { StepKey } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { CanonicalOutput } from "./outcome.ts";
import type { Plan } from "./plan.ts";

/** One execution of one step. A step that has not begun has no StepRun: *pending* is never stored. */
export type StepRun =
  | { readonly status: "RUNNING"; readonly attempt: number; readonly phase: RunningPhase }
  | {
      readonly status: "WAITING_FOR_ATTESTATION";
      /** The attestation that waits for more persons to stand by it; null: none was made, or the last one was rejected. */
      readonly submission: Submission | null;
      /** Nonces of the challenges that were answered here: none is good for a second answer. */
      readonly answered: readonly string[];
    }
  | { readonly status: "SUCCESS"; readonly output: CanonicalOutput; readonly attempts: number }
  | { readonly status: "FAIL"; readonly failure: Failure; readonly attempts: number }
  | { readonly status: "SKIPPED"; readonly because: SkipCause };

/** An attestation under `four_eyes`, by the `seq` of its entry, and who stands by it so far. */
export interface Submission {
  readonly seq: number;
  readonly attestedBy: string;
  readonly verifiedBy: readonly string[];
}

/** Where a running attempt stands: its call is under way, or it is over and the next one is due after a pause. */
export type RunningPhase =
  | { readonly type: "calling" }
  | { readonly type: "retry_due"; readonly retryInMs: number; readonly lastFailure: Failure }
  | { readonly type: "interrupted" };

export type StepStatus = StepRun["status"];

/** `waiting` stands still for people: for an attestation of `step`, or, once it is attested, for a resume. */
export type RunState =
  | { readonly status: "running" }
  | { readonly status: "waiting"; readonly step: StepKey; readonly attested: boolean }
  | { readonly status: "success" }
  | { readonly status: "error"; readonly step: StepKey; readonly code: FailureCode }
  | { readonly status: "cancelled" };

export const runStatuses = ["running", "waiting", "success", "error", "cancelled"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** A run as its events make it. `eventCount` events were folded, so the next entry's `seq` is that number. */
export interface Run {
  readonly plan: Plan;
  readonly params: JsonObject;
  readonly initiatedBy: string;
  readonly state: RunState;
  readonly steps: ReadonlyMap<StepKey, StepRun>;
  readonly eventCount: number;
  readonly custody: Custody;
}

export function isTerminal(state: RunState): boolean {
  return state.status === "success" || state.status === "error" || state.status === "cancelled";
}
