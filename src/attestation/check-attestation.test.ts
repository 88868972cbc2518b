import { createPublicKey } from "node:crypto";
import { toSignedEntity, Verifier } from "@sigstore/verify";
import { describe, expect, test } from "vitest";
import { present } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { RunId, StepKey, StepRunId } from "../domain/ids.ts";
import type { Instant } from "../domain/instant.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { aboutStep, challengeDigest, readChallenge } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import { checkSignature, readSigned } from "./check-attestation.ts";
import type { Expectation } from "./check-attestation.ts";
import { envelopeJson, preAuthEncoding, statementPayloadType } from "./envelope.ts";
import { keyIdOf, makeOperatorKey, openSigningKey, parsePublicKey } from "./operator-key.ts";
import type { OperatorKey, SigningKey } from "./operator-key.ts";
import { signStatement } from "./sign-statement.ts";
import { readStatement, statementBytes } from "./statement.ts";
import type { Statement } from "./statement.ts";

const digest = (digit: string): Sha256 => digit.repeat(64) as Sha256;
const about = aboutStep({
  run: "01a19467-e800-7000-8000-000000000001" as RunId,
  step: "sheet" as StepKey,
  stepRun: "01a19467-e800-8000-8000-000000000002" as StepRunId,
  contract: digest("a"),
  upstream: new Map([["first" as StepKey, digest("b")]]),
  submission: null,
});
const act: JsonObject = {
  attested_by: "ada",
  outcome: "SUCCESS",
  notes: null,
  artifacts: [{ name: "model", uri: "file:///model.csv", sha256: digest("c"), bytes: 3 }],
  output: { total: 7 },
  resume: false,
};
const challenge: Challenge = {
  v: "rm-challenge/1",
  log: "reckoning-machine/test",
  about,
  to: "ada",
  nonce: "d".repeat(64),
  deadline: "2026-11-24T10:15:00.000000Z" as Instant,
};
const statement: Statement = {
  challenge,
  act,
  meaning: "executed",
  printedName: "Ada Lovelace",
  reason: "the model balances",
  signedAt: "2026-11-24T10:10:00.000000Z" as Instant,
};
const pair = makeOperatorKey();
const signer = present(openSigningKey(pair.privatePem), "the key that was just made");
const key: OperatorKey = {
  id: keyIdOf(pair.publicKey),
  subject: "ada",
  printedName: "Ada Lovelace",
  publicKey: pair.publicKey,
  enrolledAt: "2026-11-01T00:00:00.000000Z" as Instant,
  revokedAt: null,
};
const expected: Expectation = {
  signer: "ada",
  key,
  issued: { digest: challengeDigest(challenge), isAnswered: false },
  about,
  act,
  meanings: ["executed"],
  now: "2026-11-24T10:11:00.000000Z" as Instant,
};

/** What the check says of the statement when it was signed by `by` and is expected as changed. */
function verdict(change: { statement?: Partial<Statement>; expected?: Partial<Expectation>; by?: SigningKey } = {}): string {
  const envelope = envelopeJson(signStatement(change.by ?? signer, { ...statement, ...change.statement }));
  const signed = readSigned(envelope);
  if (!signed.ok) return signed.error.code;
  const checked = checkSignature(signed.value, { ...expected, ...change.expected });
  return checked.ok ? "holds" : checked.error.code;
}

