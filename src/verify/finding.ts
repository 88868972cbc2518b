// The verify room: the auditor. It may import domain, policy, engine, ledger, attestation and the pure half of the
// providers (`llm/provider-messages.ts`); no database and no network stands in its import closure, so the same code judges a
// live database, a file, and a browser's copy. Its invariant: it trusts nothing it is given, and says of every difference
// where it is, what was expected and what was found.
import type { RunId } from "../domain/ids.ts";

/**
 * One difference between a record and what it must be. `seq` is null when it concerns the run and not one entry, `run_id` when it
 * concerns the log and not one run.
 */
export interface Finding {
  readonly run_id: RunId | null;
  readonly seq: number | null;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

export interface Reporter {
  readonly findings: readonly Finding[];
  /** Notes a finding unless the two are the same. */
  readonly expect: Expect;
}

export type Expect = (seq: number | null, field: string, values: { readonly expected: string; readonly found: string }) => void;

const quotedMax = 200;

export function makeReporter(runId: RunId): Reporter {
  const findings: Finding[] = [];
  return {
    findings,
    expect(seq, field, { expected, found }) {
      if (expected === found) return;
      findings.push({ run_id: runId, seq, field, expected: quoted(expected), found: quoted(found) });
    },
  };
}

function quoted(text: string): string {
  return text.length <= quotedMax ? text : `${text.slice(0, quotedMax)}… (${text.length} characters)`;
}
