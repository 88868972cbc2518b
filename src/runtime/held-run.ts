// The runtime room: the imperative shell around the pure machine, one file per use, named by its verb. It may import every
// room but http, cli and verify. Its invariant: it concludes nothing itself; what it does is fold, ask, perform, commit,
// and killing it between any two lines loses nothing that was acknowledged.
import type { RunId } from "../domain/ids.ts";
import type { Projection } from "../domain/projection.ts";
import type { Run } from "../domain/run.ts";
import type { RunHead } from "../domain/transition.ts";

/** A run as it stood at `head`: a fold of its entries, kept only while this process works on it. */
export interface HeldRun {
  readonly runId: RunId;
  readonly run: Run;
  readonly projection: Projection;
  readonly head: RunHead;
}
