import type { FastifyRequest } from "fastify";
import { Refused } from "./problems.ts";

const keyCharactersMax = 255;
const waitSecondsMax = 60;

/** The client's Idempotency-Key, or null: 1 to 255 printable ASCII characters. */
export function idempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && key.length <= keyCharactersMax && /^[\x21-\x7e]+$/.test(key)) return key;
  const errors = [{ pointer: "", detail: `Idempotency-Key must be 1 to ${keyCharactersMax} printable ASCII characters` }];
  throw new Refused("invalid_input", "the Idempotency-Key header is not acceptable", errors);
}

/** Seconds of `Prefer: wait=N`, at most 60; null when there is no such preference. A preference that cannot be read is ignored (RFC 7240). */
export function waitSeconds(request: FastifyRequest): number | null {
  const prefer = request.headers["prefer"];
  const wait = /(?:^|[,;\s])wait\s*=\s*"?([0-9]{1,6})"?(?:$|[,;\s])/i.exec(Array.isArray(prefer) ? prefer.join(",") : (prefer ?? ""));
  return wait === null ? null : Math.min(Number(wait[1]), waitSecondsMax);
}
