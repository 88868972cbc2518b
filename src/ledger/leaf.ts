// The ledger room: the bytes of the record. It may import domain and `node:crypto` and nothing else. Its invariant: what
// is hashed here is byte for byte what is stored, sent and verified; nothing is ever rebuilt from a database's own types.
import { hash } from "node:crypto";
import { assert } from "../domain/assert.ts";
import type { Sha256 } from "../domain/sha256.ts";

const leafPrefix = 0x00;

/** The leaf hash of an entry: SHA-256(0x00 || body), as RFC 6962 section 2.1 has it. It is chain link and log leaf at once. */
export function leafOf(body: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(body.length + 1);
  prefixed[0] = leafPrefix;
  prefixed.set(body, 1);
  return hash("sha256", prefixed, "buffer");
}

/** Every salt is this long: a shorter one filled up with zeros would be the same key. */
export const saltBytes = 32;
const commitmentPrefix = Buffer.from("rm-artifact/1\n");

/**
 * The salted commitment of an artifact: HMAC-SHA-256(salt, "rm-artifact/1\n" || content), salt 32 random bytes. Binding
 * because SHA-256 is collision resistant; hiding because the salt is deleted together with the content.
 */
export function commitmentOf(salt: Uint8Array, content: Uint8Array): Sha256 {
  assert(salt.length === saltBytes, `a salt has ${saltBytes} bytes`);
  const inner = Buffer.allocUnsafe(blockBytes + commitmentPrefix.length + content.length);
  padKey(inner, salt, innerPad);
  inner.set(commitmentPrefix, blockBytes);
  inner.set(content, blockBytes + commitmentPrefix.length);
  const outer = Buffer.allocUnsafe(blockBytes + digestBytes);
  padKey(outer, salt, outerPad);
  outer.set(hash("sha256", inner, "buffer"), blockBytes);
  return hash("sha256", outer, "hex") as Sha256;
}

// HMAC by its definition (RFC 2104 section 2) on one-shot hashes: Node's own makes a key object each time, which costs 15 µs and
// more where this takes 2.
const digestBytes = 32;
const blockBytes = 64;
const innerPad = 0x36;
const outerPad = 0x5c;

/** The key of a block, shorter than it and so filled up with zeros, each byte combined with the pad. */
function padKey(block: Buffer, key: Uint8Array, pad: number): void {
  for (let index = 0; index < key.length; index += 1) block[index] = (key[index] ?? 0) ^ pad;
  block.fill(pad, key.length, blockBytes);
}

export function sha256Of(content: Uint8Array): Sha256 {
  return hash("sha256", content, "hex") as Sha256;
}
