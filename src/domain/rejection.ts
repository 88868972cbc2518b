/** One fault of a document or body: where (JSON Pointer) and what. */
export interface Issue {
  readonly pointer: string;
  readonly detail: string;
}

/** A lawful refusal. `http/problems.ts` maps each code to a status; the words are for the person who asked. */
export type Rejection =
  | { readonly code: "invalid_input"; readonly detail: string; readonly errors: readonly Issue[] }
  | { readonly code: "task_not_found"; readonly detail: string }
  | { readonly code: "manifest_not_found"; readonly detail: string }
  | { readonly code: "run_not_found"; readonly detail: string }
  | { readonly code: "step_run_not_found"; readonly detail: string }
  | { readonly code: "artifact_not_found"; readonly detail: string }
  | { readonly code: "name_taken"; readonly detail: string }
  | { readonly code: "manifest_has_no_steps"; readonly detail: string }
  /** A task of the manifest asks for a provider that this process has no client for. */
  | { readonly code: "provider_not_configured"; readonly detail: string }
  | { readonly code: "run_not_waiting"; readonly detail: string }
  | { readonly code: "step_not_waiting"; readonly detail: string }
  | { readonly code: "step_not_attested"; readonly detail: string }
  | { readonly code: "run_is_terminal"; readonly detail: string }
  | { readonly code: "run_not_ended"; readonly detail: string }
  | { readonly code: "run_on_hold"; readonly detail: string }
  | { readonly code: "run_not_on_hold"; readonly detail: string }
  | { readonly code: "erasure_requested"; readonly detail: string }
  | { readonly code: "erasure_not_requested"; readonly detail: string }
  | { readonly code: "artifact_erased"; readonly detail: string }
  | { readonly code: "attestation_incomplete"; readonly detail: string; readonly errors: readonly Issue[] }
  | { readonly code: "idempotency_key_reused"; readonly detail: string }
  /** The run moved while the command was on its way; asking again may succeed. */
  | { readonly code: "run_moved"; readonly detail: string }
  /** The body names somebody else than the one who was let in. */
  | { readonly code: "claims_another_name"; readonly detail: string }
  /** The contract asks for a signature, and there is none. */
  | { readonly code: "signature_required"; readonly detail: string }
  /** A signature that does not hold, or was given for something else (`attestation/signature-fault.ts` says what). */
  | { readonly code: "signature_refused"; readonly detail: string }
  /** A signature that was good once, or elsewhere: its challenge has expired, was answered, or is another step's. */
  | { readonly code: "signature_stale"; readonly detail: string }
  /** The step has an attestation that others are to verify first. */
  | { readonly code: "attestation_pending"; readonly detail: string }
  | { readonly code: "nothing_to_verify"; readonly detail: string }
  /** Two acts on one object that one person must not do both, or not this person. */
  | { readonly code: "duties_not_separate"; readonly detail: string }
  /** The bytes that came are not those that were claimed. */
  | { readonly code: "digest_mismatch"; readonly detail: string }
  | { readonly code: "upload_too_large"; readonly detail: string }
  | { readonly code: "key_not_found"; readonly detail: string }
  | { readonly code: "key_taken"; readonly detail: string }
  | { readonly code: "key_revoked"; readonly detail: string }
  | { readonly code: "grants_to_self"; readonly detail: string }
  | { readonly code: "token_not_found"; readonly detail: string }
  | { readonly code: "token_revoked"; readonly detail: string }
  /** `decide` was handed a command that does not fit the run's state; a client cannot cause it. */
  | { readonly code: "command_out_of_place"; readonly detail: string };

export type RejectionCode = Rejection["code"];
