export const faultCodes = [
  "database_unavailable",
  "database_conflict",
  "database_refused",
  "schema_mismatch",
  "record_unreadable",
  "rollback_detected",
  "overloaded",
  "shutting_down",
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** The world failed: never the caller's doing. Becomes a 503 problem, or a reason not to start. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
