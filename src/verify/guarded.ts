import { InvariantViolation } from "../domain/assert.ts";

export type Guarded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** An enemy's bytes may break any assumption of our own code; here that is a finding, not a failure of ours. */
export function guarded<T>(work: () => T): Guarded<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof InvariantViolation || error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return { ok: false, why: error.message };
    throw error;
  }
}