describe("a signed statement", () => {
  test("that is fresh, of the right person and about the right step, holds", () => {
    expect(verdict()).toBe("holds");
  });

  test("is an envelope that sigstore verifies too, and an altered one is not", () => {
    const { payloadType, payload, signature } = signStatement(signer, statement);
    const trust = {
      certificateAuthorities: [],
      timestampAuthorities: [],
      tlogs: [],
      ctlogs: [],
      publicKey: () => ({ publicKey: createPublicKey(pair.privatePem), validFor: () => true }),
    };
    const verifier = new Verifier(trust, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 });
    const bundle = (body: Uint8Array) =>
      ({
        mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        content: {
          $case: "dsseEnvelope",
          dsseEnvelope: { payloadType, payload: Buffer.from(body), signatures: [{ keyid: key.id, sig: Buffer.from(signature) }] },
        },
        verificationMaterial: {
          content: { $case: "publicKey", publicKey: { hint: key.id } },
          tlogEntries: [],
          timestampVerificationData: { rfc3161Timestamps: [] },
        },
      }) as unknown as Parameters<typeof toSignedEntity>[0];
    expect(verifier.verify(toSignedEntity(bundle(payload)))).toBeDefined();
    expect(() => verifier.verify(toSignedEntity(bundle(Buffer.concat([payload, Buffer.from(" ")]))))).toThrow("signature");
  });

  test("names the challenge, the act and each file that has a digest as its subjects", () => {
    const { subject } = JSON.parse(Buffer.from(statementBytes(statement)).toString()) as { readonly subject: readonly Json[] };
    expect(subject).toMatchObject([
      { name: "challenge", digest: { sha256: challengeDigest(challenge) } },
      { name: "act" },
      { name: "artifact/model", digest: { sha256: digest("c") } },
    ]);
  });

  const bits = preAuthEncoding(statementPayloadType, statementBytes(statement)).length;
  test("breaks with every single bit of its payload or signature that is flipped", () => {
    const envelope = signStatement(signer, statement);
    let held = 0;
    for (const part of ["payload", "signature"] as const) {
      for (let bit = 0; bit < envelope[part].length * 8; bit += part === "payload" ? 37 : 1) {
        const flipped = Buffer.from(envelope[part]);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const signed = readSigned(envelopeJson({ ...envelope, [part]: flipped }));
        if (signed.ok && checkSignature(signed.value, expected).ok) held += 1;
      }
    }
    expect(bits).toBeGreaterThan(500);
    expect(held).toBe(0);
  });
});

describe("a signature is refused", () => {
  const other = present(openSigningKey(makeOperatorKey().privatePem), "another key");

  test.each([
    ["when nobody enrolled its key", { expected: { key: null } }, "key_unknown"],
    ["when its key belongs to somebody else", { expected: { key: { ...key, subject: "bob" } } }, "key_of_another"],
    ["when its key was revoked", { expected: { key: { ...key, revokedAt: challenge.deadline } } }, "key_revoked"],
    ["when another key made it", { by: other }, "signature_invalid"],
    ["when it prints another name", { statement: { printedName: "Ada Byron" } }, "name_mismatch"],
    ["when its challenge was never issued", { expected: { issued: null } }, "challenge_unknown"],
    [
      "when its challenge was altered, the deadline too",
      { statement: { challenge: { ...challenge, deadline: "2027-01-01T00:00:00.000000Z" as Instant } } },
      "challenge_unknown",
    ],
    ["when its challenge comes from another ledger", { statement: { challenge: { ...challenge, log: "elsewhere" } } }, "challenge_unknown"],
    [
      "when its challenge was issued to somebody else",
      {
        statement: { challenge: { ...challenge, to: "bob" } },
        expected: { issued: { digest: challengeDigest({ ...challenge, to: "bob" }), isAnswered: false } },
      },
      "challenge_of_another",
    ],
    ["when it was given for another run", { expected: { about: { ...about, run: "another" } } }, "challenge_moved"],
    ["when it was given for another step", { expected: { about: { ...about, step: "another" } } }, "challenge_moved"],
    ["when it was given for another contract", { expected: { about: { ...about, contract: digest("e") } } }, "challenge_moved"],
    ["when the step's input was another", { expected: { about: { ...about, upstream: { first: digest("e") } } } }, "challenge_moved"],
    [
      "when its challenge was answered before",
      { expected: { issued: { digest: challengeDigest(challenge), isAnswered: true } } },
      "challenge_answered",
    ],
    ["when its deadline has passed", { expected: { now: "2026-11-24T10:15:00.000001Z" as Instant } }, "challenge_expired"],
    ["when something else was sent with it", { expected: { act: { ...act, outcome: "FAIL" } } }, "content_mismatch"],
    ["when its meaning is another", { statement: { meaning: "reviewed" } }, "meaning_mismatch"],
  ] as const)("%s", (_, change, code) => {
    expect(verdict(change)).toBe(code);
  });
});

