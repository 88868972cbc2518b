import { challengeDigest } from "../../attestation/challenge.ts";
import { checkSignature, readSigned } from "../../attestation/check-attestation.ts";
import { keyIdOf, parsePublicKey } from "../../attestation/operator-key.ts";
import type { Meaning } from "../../attestation/statement.ts";
import type { SignatureRecord } from "../../domain/attestation.ts";
import type { Instant } from "../../domain/instant.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { readOwnJson } from "../../domain/read-json.ts";
import { parseSha256 } from "../../domain/sha256.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { contentOf } from "../recorded-run.ts";
import type { ArtifactIndex } from "../recorded-run.ts";
import { wordOf } from "../word.ts";

const decoder = new TextDecoder();

/** What an entry says of the signature under it; null when it says nothing of one. Without its envelope it never holds. */
export function recordedSignature(artifacts: ArtifactIndex, entry: Entry): SignatureRecord | null {
  const { signature } = entry.data;
  if (!isJsonObject(signature)) return null;
  const stored = contentOf(artifacts, entry, "envelope");
  const envelope = stored.type === "content" ? readOwnJson(decoder.decode(stored.content)) : {};
  return {
    key: parseSha256(wordOf(signature["key"])) ?? noKey,
    publicKey: wordOf(signature["public_key"]),
    nonce: wordOf(signature["nonce"]),
    register: Number(signature["register"]),
    envelope: isJsonObject(envelope) ? envelope : {},
  };
}

const noKey = parseSha256("0".repeat(64)) ?? keyIdOf(`ed25519:${"A".repeat(43)}`);

/**
 * Judges a recorded signature by the key that the record names and the run as it then stood. That the key was the
 * signer's, and in force, stands in the register at the place that the entry names.
 */
export function recordedSignatureFault(
  record: SignatureRecord,
  at: Instant,
  expected: { readonly signer: string; readonly about: JsonObject; readonly act: JsonObject; readonly meanings: readonly Meaning[] },
): string | null {
  const signed = readSigned(record.envelope);
  if (!signed.ok) return signed.error.detail;
  const { statement, envelope } = signed.value;
  const publicKey = parsePublicKey(record.publicKey);
  if (publicKey === null || keyIdOf(publicKey) !== record.key || envelope.keyId !== record.key)
    return "the key is not the one that is named";
  if (statement.challenge.nonce !== record.nonce) return "the challenge is not the one that is named";
  const { signer } = expected;
  const key = { id: record.key, subject: signer, printedName: statement.printedName, publicKey, enrolledAt: at, revokedAt: null };
  const issued = { digest: challengeDigest(statement.challenge), isAnswered: false };
  const checked = checkSignature(signed.value, { ...expected, key, issued, now: at });
  return checked.ok ? null : `${checked.error.code}: ${checked.error.detail}`;
}
