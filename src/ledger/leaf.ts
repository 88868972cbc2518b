// The ledger room: the bytes of the record. It may import domain and `node:crypto` and nothing else. Its invariant: what
// is hashed here is byte for byte what is stored, sent and verified; nothing is ever rebuilt from a database's own types.
import { createHmac, hash } from "node:crypto";
import type { Sha256 } from "../domain/sha256.ts";

const leafPrefix = 0x00;

/** The leaf hash of an entry: SHA-256(0x00 || body), as RFC 6962 section 2.1 has it. It is chain link and log leaf at once. */
export function leafOf(body: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(body.length + 1);
  prefixed[0] = leafPrefix;
  prefixed.set(body, 1);
  return hash("sha256", prefixed, "buffer");
}

const commitmentPrefix = Buffer.from("rm-artifact/1\n");

/**
 * The salted commitment of an artifact: HMAC-SHA-256(salt, "rm-artifact/1\n" || content), salt 32 random bytes. Binding
 * because SHA-256 is collision resistant; hiding because the salt is deleted together with the content.
 */
export function commitmentOf(salt: Uint8Array, content: Uint8Array): Sha256 {
  return createHmac("sha256", salt).update(commitmentPrefix).update(content).digest("hex") as Sha256;
}

export function sha256Of(content: Uint8Array): Sha256 {
  return hash("sha256", content, "hex") as Sha256;
}
