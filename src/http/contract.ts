// The HTTP room: doors to the machine and nothing behind them. It may import domain, runtime (types and uses), storage/read
// types and telemetry. Its invariant: requests are checked against the schemas below, answers are those of
// `schema/components.ts`, and the OpenAPI document is generated from these same objects.
import { Type } from "typebox";
import type { Static } from "typebox";
import { roles, tokenDaysDefault, tokenDaysMax } from "../domain/access.ts";
import { verdictsOnAttestations } from "../domain/attestation.ts";
import type { JsonObject } from "../domain/json.ts";
import { runStatuses } from "../domain/run.ts";
import { artifactPlace, closed, json, jsonObject, nullable, sha256, uuid, uuidPattern } from "./schema/words.ts";

/** No control characters, something visible. Linear: the look-ahead refuses nothing but blanks, and neither part can be tried at more than one place. */
const visibleLine = "^(?! *$)[^\\u0000-\\u001f\\u007f]*$";

/** A person's name as it is written into the record. */
const personName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: visibleLine,
  description: "Whoever does this, as it is written into the record.",
});

/** Needed where nobody has to say who they are; elsewhere it is the caller's own name or left away. */
const actsAs = Type.Optional(personName);

/** Its payload says what this body says (docs/format/attestation.md). */
const signature = Type.Optional(
  nullable(Type.Unsafe<JsonObject>({ ...jsonObject, description: "A DSSE envelope over this act, by the person's own key." })),
);

export const startRunBody = Type.Object(
  { manifest_id: uuid, initiated_by: Type.Optional(nullable(personName)), run_params: Type.Optional(nullable(jsonObject)) },
  { ...closed, title: "Start a run" },
);

export const attestBody = Type.Object(
  {
    attested_by: actsAs,
    outcome: Type.Enum(["SUCCESS", "FAIL"]),
    notes: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
    artifacts: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 200 }),
            uri: Type.String({ minLength: 1, maxLength: 2_000, description: "Stored, never fetched." }),
            sha256: Type.Optional(nullable(sha256)),
            bytes: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }))),
          },
          closed,
        ),
        { maxItems: 200 },
      ),
    ),
    output: Type.Optional(json),
    signature,
    resume: Type.Optional(Type.Boolean({ default: false, description: "Hand the run back to a worker in the same commit." })),
  },
  { ...closed, title: "Attest a compute step" },
);

export const resumeBody = Type.Object({ initiated_by: Type.Optional(nullable(personName)) }, { ...closed, title: "Resume a run" });

export const cancelBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2_000 }), cancelled_by: actsAs },
  { ...closed, title: "Cancel a run" },
);

const reason = Type.String({ minLength: 1, maxLength: 2_000 });
/** The law or duty that an erasure rests on. It stays when the content is gone, so it names no person. */
const legalBasis = Type.String({ minLength: 1, maxLength: 200, pattern: visibleLine, examples: ["GDPR Art. 17(1)(a)"] });

export const requestErasureBody = Type.Object(
  { artifact: artifactPlace, legal_basis: legalBasis, reason, requested_by: actsAs },
  { ...closed, title: "Ask for an erasure" },
);
export const approveErasureBody = Type.Object({ approved_by: actsAs }, { ...closed, title: "Approve an erasure" });
export const placeHoldBody = Type.Object({ reason, held_by: actsAs }, { ...closed, title: "Place a run on hold" });
export const releaseHoldBody = Type.Object({ reason, released_by: actsAs }, { ...closed, title: "Lift a hold" });

export const verifyBody = Type.Object(
  {
    verified_by: actsAs,
    verdict: Type.Enum([...verdictsOnAttestations]),
    reason: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 2_000, description: "Needed for a rejection." }))),
    signature,
    resume: Type.Optional(Type.Boolean({ default: false, description: "Hand the run back to a worker if this was the last word needed." })),
  },
  { ...closed, title: "Verify an attestation" },
);

export const challengeBody = Type.Object({ to: actsAs }, { ...closed, title: "Ask for a challenge" });

export const enrollKeyBody = Type.Object(
  {
    subject: personName,
    printed_name: personName,
    public_key: Type.String({ pattern: "^ed25519:[A-Za-z0-9_-]{43}$", description: "ed25519: and the 32 bytes of the key in base64url." }),
    replaces: Type.Optional(nullable(sha256)),
  },
  { ...closed, title: "Enrol a key" },
);

export const revokeKeyBody = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 2_000 }) }, { ...closed, title: "Revoke a key" });

export type VerifyBody = Static<typeof verifyBody>;
export type ChallengeBody = Static<typeof challengeBody>;
export type EnrollKeyBody = Static<typeof enrollKeyBody>;
export type RevokeKeyBody = Static<typeof revokeKeyBody>;

