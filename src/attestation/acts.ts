import type { Attestation, VerdictOnAttestation } from "../domain/attestation.ts";
import { canonicalBytes } from "../domain/canonical-json.ts";
import type { JsonObject } from "../domain/json.ts";
import { sha256Of } from "../ledger/leaf.ts";
import type { Meaning } from "./statement.ts";

// What a person puts their name to, member for member. Signer and judge both make it here, so that they cannot differ.

export function attestAct(attestation: Attestation, resume: boolean): JsonObject {
  return { type: "attest", ...attestationJson(attestation), resume };
}

export const attestMeanings: readonly Meaning[] = ["executed", "reviewed", "approved"];

export interface Verification {
  readonly by: string;
  readonly verdict: VerdictOnAttestation;
  readonly reason: string | null;
  readonly resume: boolean;
}

/** Names the attestation by its content, which whoever verifies it has read. */
export function verifyAct({ by, verdict, reason, resume }: Verification, attestation: Attestation): JsonObject {
  const attested = sha256Of(canonicalBytes(attestationJson(attestation)));
  return { type: "verify", verified_by: by, verdict, reason, attestation: attested, resume };
}

/** Whoever verifies did not do the work. */
export const verifyMeanings: readonly Meaning[] = ["reviewed", "approved"];

function attestationJson({ attested_by, outcome, notes, artifacts, output }: Attestation): JsonObject {
  return {
    attested_by,
    outcome,
    notes,
    artifacts: artifacts.map(({ name, uri, sha256, bytes }) => ({ name, uri, sha256, bytes })),
    output,
  };
}
