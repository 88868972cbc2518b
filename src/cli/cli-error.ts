import type { Issue } from "../domain/rejection.ts";
import type { Exit } from "./exit-codes.ts";

/** A command cannot go on. Says what is wrong under a stable code and, where there is something, what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exit: Exit;
  readonly code: string;
  readonly issues: readonly Issue[];
  readonly remedy: string | null;

  constructor(fields: CliErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.exit = fields.exit;
    this.code = fields.code;
    this.issues = fields.issues ?? [];
    this.remedy = fields.remedy ?? null;
  }
}

export interface CliErrorFields {
  readonly exit: Exit;
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
  readonly remedy?: string | null;
  readonly cause?: unknown;
}

export function usageError(message: string, remedy: string | null = null): CliError {
  return new CliError({ exit: "usage", code: "usage", message, remedy });
}
