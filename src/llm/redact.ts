import type { Secret } from "../domain/secret.ts";

/** Shorter keys are placeholders ("none", "not-needed") that may stand in an honest answer. */
const keyLengthMin = 16;
const asterisk = "*".charCodeAt(0);

/**
 * The bytes as they came, except that a provider which repeats our own key back does not get it onto the record: each
 * byte of the key becomes an asterisk, so the length and the JSON around it stay what they were.
 */
export function redactBytes(bytes: Uint8Array, secret: Secret | null): Uint8Array {
  const key = Buffer.from(secret?.reveal() ?? "", "latin1");
  if (key.length < keyLengthMin) return bytes;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = view.indexOf(key);
  if (at === -1) return bytes;
  const clean = Buffer.from(view);
  for (; at !== -1; at = view.indexOf(key, at + key.length)) clean.fill(asterisk, at, at + key.length);
  return clean;
}

/** Whether the text may stand in a header: visible ASCII, so no CR or LF can begin another header. */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+( +[\x21-\x7e]+)*$/.test(text);
}
