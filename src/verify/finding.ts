// The verify room: the auditor. It may import domain, policy, engine, ledger and attestation; no database and no network
// stands in its import closure, so the same code judges a live database, a file, and a browser's copy. Its invariant: it
// trusts nothing it is given, and says of every difference where it is, what was expected and what was found.
import type { RunId } from "../domain/ids.ts";

/** One difference between a record and what it must be. `seq` is null when it concerns the run and not one entry. */
export interface Finding {
  readonly run_id: RunId;
  readonly seq: number | null;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}
