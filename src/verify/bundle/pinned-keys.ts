import type { VerifierKey } from "../../ledger/note-key.ts";
import { parseVerifierKey } from "../../ledger/note-key.ts";
import { err, ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";

/** Keys of a log and of witnesses that came to the reader by another way than the bundle. */
export type PinnedKeys = readonly VerifierKey[];

/** C2SP verifier keys as text; the first that is none is the refusal. */
export function parsePinnedKeys(texts: readonly string[]): Result<PinnedKeys, string> {
  const keys: VerifierKey[] = [];
  for (const text of texts) {
    const key = parseVerifierKey(text.trim());
    if (key === null) return err(text);
    keys.push(key);
  }
  return ok(keys);
}
