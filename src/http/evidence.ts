import type { RunId } from "../domain/ids.ts";

/** Makes what strangers get of a run. Null: there is no such run. */
export interface Evidence {
  /** The run export (docs/format/run-export.md), piece by piece. */
  readonly bundle: (runId: RunId) => Promise<Iterable<Uint8Array> | null>;
  /** The report as one HTML page. */
  readonly report: (runId: RunId) => Promise<Uint8Array | null>;
}
