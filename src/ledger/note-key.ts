import { createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { assert } from "../domain/assert.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { cosignedMessage, cosignatureTime } from "./cosignature.ts";

/** Signature types of C2SP signed-note that we make and check: plain Ed25519, and the timestamped cosignature of a witness. */
export const keyTypes = { ed25519: 0x01, cosignature: 0x04 } as const;
export type KeyType = (typeof keyTypes)[keyof typeof keyTypes];

/** A key by which notes are checked. Name and id together say which signature line is its own. */
export interface VerifierKey {
  readonly name: string;
  readonly id: number;
  readonly type: KeyType;
  readonly publicKey: Uint8Array;
}

/** A key by which notes are signed. The private part is held by `sign` alone, so that printing a key shows no secret. */
export interface SignerKey {
  readonly verifier: VerifierKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** The same secret under another name or type. */
  readonly as: (change: { readonly name?: string; readonly type?: KeyType }) => SignerKey;
}

export const seedBytes = 32;
const publicKeyBytes = 32;
const signatureBytes = 64;
const secretPrefix = "PRIVATE+KEY+";
// The fixed head of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo (RFC 8410), before the 32 bytes.
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");

/** `name+id+base64(type || key)`, as golang.org/x/mod/sumdb/note writes it; null when it is not exactly that. */
export function parseVerifierKey(text: string): VerifierKey | null {
  const parts = partsOf(text);
  if (parts === null || parts.material.length !== publicKeyBytes) return null;
  const key = verifierOf(parts.name, parts.type, parts.material);
  return key.id === parts.id ? key : null;
}

export function formatVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${idText(id)}+${encodeBase64(Buffer.concat([Buffer.from([type]), publicKey]))}`;
}

/** `PRIVATE+KEY+name+id+base64(type || seed)`; null when it is not exactly that. */
export function parseSignerKey(text: string): SignerKey | null {
  if (!text.startsWith(secretPrefix)) return null;
  const parts = partsOf(text.slice(secretPrefix.length));
  if (parts === null || parts.material.length !== seedBytes) return null;
  const key = signerOf(parts.name, parts.type, parts.material);
  return key.verifier.id === parts.id ? key : null;
}

/** The text of a new signer key from 32 random bytes. It is a secret. */
export function formatSignerKey(name: string, type: KeyType, seed: Uint8Array): string {
  const { id } = signerOf(name, type, seed).verifier;
  return `${secretPrefix}${name}+${idText(id)}+${encodeBase64(Buffer.concat([Buffer.from([type]), seed]))}`;
}

/** Key names stand in a line between spaces and in a key between plus signs. */
export function isKeyName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControl(name);
}

/** True when `signature` is this key's over a note of `text`. */
export function isSignedBy(key: VerifierKey, text: string, signature: Uint8Array): boolean {
  const publicKey = createPublicKey({ key: Buffer.concat([spkiHead, key.publicKey]), format: "der", type: "spki" });
  if (key.type === keyTypes.ed25519) return signature.length === signatureBytes && verify(null, Buffer.from(text), publicKey, signature);
  const at = cosignatureTime(signature);
  return at !== null && verify(null, cosignedMessage(text, at), publicKey, signature.subarray(signature.length - signatureBytes));
}

function signerOf(name: string, type: KeyType, seed: Uint8Array): SignerKey {
  assert(isKeyName(name) && seed.length === seedBytes, "a signer key has a name without spaces and plus signs and a seed of 32 bytes");
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  return signerWith(secret, name, type);
}

function signerWith(secret: KeyObject, name: string, type: KeyType): SignerKey {
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  return {
    verifier: verifierOf(name, type, spki.subarray(spkiHead.length)),
    sign: (message) => sign(null, message, secret),
    as: (change) => signerWith(secret, change.name ?? name, change.type ?? type),
  };
}

function verifierOf(name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  const digest = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey]), "buffer");
  return { name, id: digest.readUInt32BE(0), type, publicKey };
}

function partsOf(
  text: string,
): { readonly name: string; readonly id: number; readonly type: KeyType; readonly material: Uint8Array } | null {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (name === undefined || id === undefined || key === undefined || !isKeyName(name)) return null;
  const bytes = decodeBase64(key);
  const type = Object.values(keyTypes).find((known) => known === bytes?.[0]);
  return bytes === null || type === undefined ? null : { name, id: Number.parseInt(id, 16), type, material: bytes.subarray(1) };
}

function idText(id: number): string {
  return id.toString(16).padStart(8, "0");
}

function hasControl(text: string): boolean {
  return /[\u0000-\u001f]/.test(text);
}
