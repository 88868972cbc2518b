import type { Role } from "./access.ts";
import type { RunId, StepKey } from "./ids.ts";
import type { Instant } from "./instant.ts";
import type { Sha256 } from "./sha256.ts";

/**
 * What became true of people and of the service itself: the register, a chain of entries beside those of the runs.
 * Kinds are added, never edited.
 */
export type RegisterEvent =
  | {
      readonly kind: "token.created";
      readonly token: string;
      readonly subject: string;
      readonly roles: readonly Role[];
      readonly expiresAt: Instant;
      /** A session of a browser ends when it was not used for so long; null: a token for programs, which may rest. */
      readonly idleSeconds: number | null;
      /** SHA-256 of the secret: it was drawn from 256 random bits, so its digest gives nothing away. */
      readonly secretDigest: Sha256;
    }
  | { readonly kind: "token.revoked"; readonly token: string; readonly reason: string }
  | {
      readonly kind: "key.enrolled";
      readonly key: Sha256;
      readonly subject: string;
      readonly printedName: string;
      readonly publicKey: string;
      /** The key it takes the place of; null for a first one. */
      readonly replaces: Sha256 | null;
    }
  | { readonly kind: "key.revoked"; readonly key: Sha256; readonly reason: string }
  /** Somebody sent a signature that was not taken. `code` is one of `attestation/signature-fault.ts`, or of a rejection. */
  | {
      readonly kind: "signature.refused";
      readonly run: RunId;
      readonly step: StepKey;
      readonly by: string;
      readonly code: string;
      readonly key: string | null;
      readonly nonce: string | null;
    }
  /** The database was put back and lost entries of the log, which goes on under another name. `lostRoot` in base64. */
  | {
      readonly kind: "backup.restored";
      readonly origin: string;
      readonly acceptedBy: string;
      readonly reason: string;
      readonly keptSize: number;
      readonly lostSize: number;
      readonly lostRoot: string;
    }
  /** The service was started so that whoever reaches it may do anything under any name. */
  | { readonly kind: "auth.disabled"; readonly host: string };

export type RegisterEventKind = RegisterEvent["kind"];

export const registerEventKinds = [
  "token.created",
  "token.revoked",
  "key.enrolled",
  "key.revoked",
  "signature.refused",
  "backup.restored",
  "auth.disabled",
] as const satisfies readonly RegisterEventKind[];
