import type { Json, JsonObject } from "./json.ts";
import type { Sha256 } from "./sha256.ts";

/** What an operator says was produced outside. A `uri` is stored, never fetched. */
export interface AttestedArtifact {
  readonly name: string;
  readonly uri: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** What a person's own key put under an act, and how it was judged when it was taken (`attestation/check-attestation.ts`). */
export interface SignatureRecord {
  /** Id of the key, and its public half, so that a stranger can check the signature without asking us. */
  readonly key: Sha256;
  readonly publicKey: string;
  /** Nonce of the challenge it answers: a challenge is good for one answer. */
  readonly nonce: string;
  /** Entries of the register when it was judged: the key was enrolled by one of them, and revoked by none. */
  readonly register: number;
  /** The DSSE envelope. */
  readonly envelope: JsonObject;
}

/** How sure the record is of who acted, the weakest first: a name that anybody could have given, a token, the person's own key. */
export const signatureClasses = ["anonymous", "token", "signed"] as const;
export type SignatureClass = (typeof signatureClasses)[number];

export function signatureClassOf(credential: string | null, isSigned: boolean): SignatureClass {
  if (isSigned) return "signed";
  return credential === null ? "anonymous" : "token";
}

export const verdictsOnAttestations = ["VERIFIED", "REJECTED"] as const;
export type VerdictOnAttestation = (typeof verdictsOnAttestations)[number];

/** An operator's statement on one waiting compute step. */
export interface Attestation {
  readonly attested_by: string;
  readonly outcome: "SUCCESS" | "FAIL";
  readonly notes: string | null;
  readonly artifacts: readonly AttestedArtifact[];
  /** Absent output is null. */
  readonly output: Json;
}
