// The attestation room: what a person signs and how a signature is judged. It may import domain, ledger and node:crypto.
// Its invariant: nothing of an envelope is believed before its signature holds over the exact payload bytes that are read.
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { signatureFault } from "./signature-fault.ts";
import type { SignatureFault } from "./signature-fault.ts";

export const statementPayloadType = "application/vnd.in-toto+json";
/** A payload holds at most what a request body may hold; base64 adds a third. */
export const payloadBytesMax = 1_048_576;

/** A DSSE envelope (secure-systems-lab/dsse, v1.0.2) taken apart. Every member may come from an enemy. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/**
 * Takes an envelope apart. DSSE allows several signatures; ours is one act of one person, so exactly one is taken: a
 * second signature that nobody looks at would be shown to readers as if it had been verified.
 */
export function readEnvelope(value: Json): Result<Envelope, SignatureFault> {
  if (!isJsonObject(value)) return malformed("the envelope is not an object");
  const { payloadType, payload, signatures } = value;
  if (payloadType !== statementPayloadType) return malformed(`payloadType must be ${statementPayloadType}`);
  const content = typeof payload === "string" ? decodeBase64(payload) : null;
  if (content === null) return malformed("payload is not base64");
  if (content.length > payloadBytesMax) return malformed(`payload has more than ${payloadBytesMax} bytes`);
  if (!isJsonArray(signatures) || signatures.length !== 1) return malformed("signatures must hold exactly one signature");
  const [only] = signatures;
  if (!isJsonObject(only)) return malformed("the signature is not an object");
  const { keyid, sig } = only;
  if (typeof keyid !== "string" || keyid === "") return malformed("keyid is missing");
  const signature = typeof sig === "string" ? decodeBase64(sig) : null;
  if (signature === null || signature.length === 0) return malformed("sig is not base64");
  return ok({ payloadType, payload: content, keyId: keyid, signature });
}

/** The bytes that are signed: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`, lengths of bytes in decimal. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** The envelope as it is sent and stored; keys in the order of RFC 8785, so its JSON text is canonical. */
export function envelopeJson({ payloadType, payload, keyId, signature }: Envelope): {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
} {
  return { payload: encodeBase64(payload), payloadType, signatures: [{ keyid: keyId, sig: encodeBase64(signature) }] };
}

function malformed(detail: string): Result<never, SignatureFault> {
  return err(signatureFault("envelope_malformed", detail));
}

function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Standard or URL-safe base64, as DSSE allows; null for anything that is not its own encoding, so one content has one text. */
function decodeBase64(text: string): Uint8Array | null {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Buffer.from(standard, "base64");
  const again = bytes.toString("base64");
  return again === standard || again.replace(/=+$/, "") === standard ? bytes : null;
}
