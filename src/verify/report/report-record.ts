import type { StepKey } from "../../domain/ids.ts";
import type { Plan } from "../../domain/plan.ts";
import type { ArtifactRole } from "../../domain/transition.ts";
import { readEntry } from "../../ledger/read-entry.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { indexArtifacts } from "../recorded-run.ts";
import type { ArtifactIndex } from "../recorded-run.ts";
import type { RunRecord } from "../run-record.ts";
import type { Seal } from "../bundle/verify-seal.ts";
import type { AuditedRun } from "../audit-run.ts";

/** What a report is written from: the record as far as it can be read, and what verification said of it. */
export interface ReportRecord {
  readonly record: RunRecord;
  readonly log: string;
  readonly verified: AuditedRun;
  readonly seal: Seal | null;
  readonly entries: readonly Entry[];
  readonly artifacts: ArtifactIndex;
  readonly plan: Plan | null;
}

export function openRecord(parts: Pick<ReportRecord, "record" | "log" | "verified" | "seal">): ReportRecord {
  const entries = parts.record.entries.flatMap(({ body }) => {
    const read = readEntry(body);
    return read.ok ? [read.value] : [];
  });
  return { ...parts, entries, artifacts: indexArtifacts(parts.record.artifacts), plan: parts.verified.retraced?.run?.plan ?? null };
}

export function entriesOfStep({ entries }: ReportRecord, step: StepKey): readonly Entry[] {
  return entries.filter((entry) => entry.step === step);
}

/** The artifact an entry refers to under a role, by its place and with its content; content null when it is absent. */
export function artifactOf(
  { artifacts }: ReportRecord,
  entry: Entry,
  role: ArtifactRole,
): { readonly name: string; readonly size: number; readonly content: Uint8Array | null } | null {
  const n = entry.refs.findIndex((ref) => ref.role === role);
  const ref = entry.refs[n];
  if (ref === undefined) return null;
  const name = `${entry.seq}.${n}`;
  return { name, size: ref.size, content: artifacts.get(name)?.content ?? null };
}
