import { canonicalBytes, canonicalJson } from "../domain/canonical-json.ts";
import { parseInstant } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { decodeUtf8Strict, parseStrictJson } from "../domain/strict-json.ts";
import { sha256Of } from "../ledger/leaf.ts";
import { challengeDigest, challengeJson, readChallenge } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import { signatureFault } from "./signature-fault.ts";
import type { SignatureFault } from "./signature-fault.ts";

export const statementType = "https://in-toto.io/Statement/v1";
/** A tag URI (RFC 4151): names the predicate without claiming an address that would have to answer. */
export const predicateType = "tag:reckoning-machine,2026:attestation/1";

/** What a signature is given for (21 CFR 11.50): the work was done, looked at, or approved. */
export const meanings = ["executed", "reviewed", "approved"] as const;
export type Meaning = (typeof meanings)[number];

/** What a person puts their name to. */
export interface Statement {
  readonly challenge: Challenge;
  /** What is stated: the attestation, verification or release, member for member as it is sent beside the envelope. */
  readonly act: JsonObject;
  readonly meaning: Meaning;
  readonly printedName: string;
  readonly reason: string;
  /** The signer's own clock: a claim. */
  readonly signedAt: Instant;
}

/** The RFC 8785 bytes of the in-toto Statement v1 that says this. */
export function statementBytes(statement: Statement): Uint8Array {
  return canonicalBytes(statementJson(statement));
}

function statementJson({ challenge, act, meaning, printedName, reason, signedAt }: Statement): JsonObject {
  return {
    _type: statementType,
    subject: subjectsOf(challenge, act),
    predicateType,
    predicate: { act, challenge: challengeJson(challenge), meaning, printed_name: printedName, reason, signed_at: signedAt },
  };
}

/**
 * in-toto wants immutable subjects: the challenge, the act, and every file the act names with a digest, so that a tool
 * which knows in-toto and nothing of us can still match a file to its attestation.
 */
function subjectsOf(challenge: Challenge, act: JsonObject): readonly Json[] {
  const files = isJsonArray(act["artifacts"]) ? act["artifacts"] : [];
  return [
    { name: "challenge", digest: { sha256: challengeDigest(challenge) } },
    { name: "act", digest: { sha256: sha256Of(canonicalBytes(act)) } },
    ...files.flatMap((file) =>
      isJsonObject(file) && typeof file["name"] === "string" && typeof file["sha256"] === "string"
        ? [{ name: `artifact/${file["name"]}`, digest: { sha256: file["sha256"] } }]
        : [],
    ),
  ];
}

/** Reads signed bytes. Only the one canonical form is taken: what is shown to a reader is then exactly what was signed. */
export function readStatement(payload: Uint8Array): Result<Statement, SignatureFault> {
  const text = decodeUtf8Strict(payload);
  if (text === null) return malformed("the payload is not UTF-8");
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return malformed(`the payload is not acceptable JSON: ${parsed.error.detail}`);
  const value = parsed.value;
  if (!isJsonObject(value)) return malformed("the statement is not an object");
  if (value["_type"] !== statementType) return malformed(`_type must be ${statementType}`);
  if (value["predicateType"] !== predicateType) return malformed(`predicateType must be ${predicateType}`);
  const { predicate } = value;
  if (!isJsonObject(predicate)) return malformed("predicate is not an object");
  const statement = readPredicate(predicate);
  if (!statement.ok) return statement;
  // One comparison for every stray member, wrong subject and other spelling: the bytes are those we would have written.
  return canonicalJson(statementJson(statement.value)) === text
    ? statement
    : malformed("the statement has subjects or members that do not follow from its predicate, or is not in RFC 8785 form");
}

function readPredicate(predicate: JsonObject): Result<Statement, SignatureFault> {
  const { act, printed_name: printedName, reason, signed_at: signedAt } = predicate;
  const challenge = readChallenge(predicate["challenge"]);
  if (challenge === null) return malformed("predicate.challenge is not a challenge");
  if (!isJsonObject(act)) return malformed("predicate.act is not an object");
  const meaning = meanings.find((known) => known === predicate["meaning"]);
  if (meaning === undefined) return malformed(`predicate.meaning must be one of ${meanings.join(", ")}`);
  if (typeof printedName !== "string" || printedName === "") return malformed("predicate.printed_name is missing");
  if (typeof reason !== "string" || reason === "") return malformed("predicate.reason is missing");
  const at = typeof signedAt === "string" ? parseInstant(signedAt) : null;
  if (at === null) return malformed("predicate.signed_at is not RFC 3339 UTC with microseconds");
  return ok({ challenge, act, meaning, printedName, reason, signedAt: at });
}

function malformed(detail: string): Result<never, SignatureFault> {
  return err(signatureFault("statement_malformed", detail));
}
