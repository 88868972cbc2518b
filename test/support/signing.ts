import { present } from "../../src/domain/assert.ts";
import type { Attestation } from "../../src/domain/attestation.ts";
import { instantFromMicroseconds } from "../../src/domain/instant.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { attestAct } from "../../src/attestation/acts.ts";
import { readChallenge } from "../../src/attestation/challenge.ts";
import type { Challenge } from "../../src/attestation/challenge.ts";
import { envelopeJson } from "../../src/attestation/envelope.ts";
import { makeOperatorKey, openSigningKey } from "../../src/attestation/operator-key.ts";
import type { SigningKey } from "../../src/attestation/operator-key.ts";
import { signStatement } from "../../src/attestation/sign-statement.ts";
import type { Statement } from "../../src/attestation/statement.ts";
import type { Api } from "./api.ts";

export interface TestKey {
  readonly id: string;
  readonly signing: SigningKey;
  readonly printedName: string;
}

/** A fresh key, put on record as `subject`'s by a key custodian. */
export async function enrollKey(custodian: Api, subject: string, printedName: string): Promise<TestKey> {
  const pair = makeOperatorKey();
  const body = { subject, printed_name: printedName, public_key: pair.publicKey };
  const answer = await custodian.send<{ readonly id: string }>("POST", "/api/keys", body);
  if (answer.status !== 201) throw new Error(`the key was refused: ${JSON.stringify(answer.body)}`);
  return { id: answer.body.id, signing: present(openSigningKey(pair.privatePem), "a signing key"), printedName };
}

export async function challengeAt(api: Api, path: string): Promise<Challenge> {
  const answer = await api.send("POST", `${path}/challenge`, {});
  return present(readChallenge(answer.body), `a challenge, not ${JSON.stringify(answer.body)}`);
}

/** An envelope over an act, with anything about the statement changed. */
export function sign(key: TestKey, challenge: Challenge, act: JsonObject, change: Partial<Statement> = {}): JsonObject {
  const statement: Statement = {
    challenge,
    act,
    meaning: "executed",
    printedName: key.printedName,
    reason: "the totals match",
    signedAt: instantFromMicroseconds(Date.now() * 1000),
    ...change,
  };
  return envelopeJson(signStatement(key.signing, statement));
}

/** What `test/support/api.ts` attests, as it stands in an act. */
export function attestationBy(name: string): Attestation {
  const artifacts = [{ name: "model", uri: "file:///model.csv", sha256: "a".repeat(64) as never, bytes: 10 }];
  return { attested_by: name, outcome: "SUCCESS", notes: null, artifacts, output: null };
}

/** The body of an attestation with its signature. */
export function signedBody(key: TestKey, challenge: Challenge, change: Partial<Statement> = {}): JsonObject {
  const attestation = attestationBy(challenge.to);
  const { attested_by, outcome, artifacts } = attestation;
  const signature = sign(key, challenge, attestAct(attestation, false), change);
  return { attested_by, outcome, artifacts: artifacts.map((item) => ({ ...item })), signature };
}
