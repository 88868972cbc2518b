import type { FailureCode } from "../api/generated.ts";

/** What a failure means to the person in front of it, and what to do. */
export interface FailureWords {
  readonly what: string;
  readonly advice: string;
}

export const failureWords = {
  network: {
    what: "the model could not be reached",
    advice: "Check that the service can reach LLM_BASE_URL, then start the run again. A task may declare a retry for this.",
  },
  timeout: {
    what: "the model did not answer in time",
    advice: "Start the run again, or raise the task's timeout_seconds in a new version.",
  },
  rate_limited: {
    what: "the provider refused for too many requests",
    advice: "Start the run again later, lower LLM_MAX_CONCURRENCY, or declare a retry on rate_limited.",
  },
  server_error: {
    what: "the provider failed",
    advice: "Start the run again once the provider works. A task may declare a retry for this.",
  },
  request_refused: {
    what: "the provider refused the request",
    advice: "Read its reply below: a wrong model name, key or setting is the usual cause. The same request will be refused again.",
  },
  reply_too_large: { what: "the reply was larger than is taken", advice: "Ask for less in the prompt, or set max_output_tokens." },
  reply_unreadable: {
    what: "the reply was not one of the provider's",
    advice: "Look at the raw reply: something between here and the provider may have answered.",
  },
  invalid_output: {
    what: "the answer was not the JSON that was asked for",
    advice: "Look at the raw reply. Make the prompt stricter, or declare a retry on invalid_output.",
  },
  contract_violation: {
    what: "the answer breaks its contract",
    advice: "Compare the raw reply with the verdicts below. Either the prompt or the contract needs a new version.",
  },
  policy_violation: {
    what: "a policy rule said no",
    advice: "The verdicts below name the rule. This is the gate at work: the answer was well formed and still not acceptable.",
  },
  template_error: {
    what: "the prompt could not be made",
    advice: "The parameters or an upstream output lack what the template names. Correct the definition or the parameters.",
  },
  input_too_large: { what: "the prompt was too large", advice: "Give less text in the parameters, or split the step." },
  interrupted: {
    what: "the call was interrupted too often",
    advice: "The service stopped during the call, so its outcome is unknown. Start the run again.",
  },
  attested_fail: {
    what: "an operator attested failure",
    advice: "The attestation says why. Start the run again when the outside work is right.",
  },
  cancelled: { what: "the run was cancelled", advice: "The reason is on record. Start another run if it is still needed." },
} as const satisfies Record<FailureCode, FailureWords>;
