import type { StepKey } from "./ids.ts";

/** What the world must do next for a run. Several task steps may be due at once when `max_parallel` allows. */
export type Effect =
  /** Render the prompt and make the request of this step's attempt, then send `start_attempt` or `refuse_attempt`; wait `delayMs` first. */
  | { readonly type: "prepare_attempt"; readonly step: StepKey; readonly attempt: number; readonly delayMs: number }
  /** The request of this attempt is decided: once it is committed, make exactly one call, then send `record_reply`. */
  | { readonly type: "call_model"; readonly step: StepKey; readonly attempt: number }
  | { readonly type: "await_attestation"; readonly step: StepKey }
  | { readonly type: "await_resume" }
  | { readonly type: "rest" };
