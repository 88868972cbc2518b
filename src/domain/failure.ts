import type { RetryCause } from "./task.ts";
import { unreachable } from "./assert.ts";

/** Why a step failed: a closed, stable list. A new code does not compile until every table knows it. */
export const failureCodes = [
  "network",
  "timeout",
  "rate_limited",
  "server_error",
  "request_refused",
  "reply_too_large",
  "reply_unreadable",
  "invalid_output",
  "contract_violation",
  "policy_violation",
  "template_error",
  "input_too_large",
  "interrupted",
  "attested_fail",
  "cancelled",
] as const;
export type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  readonly code: FailureCode;
  /** One sentence for a person. Never quotes model output, prompts or secrets. */
  readonly detail: string;
}

/** The class under which a task may declare a retry of this failure (SPEC 3.6), or null when it is never retried. */
export function retryCauseOf(code: FailureCode): RetryCause | null {
  switch (code) {
    case "network":
    case "timeout":
    case "rate_limited":
    case "server_error":
    case "invalid_output":
      return code;
    case "reply_unreadable":
    case "contract_violation":
      return "invalid_output";
    case "request_refused":
    case "reply_too_large":
    case "policy_violation":
    case "template_error":
    case "input_too_large":
    case "interrupted":
    case "attested_fail":
    case "cancelled":
      return null;
    default:
      return unreachable(code);
  }
}
