import type { RunId } from "./domain/ids.ts";
import type { Evidence } from "./http/evidence.ts";
import type { Database } from "./storage/pool.ts";
import { readRecords } from "./storage/read/records.ts";
import { auditRun } from "./verify/audit-run.ts";
import { writeTar } from "./verify/bundle/tar.ts";
import { bundleFiles } from "./verify/bundle/write-bundle.ts";
import type { BundleParts } from "./verify/bundle/write-bundle.ts";
import { makeCompiler } from "./verify/compiled-plans.ts";
import { makePlanReader } from "./verify/read-plan.ts";
import { renderReport } from "./verify/report/render-report.ts";

/** What leaves the house of a run: made of the stored record by the auditor's own code, so that it is what he will compare with. */
export function openEvidence(db: Database, log: string): Evidence {
  const tools = { log, compile: makeCompiler(), readPlan: makePlanReader(), renders: true, mayWithhold: true };
  const partsOf = async (runId: RunId): Promise<BundleParts | null> => {
    for await (const { record } of readRecords(db, runId)) {
      if (record.entries.length === 0) return null;
      return { record, log, proofs: new Map(), verified: auditRun(record, tools) };
    }
    return null;
  };
  return {
    async bundle(runId) {
      const parts = await partsOf(runId);
      return parts === null ? null : writeTar(bundleFiles(parts));
    },
    async report(runId) {
      const parts = await partsOf(runId);
      return parts === null ? null : renderReport(parts);
    },
  };
}