export const createTokenBody = Type.Object(
  {
    subject: personName,
    roles: Type.Array(Type.Enum([...roles]), { minItems: 1, maxItems: roles.length, uniqueItems: true }),
    expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: tokenDaysMax, default: tokenDaysDefault })),
  },
  { ...closed, title: "Give out a token" },
);

export const revokeTokenBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2_000 }) },
  { ...closed, title: "Revoke a token" },
);

export type CreateTokenBody = Static<typeof createTokenBody>;
export type RevokeTokenBody = Static<typeof revokeTokenBody>;
export type StartRunBody = Static<typeof startRunBody>;
export type AttestBody = Static<typeof attestBody>;
export type ResumeBody = Static<typeof resumeBody>;
export type RequestErasureBody = Static<typeof requestErasureBody>;
export type ApproveErasureBody = Static<typeof approveErasureBody>;
export type PlaceHoldBody = Static<typeof placeHoldBody>;
export type ReleaseHoldBody = Static<typeof releaseHoldBody>;
export type CancelBody = Static<typeof cancelBody>;

/** Header names are matched without regard to case; no header is refused for being there. */
const idempotencyKey = Type.Optional(
  Type.String({
    pattern: "^[\\u0021-\\u007e]{1,255}$",
    description: "The same key and body have one effect and one answer; the same key with another body is refused (422).",
  }),
);
const prefer = Type.Optional(
  Type.String({
    description: "`wait=N` holds the answer back until the run rests, at most N seconds, at most 60 (RFC 7240).",
    examples: ["wait=20"],
  }),
);
export const keyHeaders = Type.Object({ "idempotency-key": idempotencyKey });
export const commandHeaders = Type.Object({ "idempotency-key": idempotencyKey, prefer });
export const lastEventHeaders = Type.Object({
  "last-event-id": Type.Optional(Type.String({ description: "`id` of the last event that was received; what follows it is sent." })),
});

/** Query values arrive as text; their patterns are their types. */
const countText = Type.String({ pattern: "^[0-9]{1,9}$" });
const limit = Type.Optional(
  Type.String({ pattern: "^[0-9]{1,9}$", description: "Most items of the page: 50 when left out, 500 at most." }),
);
export const idParams = Type.Object({ id: uuid });
export const versionParams = Type.Object({ id: uuid, version: Type.String({ pattern: "^[1-9][0-9]{0,8}$" }) });
export const attestParams = Type.Object({ id: uuid, step_run_id: uuid });
export const artifactParams = Type.Object({ id: uuid, artifact: artifactPlace });
export const limitQuery = Type.Object({ limit }, closed);
export const proofParams = Type.Object({ id: uuid, seq: countText });
export const pageQuery = Type.Object(
  { limit, cursor: Type.Optional(Type.String({ maxLength: 1_000, pattern: "^[^\\u0000]*$", description: "Name to go on after." })) },
  closed,
);
export const uploadParams = Type.Object({ id: uuid });
export const uploadHeaders = Type.Object({
  "content-digest": Type.Optional(
    Type.String({
      description: "What the SHA-256 of the body must be (RFC 9530).",
      examples: ["sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"],
    }),
  ),
});
export const rangeHeaders = Type.Object({
  range: Type.Optional(Type.String({ description: "One range of bytes (RFC 9110 section 14).", examples: ["bytes=1048576-"] })),
});
export const keyParams = Type.Object({ key: sha256 });
export const keysQuery = Type.Object({ limit, cursor: Type.Optional(sha256) }, closed);
export const tokensQuery = Type.Object({ limit, cursor: Type.Optional(uuid) }, closed);
export const versionsQuery = Type.Object({ limit, cursor: Type.Optional(countText) }, closed);
export const entriesQuery = Type.Object({ limit, after: Type.Optional(countText) }, closed);
export const statsQuery = Type.Object(
  { days: Type.Optional(Type.String({ pattern: "^[0-9]{1,4}$", description: "14 when left out, 90 at most." })) },
  closed,
);
const moment = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$",
  description: "RFC 3339; seconds may be left out.",
  examples: ["2026-11-24T10:15:30Z"],
});
export const runsQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum([...runStatuses])),
    manifest_id: Type.Optional(uuid),
    initiated_by: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "Who started it, exactly as it is on record." })),
    created_from: Type.Optional(moment),
    created_to: Type.Optional(moment),
    limit,
    cursor: Type.Optional(Type.String({ pattern: uuidPattern, maxLength: 36, description: "Run to go on after." })),
  },
  closed,
);