describe("a statement is malformed", () => {
  const value = JSON.parse(Buffer.from(statementBytes(statement)).toString()) as { readonly [name: string]: Json };
  const predicate = value["predicate"] as JsonObject;
  const text = (change: JsonObject): string => canonicalJson({ ...value, ...change });
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ["that is not UTF-8", Buffer.from([0xff, 0xfe])],
    ["that is not JSON", "{"],
    ["with a member given twice", text({}).replace('{"_type"', '{"_type":"x","_type"')],
    ["that is a list", "[]"],
    ["of another type", text({ _type: "https://in-toto.io/Statement/v0.1" })],
    ["with another predicate", text({ predicateType: "https://slsa.dev/provenance/v1" })],
    ["without predicate", text({ predicate: null })],
    ["without subjects", text({ subject: [] })],
    [
      "with a subject of its own",
      text({ subject: [...(value["subject"] as readonly Json[]), { name: "x", digest: { sha256: digest("f") } }] }),
    ],
    ["with a stray member", text({ more: 1 })],
    ["with a stray member in its predicate", text({ predicate: { ...predicate, more: 1 } })],
    ["that is not in canonical form", `${text({})} `],
    ["without challenge", text({ predicate: { ...predicate, challenge: null } })],
    ["without act", text({ predicate: { ...predicate, act: "SUCCESS" } })],
    ["with an unknown meaning", text({ predicate: { ...predicate, meaning: "seen" } })],
    ["without printed name", text({ predicate: { ...predicate, printed_name: "" } })],
    ["without reason", text({ predicate: { ...predicate, reason: "" } })],
    ["without a time", text({ predicate: { ...predicate, signed_at: "yesterday" } })],
  ];
  test.each(cases)("%s", (_, bytes) => {
    expect(readStatement(Buffer.from(bytes))).toMatchObject({ ok: false, error: { code: "statement_malformed" } });
  });
});

describe("a challenge", () => {
  const form = { ...challenge } as unknown as JsonObject;
  test.each([
    ["of another version", { ...form, v: "rm-challenge/2" }],
    ["with a stray member", { ...form, more: 1 }],
    ["without log", { ...form, log: null }],
    ["about nothing", { ...form, about: null }],
    ["to nobody", { ...form, to: 1 }],
    ["with a short nonce", { ...form, nonce: "dd" }],
    ["with a deadline that is no time", { ...form, deadline: "soon" }],
  ])("%s is none", (_, value) => {
    expect(readChallenge(form)).not.toBeNull();
    expect(readChallenge(value)).toBeNull();
  });
});

describe("a public key", () => {
  // RFC 8032 section 7.1, TEST 2: the public key, the message 72, and its signature.
  test("verifies the published signature of RFC 8032", async () => {
    const published = Buffer.from("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "hex");
    const signature = Buffer.from(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      "hex",
    );
    const { holds } = await import("./operator-key.ts");
    const text = present(parsePublicKey(`ed25519:${published.toString("base64url")}`), "the published key");
    expect(holds(text, Buffer.from("72", "hex"), signature)).toBe(true);
    expect(holds(text, Buffer.from("73", "hex"), signature)).toBe(false);
    expect(holds(text, Buffer.from("72", "hex"), signature.subarray(1))).toBe(false);
  });

  test("is named by the SHA-256 of its SubjectPublicKeyInfo, as openssl would compute it", async () => {
    const { hash } = await import("node:crypto");
    const spki = createPublicKey(pair.privatePem).export({ type: "spki", format: "der" });
    expect(keyIdOf(pair.publicKey)).toBe(hash("sha256", spki, "hex"));
  });

  test.each(["", "ed25519:", "ed25519:AAAA", `rsa:${"A".repeat(43)}`, `ed25519:${"A".repeat(42)}B`, `${pair.publicKey}=`])(
    "is none: %j",
    (text) => {
      expect(parsePublicKey(text)).toBeNull();
    },
  );

  test.each(["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])("no signing key is read from %j", (pem) => {
    expect(openSigningKey(pem)).toBeNull();
  });
});
