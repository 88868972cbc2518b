import type { RunId, StepKey } from "../../domain/ids.ts";
import type { Finding } from "../finding.ts";
import type { AbsentArtifact } from "../verify-artifacts.ts";
import { auditRun } from "../audit-run.ts";
import type { AuditOptions } from "../audit-run.ts";
import type { RunRecord } from "../run-record.ts";
import type { Divergence, Retraced, Unreplayed } from "./retrace.ts";

/** What came of computing a run again from its record. */
export type Replay = { readonly run_id: RunId; readonly entries: number; readonly unreplayed: readonly Unreplayed[] } & (
  | { readonly verdict: "MATCH" }
  | { readonly verdict: "DIVERGED"; readonly at: Divergence }
  /** Part of the record is gone, by authority or withheld: what is left matches, the rest cannot be computed again by design. */
  | { readonly verdict: "IMPOSSIBLE"; readonly absent: readonly AbsentArtifact[]; readonly steps: readonly StepKey[] }
  /** Not a record that could be replayed: it does not verify, or follows rules that are not known here. */
  | { readonly verdict: "REFUSED"; readonly findings: readonly Finding[] }
);

/**
 * Recomputes a run from its record alone: every prompt rendered, every request made, every reply read and judged, every
 * step scheduled again, and each event compared with its entry byte by byte. Nothing that is called here can reach a network.
 */
export function replayRun(record: RunRecord, options: Omit<AuditOptions, "renders" | "live" | "mayWithhold">): Replay {
  const { findings, absent, retraced } = auditRun(record, { ...options, renders: true, mayWithhold: true });
  const base = { run_id: record.runId, entries: record.entries.length, unreplayed: retraced?.unreplayed ?? [] };
  if (retraced === null) return { ...base, verdict: "REFUSED", findings };
  const at = retraced.divergence ?? firstOf(findings, retraced);
  if (at !== null) return { ...base, verdict: "DIVERGED", at };
  if (absent.length === 0) return { ...base, verdict: "MATCH" };
  const steps = new Set(retraced.unreplayed.flatMap(({ step }) => (step === null ? [] : [step])));
  return { ...base, verdict: "IMPOSSIBLE", absent, steps: [...steps] };
}

/** An artifact that is not the one the entry committed to, though the machine would have made the same of it. */
function firstOf(findings: readonly Finding[], { steps }: Retraced): Divergence | null {
  const [first] = findings;
  if (first === undefined) return null;
  const seq = first.seq ?? 0;
  return { seq, step: steps[seq] ?? null, field: first.field, expected: first.expected, found: first.found };
}
