import type { Json } from "./json.ts";

/** What an operator says was produced outside. A `uri` is stored, never fetched. */
export interface AttestedArtifact {
  readonly name: string;
  readonly uri: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** An operator's statement on one waiting compute step. */
export interface Attestation {
  readonly attested_by: string;
  readonly outcome: "SUCCESS" | "FAIL";
  readonly notes: string | null;
  readonly artifacts: readonly AttestedArtifact[];
  /** Absent output is null. */
  readonly output: Json;
}
