import { readFile } from "node:fs/promises";
import { readChallenge } from "../attestation/challenge.ts";
import type { Challenge } from "../attestation/challenge.ts";
import { envelopeJson } from "../attestation/envelope.ts";
import { keyIdOf, openSigningKey } from "../attestation/operator-key.ts";
import type { SigningKey } from "../attestation/operator-key.ts";
import { signStatement } from "../attestation/sign-statement.ts";
import { meanings } from "../attestation/statement.ts";
import type { Meaning } from "../attestation/statement.ts";
import { instantFromMicroseconds } from "../domain/instant.ts";
import { isJsonObject } from "../domain/json.ts";
import type { JsonObject } from "../domain/json.ts";
import { allOf } from "./all-pages.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { Session } from "./session.ts";
import { textOf } from "./wire.ts";

/** The options of an act that may be signed. */
export interface SigningOptions {
  readonly key?: string;
  readonly meaning?: string;
  readonly reason?: string;
}

/** A key that is open, and the name it is enrolled under. */
export interface Signer {
  readonly key: SigningKey;
  readonly printedName: string;
  readonly meaning: Meaning;
}

/** Opens the person's key and finds under which name it signs; null when nothing is to be signed. */
export async function openSigner(session: Session, options: SigningOptions, meaning: Meaning): Promise<Signer | null> {
  if (options.key === undefined) return null;
  const key = await readSigningKey(options.key);
  const id = keyIdOf(key.publicKey);
  const enrolled = (await allOf(session.client, "/api/keys")).find((item) => isJsonObject(item) && item["id"] === id);
  if (!isJsonObject(enrolled)) {
    throw new CliError({
      exit: "error",
      code: "key_unknown",
      message: `the key in ${options.key} (${id}) is not enrolled at this server`,
      remedy: `have a key custodian enrol it: reckon key enroll --name NAME --printed-name "FULL NAME" --public-key ${key.publicKey}`,
    });
  }
  return { key, printedName: textOf(enrolled["printed_name"]), meaning: meaningOf(options.meaning, meaning) };
}

/** Asks the server what to sign at this step, in whose name. */
export async function askForChallenge(session: Session, stepPath: string, to: string | undefined): Promise<Challenge> {
  const challenge = readChallenge(await session.client.post(`${stepPath}/challenge`, to === undefined ? {} : { to }));
  if (challenge !== null) return challenge;
  throw new CliError({ exit: "error", code: "answer_unreadable", message: "the server's challenge is not one that this version knows" });
}

export function signAct(signer: Signer, challenge: Challenge, said: { readonly act: JsonObject; readonly reason: string }): JsonObject {
  const { key, printedName, meaning } = signer;
  const signedAt = instantFromMicroseconds(Date.now() * 1000);
  return envelopeJson(signStatement(key, { challenge, ...said, meaning, printedName, signedAt }));
}

export async function readSigningKey(path: string): Promise<SigningKey> {
  let pem: string;
  try {
    pem = await readFile(path, "utf8");
  } catch (cause) {
    throw usageError(`cannot read the key file ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const key = openSigningKey(pem);
  if (key === null) throw usageError(`${path} holds no Ed25519 private key in PEM`, "make one with: reckon key create FILE");
  return key;
}

function meaningOf(text: string | undefined, otherwise: Meaning): Meaning {
  if (text === undefined) return otherwise;
  const meaning = meanings.find((known) => known === text);
  if (meaning === undefined) throw usageError(`--meaning must be one of ${meanings.join(", ")}, found ${text}`);
  return meaning;
}
