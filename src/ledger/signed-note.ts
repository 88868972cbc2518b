import { assert } from "../domain/assert.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { cosignatureBytes, cosignatureTime, cosignedMessage } from "./cosignature.ts";
import { isKeyName, isSignedBy, keyTypes } from "./note-key.ts";
import type { SignerKey, VerifierKey } from "./note-key.ts";

/** A note as C2SP signed-note has it. Nothing in it may be believed before a known key's signature was checked. */
export interface SignedNote {
  /** With its final newline, without the blank line that follows. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

export type NoteFault =
  | { readonly code: "malformed"; readonly detail: string }
  | { readonly code: "wrong_signature"; readonly detail: string }
  | { readonly code: "no_known_signature"; readonly detail: string };

/** A note of which at least one known key's signature was checked, and none of a known key was wrong. */
export interface OpenedNote {
  readonly text: string;
  readonly signedBy: readonly { readonly key: VerifierKey; readonly atSeconds: number | null }[];
}

const noteCharactersMax = 1_000_000;
const signaturesMax = 100;
const keyIdBytes = 4;

export function openNote(note: string, keys: readonly VerifierKey[]): Result<OpenedNote, NoteFault> {
  const parsed = parseNote(note);
  if (parsed === null) return err({ code: "malformed", detail: "it is not a signed note" });
  const signedBy = new Map<VerifierKey, number | null>();
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = keys.find((known) => known.name === name && known.id === keyId);
    // Signatures of unknown keys, also under a known name, are for others to check.
    if (key === undefined) continue;
    if (!isSignedBy(key, parsed.text, signature)) return err({ code: "wrong_signature", detail: `the signature of ${name} is wrong` });
    if (!signedBy.has(key)) signedBy.set(key, key.type === keyTypes.cosignature ? cosignatureTime(signature) : null);
  }
  if (signedBy.size === 0) return err({ code: "no_known_signature", detail: "no known key has signed it" });
  return ok({ text: parsed.text, signedBy: [...signedBy].map(([key, atSeconds]) => ({ key, atSeconds })) });
}

/** Reads the form only. Bytes from outside are decoded with a fatal UTF-8 decoder first. */
export function parseNote(note: string): SignedNote | null {
  if (note.length > noteCharactersMax || !note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return null;
  // The text ends at the last blank line; it may hold others.
  const end = note.lastIndexOf("\n\n") + 1;
  if (end === 0 || !note.endsWith("\n")) return null;
  const lines = note.slice(end + 1, -1).split("\n");
  if (lines.length > signaturesMax) return null;
  const signatures = lines.map(parseSignatureLine);
  return signatures.every((line) => line !== null) ? { text: note.slice(0, end), signatures } : null;
}

export function parseSignatureLine(line: string): NoteSignature | null {
  const [, name, encoded] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.length <= keyIdBytes) return null;
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(keyIdBytes) };
}

/** `signatures` are whole lines, each with its newline. */
export function formatNote(text: string, signatures: readonly string[]): string {
  assert(text.endsWith("\n") && signatures.length > 0, "a signed note has a text that ends its last line, and a signature");
  return `${text}\n${signatures.join("")}`;
}

/** The signature line of a plain Ed25519 key. */
export function signText(text: string, key: SignerKey): string {
  assert(key.verifier.type === keyTypes.ed25519, "plain signatures are made by plain keys");
  return signatureLine(key.verifier, key.sign(Buffer.from(text)));
}

/** The signature line of a witness: that it saw this checkpoint at this time. */
export function cosignText(text: string, key: SignerKey, atSeconds: number): string {
  assert(key.verifier.type === keyTypes.cosignature, "cosignatures are made by cosignature keys");
  return signatureLine(key.verifier, cosignatureBytes(atSeconds, key.sign(cosignedMessage(text, atSeconds))));
}

function signatureLine({ name, id }: VerifierKey, signature: Uint8Array): string {
  const keyId = Buffer.alloc(keyIdBytes);
  keyId.writeUInt32BE(id);
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([keyId, signature]))}\n`;
}
