import type { FaultCode } from "../domain/fault.ts";
import type { Issue, Rejection, RejectionCode } from "../domain/rejection.ts";

/** What this room itself refuses, before the machine is asked. */
export type DoorCode =
  | "malformed_json"
  | "body_too_large"
  | "unsupported_media_type"
  | "method_not_allowed"
  | "not_found"
  | "not_in_log"
  | "misdirected_host"
  | "headers_too_large"
  | "request_timeout"
  | "too_many_requests"
  | "request_refused"
  | "range_not_satisfiable"
  | "unauthenticated"
  | "forbidden"
  | "cross_site"
  | "sign_in_refused"
  | "sign_in_unavailable"
  | "internal_error";

export type ProblemCode = RejectionCode | FaultCode | DoorCode;

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code with its status and title; a new code does not compile until it stands here. */
export const problemKinds = {
  invalid_input: { status: 422, title: "The input does not pass its checks" },
  task_not_found: { status: 404, title: "No such task" },
  manifest_not_found: { status: 404, title: "No such manifest" },
  run_not_found: { status: 404, title: "No such run" },
  step_run_not_found: { status: 404, title: "No such step of that run" },
  artifact_not_found: { status: 404, title: "No such artifact of that run" },
  name_taken: { status: 409, title: "The name is taken" },
  manifest_has_no_steps: { status: 409, title: "The manifest has no steps" },
  provider_not_configured: { status: 409, title: "A provider is not configured here" },
  run_not_waiting: { status: 409, title: "The run is not waiting" },
  step_not_waiting: { status: 409, title: "The step is not waiting" },
  step_not_attested: { status: 409, title: "The step is not attested" },
  run_not_ended: { status: 409, title: "The run has not ended" },
  run_on_hold: { status: 409, title: "The run is on hold" },
  run_not_on_hold: { status: 409, title: "The run is not on hold" },
  erasure_requested: { status: 409, title: "The erasure was asked for already" },
  erasure_not_requested: { status: 409, title: "Nobody asked for this erasure" },
  artifact_erased: { status: 409, title: "The artifact was erased" },
  run_is_terminal: { status: 409, title: "The run has ended" },
  attestation_incomplete: { status: 422, title: "The attestation does not meet its contract" },
  idempotency_key_reused: { status: 422, title: "The idempotency key belongs to another request" },
  run_moved: { status: 409, title: "Somebody else was faster" },
  command_out_of_place: { status: 409, title: "The command does not fit the run's state" },
  claims_another_name: { status: 403, title: "You cannot act as somebody else" },
  signature_required: { status: 422, title: "A signature is missing" },
  signature_refused: { status: 422, title: "The signature does not hold" },
  signature_stale: { status: 409, title: "The signature was for another moment or place" },
  attestation_pending: { status: 409, title: "An attestation waits to be verified" },
  nothing_to_verify: { status: 409, title: "No attestation waits to be verified" },
  duties_not_separate: { status: 403, title: "Another person must do this" },
  digest_mismatch: { status: 422, title: "These are not the bytes that were claimed" },
  upload_too_large: { status: 413, title: "The file is too large" },
  key_not_found: { status: 404, title: "No such key" },
  key_taken: { status: 409, title: "The key is enrolled already" },
  key_revoked: { status: 409, title: "The key is revoked already" },
  grants_to_self: { status: 403, title: "Nobody gives themselves a role" },
  token_not_found: { status: 404, title: "No such token" },
  token_revoked: { status: 409, title: "The token is revoked already" },
  database_unavailable: { status: 503, title: "The database is away" },
  database_conflict: { status: 503, title: "The database is busy" },
  database_refused: { status: 503, title: "The database refused the write" },
  schema_mismatch: { status: 503, title: "The database has another schema version" },
  record_unreadable: { status: 503, title: "A record cannot be read" },
  rollback_detected: { status: 503, title: "The database was rolled back" },
  overloaded: { status: 503, title: "Too much work waits" },
  shutting_down: { status: 503, title: "The server is stopping" },
  malformed_json: { status: 400, title: "The body is not acceptable JSON" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The media type is not supported" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  not_found: { status: 404, title: "There is nothing here" },
  not_in_log: { status: 404, title: "The log does not have it" },
  misdirected_host: { status: 421, title: "The Host is not this server" },
  headers_too_large: { status: 431, title: "The headers are too large" },
  request_timeout: { status: 408, title: "The request came too slowly" },
  too_many_requests: { status: 429, title: "Too many requests at once" },
  unauthenticated: { status: 401, title: "Say who you are" },
  cross_site: { status: 403, title: "Another site asks in your name" },
  sign_in_refused: { status: 403, title: "The sign-in is not taken" },
  sign_in_unavailable: { status: 503, title: "The identity provider is away" },
  forbidden: { status: 403, title: "You may not do this" },
  range_not_satisfiable: { status: 416, title: "The file has no such part" },
  request_refused: { status: 400, title: "The request cannot be understood" },
  internal_error: { status: 500, title: "This is a bug of the server" },
} as const satisfies Record<ProblemCode, ProblemKind>;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemKinds, code);
}

/** The body of a refusal: RFC 9457, with `code`, and with `detail` where FastAPI's clients look for it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly Issue[];
}

export function problem(
  code: ProblemCode,
  occurrence: { readonly detail: string; readonly instance: string; readonly errors?: readonly Issue[] },
): Problem {
  const { status, title } = problemKinds[code];
  const { detail, instance, errors } = occurrence;
  return { type: `/problems/${code}`, title, status, detail, instance, code, ...(errors === undefined ? {} : { errors }) };
}

/** A refusal on its way out of a handler. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: ProblemCode;
  readonly errors: readonly Issue[] | undefined;

  constructor(code: ProblemCode, detail: string, errors?: readonly Issue[]) {
    super(detail);
    this.code = code;
    this.errors = errors;
  }
}

export function refuse(rejection: Rejection): Refused {
  return new Refused(rejection.code, rejection.detail, "errors" in rejection ? rejection.errors : undefined);
}
