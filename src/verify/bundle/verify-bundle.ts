import { makeCompiler } from "../compiled-plans.ts";
import { makeReporter } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { makePlanReader } from "../read-plan.ts";
import { renderReport } from "../report/render-report.ts";
import type { AbsentArtifact } from "../verify-artifacts.ts";
import { auditRun } from "../audit-run.ts";
import type { AuditedRun } from "../audit-run.ts";
import { fileNames } from "./file-names.ts";
import type { Bundle } from "./read-bundle.ts";
import { describeBundle } from "./write-bundle.ts";

/** What can be said of a run export, offline, by whoever holds it. */
export interface BundleVerdict {
  readonly findings: readonly Finding[];
  readonly absent: readonly AbsentArtifact[];
  readonly isOpen: boolean;
  /** What was not there to be checked, in words. */
  readonly notes: readonly string[];
  readonly verified: AuditedRun;
}

/** Everything in a bundle against everything else in it. What it says of itself (report, description) is only compared. */
export function verifyBundle(bundle: Bundle): BundleVerdict {
  const { record, log, proofs } = bundle;
  const options = { log, compile: makeCompiler(), readPlan: makePlanReader(), renders: true, mayWithhold: true };
  const verified = auditRun(record, options);
  const { findings, expect } = makeReporter(record.runId);
  const notes: string[] = [];
  if (verified.findings.length === 0) {
    const parts = { record, log, proofs, verified };
    const compare = (name: string, found: Uint8Array | null, make: () => Uint8Array): void => {
      if (found === null) notes.push(`there is no ${name}`);
      else if (!equal(found, make())) expect(null, name, { expected: "what this record makes of it", found: "something else" });
    };
    compare(fileNames.report, bundle.report, () => renderReport(parts));
    compare(fileNames.description, bundle.description, () => describeBundle(parts));
  }
  return { findings: [...verified.findings, ...findings], absent: verified.absent, isOpen: verified.isOpen, notes, verified };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
