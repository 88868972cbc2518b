import { canonicalBytes } from "../../domain/canonical-json.ts";
import { hexOf } from "../hex.ts";
import { renderReport, reportVersion } from "../report/render-report.ts";
import type { RunRecord } from "../run-record.ts";
import type { AuditedRun } from "../audit-run.ts";
import type { Seal } from "./verify-seal.ts";
import { artifactName, fileNames, proofName } from "./file-names.ts";
import type { TarFile } from "./tar.ts";

export const bundleVersion = "rm-run-export/1";

/** A record and what else goes into its bundle, all of it a function of the record and the log. */
export interface BundleParts {
  readonly record: RunRecord;
  readonly log: string;
  readonly proofs: ReadonlyMap<number, Uint8Array>;
  /** Verifier keys of the log and its witnesses, as they say they are. Nobody is to believe them because they stand here. */
  readonly keys: readonly string[];
  readonly verified: AuditedRun;
  readonly seal: Seal | null;
}

/** The files of a run export in their order. The same run, sealed no further, gives the same bytes. */
export function* bundleFiles(parts: BundleParts): Generator<TarFile> {
  const { record, proofs } = parts;
  yield { name: fileNames.entries, content: linesOf(record) };
  if (record.planBytes !== null) yield { name: fileNames.plan, content: record.planBytes };
  const artifacts = record.artifacts.toSorted((a, b) => a.seq - b.seq || a.n - b.n);
  for (const { seq, n, content, salt } of artifacts) {
    yield { name: artifactName(seq, n), content };
    yield { name: `${artifactName(seq, n)}.salt`, content: encoder.encode(hexOf(salt)) };
  }
  for (const [seq, content] of [...proofs].toSorted(([a], [b]) => a - b)) yield { name: proofName(seq), content };
  yield { name: fileNames.report, content: renderReport(parts) };
  yield { name: fileNames.description, content: describeBundle(parts) };
}

const encoder = new TextEncoder();

/** For people and tools that look around; a verifier believes none of it and only compares. */
export function describeBundle({ record, log, proofs, keys }: Omit<BundleParts, "verified" | "seal">): Uint8Array {
  return canonicalBytes({
    entries: record.entries.length,
    keys,
    leaf: hexOf(record.entries.at(-1)?.leaf ?? new Uint8Array()),
    log,
    proofs: [...proofs.keys()].toSorted((a, b) => a - b),
    report: reportVersion,
    run: record.runId,
    v: bundleVersion,
  });
}

function linesOf({ entries }: RunRecord): Uint8Array {
  const lines = new Uint8Array(entries.reduce((total, { body }) => total + body.length + 1, 0));
  let at = 0;
  for (const { body } of entries) {
    lines.set(body, at);
    lines[at + body.length] = 0x0a;
    at += body.length + 1;
  }
  return lines;
}
