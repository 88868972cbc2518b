import type { Plan } from "../domain/plan.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { ArtifactRole, StoredArtifact } from "../domain/transition.ts";
import type { Entry } from "../ledger/read-entry.ts";

/** A run's record once its entries could be read: what a replay goes by. Nothing of it is believed. */
export interface RecordedRun {
  readonly plan: Plan;
  readonly planDigest: Sha256;
  readonly entries: readonly Entry[];
  readonly artifacts: ArtifactIndex;
}

/** Artifacts by their place `{seq}.{n}`; one that was erased or withheld is absent. */
export type ArtifactIndex = ReadonlyMap<string, StoredArtifact>;

export function indexArtifacts(artifacts: readonly StoredArtifact[]): ArtifactIndex {
  return new Map(artifacts.map((artifact) => [`${artifact.seq}.${artifact.n}`, artifact]));
}

/** What an entry refers to under a role: its content, that it is absent, or that the entry refers to no such thing. */
export type RoleContent =
  | { readonly type: "content"; readonly content: Uint8Array }
  | { readonly type: "absent" }
  | { readonly type: "none" };

export function contentOf(artifacts: ArtifactIndex, entry: Entry, role: ArtifactRole): RoleContent {
  const n = entry.refs.findIndex((ref) => ref.role === role);
  if (n === -1) return { type: "none" };
  const artifact = artifacts.get(`${entry.seq}.${n}`);
  return artifact === undefined ? { type: "absent" } : { type: "content", content: artifact.content };
}
