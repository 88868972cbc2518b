import { useState } from "react";
import { hexOf } from "./sha256.ts";

/** A key of 128 random bits. `randomUUID` is there for secure pages only, this is there for all. */
function freshKey(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * The Idempotency-Key of a form: the same for the same body, so that sending it again after a lost answer has no second
 * effect, and another as soon as something was changed.
 */
export function useIdempotencyKey(): (body: unknown) => Readonly<Record<string, string>> {
  const [sent] = useState(() => new Map<string, string>());
  return (body) => {
    const text = JSON.stringify(body);
    const key = sent.get(text) ?? freshKey();
    sent.set(text, key);
    return { "idempotency-key": key };
  };
}
