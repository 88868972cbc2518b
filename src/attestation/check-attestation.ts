import { canonicalJson } from "../domain/canonical-json.ts";
import type { Instant } from "../domain/instant.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { challengeDigest } from "./challenge.ts";
import { preAuthEncoding, readEnvelope } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import { holds } from "./operator-key.ts";
import type { OperatorKey } from "./operator-key.ts";
import { signatureFault } from "./signature-fault.ts";
import type { SignatureFault, SignatureFaultCode } from "./signature-fault.ts";
import { readStatement } from "./statement.ts";
import type { Meaning, Statement } from "./statement.ts";

/** An envelope whose form is right. Nothing in it is believed yet. */
export interface Signed {
  readonly envelope: Envelope;
  readonly statement: Statement;
}

export function readSigned(value: Json): Result<Signed, SignatureFault> {
  const envelope = readEnvelope(value);
  if (!envelope.ok) return envelope;
  const statement = readStatement(envelope.value.payload);
  return statement.ok ? ok({ envelope: envelope.value, statement: statement.value }) : statement;
}

/** What must be true of a signature here and now. */
export interface Expectation {
  /** Who asks, as they were authenticated. */
  readonly signer: string;
  /** The key the envelope names, if it was ever enrolled, as it stands at this place in the log. */
  readonly key: OperatorKey | null;
  /** What was issued under the statement's nonce, if anything was. */
  readonly issued: { readonly digest: Sha256; readonly isAnswered: boolean } | null;
  /** What the signature has to be about. */
  readonly about: JsonObject;
  /** What was sent beside the envelope. */
  readonly act: JsonObject;
  readonly meanings: readonly Meaning[];
  readonly now: Instant;
}

/** Null when the signature is this person's, fresh, and given for exactly this; else the first thing that is wrong. */
export function checkSignature({ envelope, statement }: Signed, expected: Expectation): Result<OperatorKey, SignatureFault> {
  const { key, signer } = expected;
  if (key === null) return no("key_unknown", `no key ${envelope.keyId} is enrolled`);
  if (key.subject !== signer) return no("key_of_another", `key ${key.id} is not ${signer}'s`);
  if (key.revokedAt !== null) return no("key_revoked", `key ${key.id} was revoked at ${key.revokedAt}`);
  if (!holds(key.publicKey, preAuthEncoding(envelope.payloadType, envelope.payload), envelope.signature))
    return no("signature_invalid", `the signature does not hold under key ${key.id}`);
  if (statement.printedName !== key.printedName)
    return no("name_mismatch", `key ${key.id} was enrolled with the printed name ${JSON.stringify(key.printedName)}`);
  const fault = challengeFault(statement, expected) ?? contentFault(statement, expected);
  return fault === null ? ok(key) : err(fault);
}

function challengeFault({ challenge }: Statement, { issued, signer, about, now }: Expectation): SignatureFault | null {
  if (issued === null || issued.digest !== challengeDigest(challenge))
    return signatureFault("challenge_unknown", "this challenge was not issued here: ask for one and sign that");
  if (challenge.to !== signer) return signatureFault("challenge_of_another", `the challenge was issued to ${challenge.to}`);
  if (!sameJson(challenge.about, about))
    return signatureFault("challenge_moved", "the challenge was issued for another run, step, contract, input or version");
  if (issued.isAnswered) return signatureFault("challenge_answered", "the challenge was answered before: each is good for one answer");
  return now <= challenge.deadline
    ? null
    : signatureFault("challenge_expired", `the challenge was to be answered before ${challenge.deadline}, it is ${now}`);
}

function contentFault({ act, meaning }: Statement, expected: Expectation): SignatureFault | null {
  if (!sameJson(act, expected.act)) return signatureFault("content_mismatch", "what was signed is not what was sent beside the signature");
  return expected.meanings.includes(meaning)
    ? null
    : signatureFault("meaning_mismatch", `the signature says ${meaning}; here it must say ${expected.meanings.join(" or ")}`);
}

function sameJson(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function no(code: SignatureFaultCode, detail: string): Result<never, SignatureFault> {
  return err(signatureFault(code, detail));
}
