import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Instant } from "../domain/instant.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { sha256Of } from "../ledger/leaf.ts";

/** A person's Ed25519 key as the service knows it: the public half, and what was put on record about it. */
export interface OperatorKey {
  /** SHA-256 of the SubjectPublicKeyInfo, as in-toto and sigstore name keys. */
  readonly id: Sha256;
  readonly subject: string;
  /** How the person is named beside a signature (21 CFR 11.50). */
  readonly printedName: string;
  readonly publicKey: PublicKeyText;
  readonly enrolledAt: Instant;
  readonly revokedAt: Instant | null;
}

/** `ed25519:` and the 32 bytes of the key in base64url. */
export type PublicKeyText = `ed25519:${string}`;

const prefix = "ed25519:";
const keyBytes = 32;
/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 section 4) up to the key itself. */
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");

/** The text form of a public key, or null when the text is not one. */
export function parsePublicKey(text: string): PublicKeyText | null {
  if (!text.startsWith(prefix)) return null;
  const bytes = Buffer.from(text.slice(prefix.length), "base64url");
  return bytes.length === keyBytes && publicKeyText(bytes) === text ? publicKeyText(bytes) : null;
}

export function keyIdOf(key: PublicKeyText): Sha256 {
  return sha256Of(spkiOf(key));
}

/** Whether `signature` is this key's over `message`. Never throws: whatever is wrong with it, it does not hold. */
export function holds(key: PublicKeyText, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, message, createPublicKey({ key: spkiOf(key), format: "der", type: "spki" }), signature);
}

/** A fresh key pair. The private half is PKCS #8 PEM, which openssl reads too; it never leaves the person's own file. */
export function makeOperatorKey(): { readonly privatePem: string; readonly publicKey: PublicKeyText } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privatePem: String(privateKey.export({ type: "pkcs8", format: "pem" })), publicKey: textOf(publicKey) };
}

export interface SigningKey {
  readonly publicKey: PublicKeyText;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** The signing half of a PEM file, or null when it holds no Ed25519 private key. */
export function openSigningKey(pem: string): SigningKey | null {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return null;
  }
  if (key.asymmetricKeyType !== "ed25519") return null;
  return { publicKey: textOf(createPublicKey(key)), sign: (message) => sign(null, message, key) };
}

function spkiOf(key: PublicKeyText): Buffer {
  return Buffer.concat([spkiHead, Buffer.from(key.slice(prefix.length), "base64url")]);
}

function textOf(key: KeyObject): PublicKeyText {
  return publicKeyText(key.export({ type: "spki", format: "der" }).subarray(spkiHead.length));
}

function publicKeyText(bytes: Uint8Array): PublicKeyText {
  return `${prefix}${Buffer.from(bytes).toString("base64url")}`;
}
