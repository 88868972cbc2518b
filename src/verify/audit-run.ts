import { makeReporter } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { indexArtifacts } from "./recorded-run.ts";
import type { ReplayTools } from "./replay/recompute.ts";
import { isOpen, retrace } from "./replay/retrace.ts";
import type { Retraced } from "./replay/retrace.ts";
import { expectPlan } from "./read-plan.ts";
import type { ReadPlan } from "./read-plan.ts";
import type { LiveRows, RunRecord } from "./run-record.ts";
import { verifyArtifacts } from "./verify-artifacts.ts";
import type { AbsentArtifact } from "./verify-artifacts.ts";
import { verifyChain } from "./verify-chain.ts";
import { verifyRows } from "./verify-rows.ts";

export interface AuditOptions extends ReplayTools {
  /** Origin of the ledger that the entries must belong to. */
  readonly log: string;
  readonly readPlan: ReadPlan;
  /** Whether an artifact may be absent without an erasure on record: never in a database, in a file it may be withheld. */
  readonly mayWithhold: boolean;
  /** The database's own rows, which must be what the entries make of them; undefined where there is no database. */
  readonly live?: LiveRows | null;
}

export interface AuditedRun {
  readonly findings: readonly Finding[];
  readonly absent: readonly AbsentArtifact[];
  /** Nothing in the record ends the run: what followed, if anything did, is not here. */
  readonly isOpen: boolean;
  /** Null when the record could not be walked at all. */
  readonly retraced: Retraced | null;
}

/**
 * One run's record against itself: leaves, chain, form, commitments and plan; then each entry again through the machine,
 * the gate's verdicts included; then the database's rows.
 */
export function auditRun(record: RunRecord, options: AuditOptions): AuditedRun {
  const { findings, expect } = makeReporter(record.runId);
  const entries = verifyChain(record, options.log, expect);
  const created = entries[0];
  const reading = record.planBytes === null ? null : options.readPlan(record.planBytes);
  const plan = created === undefined ? null : expectPlan(reading, created, expect);
  const isTrusted = findings.length === 0;
  const absent = verifyArtifacts(record, entries, expect);
  if (!options.mayWithhold) {
    for (const { seq, n, erasedBy } of absent)
      if (erasedBy === null) expect(seq, `artifact ${seq}.${n}`, { expected: "its content and salt", found: "nothing" });
  }
  // Entries that cannot be trusted say nothing about what follows from them.
  if (!isTrusted || plan === null || reading === null) return { findings, absent, isOpen: false, retraced: null };
  const recorded = { plan, planDigest: reading.digest, entries, artifacts: indexArtifacts(record.artifacts) };
  const retraced = retrace(recorded, options);
  const { divergence, projection } = retraced;
  if (divergence !== null) expect(divergence.seq, `replay: ${divergence.field}`, divergence);
  else if (options.live !== undefined && projection !== null) verifyRows(record, { live: options.live, rebuilt: projection }, expect);
  return { findings, absent, isOpen: isOpen(retraced), retraced };
}
