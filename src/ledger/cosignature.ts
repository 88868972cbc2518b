import { assert } from "../domain/assert.ts";

// C2SP tlog-cosignature, Ed25519 (signature type 0x04): an 8-byte time in seconds, then the 64 bytes of the signature.
const timeBytes = 8;
const signatureBytes = 64;

/** The bytes a witness signs: that it saw this checkpoint, consistent with all before it, at this time. */
export function cosignedMessage(checkpointText: string, atSeconds: number): Buffer {
  assert(Number.isSafeInteger(atSeconds) && atSeconds >= 0, "a cosignature's time is in whole seconds since 1970");
  return Buffer.from(`cosignature/v1\ntime ${atSeconds}\n${checkpointText}`);
}

export function cosignatureBytes(atSeconds: number, signature: Uint8Array): Buffer {
  assert(signature.length === signatureBytes, "an Ed25519 signature has 64 bytes");
  const time = Buffer.alloc(timeBytes);
  time.writeBigUInt64BE(BigInt(atSeconds));
  return Buffer.concat([time, signature]);
}

/** The time a cosignature names, in seconds since 1970; null when the bytes are none, or name a time past 2^53 - 1. */
export function cosignatureTime(bytes: Uint8Array): number | null {
  if (bytes.length !== timeBytes + signatureBytes) return null;
  const seconds = Buffer.from(bytes).readBigUInt64BE(0);
  return seconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seconds) : null;
}
