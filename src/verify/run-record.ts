import type { RunId } from "../domain/ids.ts";
import type { RunRow, StepRunRow } from "../domain/projection.ts";
import type { RunHead, StoredArtifact, StoredEntry } from "../domain/transition.ts";

/** Everything that is held of one run, in a database or in a bundle. Nothing of it is believed. */
export interface RunRecord {
  readonly runId: RunId;
  readonly entries: readonly StoredEntry[];
  readonly artifacts: readonly StoredArtifact[];
  readonly planBytes: Uint8Array | null;
}

/** What a database derives from the entries and keeps beside them. */
export interface LiveRows {
  readonly head: RunHead;
  readonly run: RunRow;
  readonly steps: readonly StepRunRow[];
}

/** A run as a database holds it: the record, and what is derived from it; null where that is missing. */
export interface StoredRunRecord extends RunRecord {
  readonly live: LiveRows | null;
}
