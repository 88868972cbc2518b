import type { Role } from "./access.ts";
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
      /** SHA-256 of the secret: it was drawn from 256 random bits, so its digest gives nothing away. */
      readonly secretDigest: Sha256;
    }
  | { readonly kind: "token.revoked"; readonly token: string; readonly reason: string }
  /** The service was started so that whoever reaches it may do anything under any name. */
  | { readonly kind: "auth.disabled"; readonly host: string };

export type RegisterEventKind = RegisterEvent["kind"];

export const registerEventKinds = ["token.created", "token.revoked", "auth.disabled"] as const satisfies readonly RegisterEventKind[];
