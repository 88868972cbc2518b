import { checkSignature, readSigned } from "../attestation/check-attestation.ts";
import type { Signed } from "../attestation/check-attestation.ts";
import { envelopeJson } from "../attestation/envelope.ts";
import { parsePublicKey } from "../attestation/operator-key.ts";
import type { OperatorKey } from "../attestation/operator-key.ts";
import type { SignatureFault } from "../attestation/signature-fault.ts";
import type { Meaning } from "../attestation/statement.ts";
import type { SignatureRecord } from "../domain/attestation.ts";
import { present } from "../domain/assert.ts";
import type { Instant } from "../domain/instant.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { parseSha256 } from "../domain/sha256.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { OperatorKeyView } from "../domain/view.ts";
import { readIssued, readOperatorKey } from "../storage/read/signatures.ts";
import type { Runtime } from "./runtime.ts";

/** A signature with everything that has to be looked up to judge it, at one place of the register. */
export interface SignatureCase {
  readonly signed: Signed;
  readonly key: OperatorKey | null;
  readonly issued: Sha256 | null;
  readonly register: number;
  readonly now: Instant;
}

export interface Expected {
  readonly signer: string;
  readonly about: JsonObject;
  readonly act: JsonObject;
  readonly meanings: readonly Meaning[];
}

/** Null when there is no signature to judge. */
export async function openSignatureCase(runtime: Runtime, envelope: Json): Promise<Result<SignatureCase | null, Rejection>> {
  if (envelope === null) return ok(null);
  const signed = readSigned(envelope);
  if (!signed.ok) return err(rejectionOf(signed.error));
  const { db, register, tools } = runtime;
  // The register is read first: a key revoked after this is, on record, revoked after it.
  const entries = await register.entryCount();
  const keyId = parseSha256(signed.value.envelope.keyId);
  const [key, issued] = await Promise.all([
    keyId === null ? null : readOperatorKey(db, keyId),
    readIssued(db, signed.value.statement.challenge.nonce),
  ]);
  return ok({ signed: signed.value, key: key === null ? null : keyOf(key), issued, register: entries, now: tools.scribe.now() });
}

/** Judges a signature against what the run, as it stands, expects. Whether the challenge was answered before, `decide` knows. */
export function judgeSignature(subject: SignatureCase | null, expected: Expected): Result<SignatureRecord | null, Rejection> {
  if (subject === null) return ok(null);
  const { signed, key, issued, register, now } = subject;
  const checked = checkSignature(signed, { ...expected, key, issued: issued === null ? null : { digest: issued, isAnswered: false }, now });
  if (!checked.ok) return err(rejectionOf(checked.error));
  const { id, publicKey } = checked.value;
  const { nonce } = signed.statement.challenge;
  return ok({ key: id, publicKey, nonce, register, envelope: envelopeJson(signed.envelope) });
}

/** What was good once, or elsewhere, conflicts with the present state; everything else was never good. */
export function rejectionOf({ code, detail }: SignatureFault): Rejection {
  const isStale = code === "challenge_expired" || code === "challenge_answered" || code === "challenge_moved";
  return { code: isStale ? "signature_stale" : "signature_refused", detail: `${code}: ${detail}` };
}

function keyOf(view: OperatorKeyView): OperatorKey {
  return {
    id: view.id,
    subject: view.subject,
    printedName: view.printed_name,
    publicKey: present(parsePublicKey(view.public_key), "the public key of an enrolled key"),
    enrolledAt: view.enrolled_at,
    revokedAt: view.revoked_at,
  };
}
