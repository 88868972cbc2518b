import type { CommandId, RunId, WorkerId } from "./ids.ts";
import type { RunRow, StepRunRow } from "./projection.ts";

export const artifactRoles = ["params", "request", "reply", "outcome", "attestation", "envelope", "reason"] as const;
export type ArtifactRole = (typeof artifactRoles)[number];

/** One artifact as it is stored: the `n`-th ref of entry `seq`. `salt` is 32 random bytes (LEDGER 1.7). */
export interface StoredArtifact {
  readonly seq: number;
  readonly n: number;
  readonly role: ArtifactRole;
  readonly mediaType: string;
  readonly salt: Uint8Array;
  readonly content: Uint8Array;
}

/** One entry as it is stored. `body` are its RFC 8785 bytes, `leaf` = SHA-256(0x00 || body). */
export interface StoredEntry {
  readonly seq: number;
  readonly body: Uint8Array;
  readonly leaf: Uint8Array;
}

/** Where a run's record stood when it was read: number of entries, leaf of the last one, and the lease epoch. */
export interface RunHead {
  readonly entryCount: number;
  readonly leaf: Uint8Array;
  readonly epoch: number;
}

/**
 * The whole consequence of one command on one run, ready to be written: entries, artifacts and projections go out in
 * one commit or not at all, and only if the run's head is still `expected` (null: the run must not exist yet).
 */
export interface Transition {
  readonly runId: RunId;
  readonly expected: RunHead | null;
  /** The epoch these entries carry; equal to `expected.epoch` for the holder of the lease, one more for a taker. */
  readonly epoch: number;
  /** Who advances the run from here on; null lets it go (waiting, ended, or left for any worker to claim). */
  readonly leaseHolder: WorkerId | null;
  /** At least one; their `seq` go on from `expected.entryCount` without a gap. */
  readonly entries: readonly StoredEntry[];
  readonly artifacts: readonly StoredArtifact[];
  readonly run: RunRow;
  /** False when `run` is as it was, so that the store may leave its row alone. */
  readonly changesRun: boolean;
  /** Rows of steps that had none before, and the rows that this transition changed; others are left alone. */
  readonly newSteps: readonly StepRunRow[];
  readonly changedSteps: readonly StepRunRow[];
  readonly command: ClientCommand | null;
  /** The artifact whose erasure these entries put on record: content and salt are deleted in the same commit. */
  readonly erases?: { readonly seq: number; readonly n: number };
}

/** A client's idempotency key: the same key with the same payload has one effect and one answer, with another it is refused. */
export interface ClientCommand {
  readonly id: CommandId;
  /** SHA-256 of the canonical request. */
  readonly payload: Uint8Array;
}

export type AppendResult =
  | { readonly type: "appended" }
  /** The head was elsewhere: somebody else moved the run (or it exists already). Nothing was written. */
  | { readonly type: "fenced" }
  /** This client command was carried out before, on `runId`. Nothing was written. */
  | { readonly type: "repeated"; readonly runId: RunId; readonly samePayload: boolean };
