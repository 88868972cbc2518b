import type { Brand } from "./brand.ts";

/** A SHA-256 value as 64 lower-case hexadecimal digits. */
export type Sha256 = Brand<string, "Sha256">;

export function parseSha256(text: string): Sha256 | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Sha256) : null;
}
