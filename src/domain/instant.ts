import type { Brand } from "./brand.ts";

/** A point in time as RFC 3339 text in UTC with microseconds, `2026-11-24T10:15:30.123456Z`: sorts as text. */
export type Instant = Brand<string, "Instant">;

export function parseInstant(text: string): Instant | null {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? (text as Instant) : null;
}

/** The instant `microseconds` after 1970-01-01T00:00:00Z. */
export function instantFromMicroseconds(microseconds: number): Instant {
  const whole = Math.floor(microseconds / 1000);
  const rest = Math.floor(microseconds - whole * 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(rest).padStart(3, "0")}Z` as Instant;
}

/** Microseconds since 1970-01-01T00:00:00Z. */
export function microsecondsOf(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23)}Z`) * 1000 + Number(instant.slice(23, 26));
}

export function instantAfter(instant: Instant, milliseconds: number): Instant {
  return instantFromMicroseconds(microsecondsOf(instant) + milliseconds * 1000);
}
