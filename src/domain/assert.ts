/** We are wrong: a rule of ours does not hold. Never caught and carried on from; the process logs it and stops. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** Stays on in production. The message names the thing, what was expected and what was found. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/** Closes a `switch` over a union: a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`a case nobody wrote was reached: ${JSON.stringify(value)}`);
}

/** The value, where the type allows its absence and our own rules do not. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new InvariantViolation(`${what} is missing`);
  return value;
}
