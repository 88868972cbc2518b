// Stands for `node:crypto` in the browser's build of `reckoning-machine/verify`: what a verifier needs of it, and nothing else.
// Pure JavaScript, because the browser's own hashes answer later and a verifier that waits is another verifier.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Buffer } from "buffer/index.js";

const publicKeyBytes = 32;

/** Node's one-shot hash, for SHA-256. */
export function hash(algorithm: string, content: string | Uint8Array, encoding: "hex" | "buffer"): string | Buffer {
  if (algorithm !== "sha256") throw new TypeError(`${algorithm} is not part of this build`);
  const digest = Buffer.from(sha256(typeof content === "string" ? Buffer.from(content) : content));
  return encoding === "hex" ? digest.toString("hex") : digest;
}

interface PublicKey {
  readonly bytes: Uint8Array;
}

/** An Ed25519 key out of its SubjectPublicKeyInfo (RFC 8410), which ends with the 32 bytes. */
export function createPublicKey({ key }: { readonly key: Uint8Array }): PublicKey {
  return { bytes: key.subarray(key.length - publicKeyBytes) };
}

/** RFC 8032, as Node has it: no signature is taken that another strict verifier refuses. */
export function verify(_algorithm: null, message: Uint8Array, { bytes }: PublicKey, signature: Uint8Array): boolean {
  return ed25519.verify(signature, message, bytes, { zip215: false });
}

export const createPrivateKey = signs;
export const generateKeyPairSync = signs;
export const sign = signs;

function signs(): never {
  throw new TypeError("a verifier signs nothing");
}
