import { instantFromMicroseconds } from "../../domain/instant.ts";
import type { Instant } from "../../domain/instant.ts";

/** Times leave the database as integers of microseconds, because its own text form loses nothing but a driver's Date does. */
export function instantOf(microseconds: number): Instant {
  return instantFromMicroseconds(microseconds);
}

export function optionalInstant(microseconds: number | null): Instant | null {
  return microseconds === null ? null : instantFromMicroseconds(microseconds);
}
