import { Fault } from "../domain/fault.ts";
import type { FaultCode } from "../domain/fault.ts";

/** The five characters PostgreSQL gives an error (appendix A of its manual), or null when the error is not one of its. */
export function sqlstateOf(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

export const uniqueViolation = "23505";

/** Class or code to what it means for us. Whatever is missing here is a refusal by the database: our statement was wrong. */
const meanings: readonly (readonly [string, FaultCode])[] = [
  ["08", "database_unavailable"],
  ["57P0", "database_unavailable"],
  ["53300", "database_unavailable"],
  ["53", "database_refused"],
  ["58", "database_unavailable"],
  ["25006", "database_unavailable"],
  ["40", "database_conflict"],
  ["55P03", "database_conflict"],
  ["57014", "database_conflict"],
];

/** Any error of a query as a Fault with its cause kept. An error that PostgreSQL did not send means that it could not be reached. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const state = sqlstateOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (state === null) return new Fault("database_unavailable", `the database cannot be reached: ${message}`, { cause: error });
  const code = meanings.find(([prefix]) => state.startsWith(prefix))?.[1] ?? "database_refused";
  return new Fault(code, `the database answered ${state}: ${message}`, { cause: error });
}
