import type { RunId } from "./domain/ids.ts";
import type { Evidence } from "./http/evidence.ts";
import { parseVerifierKey } from "./ledger/note-key.ts";
import { formatTlogProof } from "./ledger/tlog-proof.ts";
import { proveInclusion } from "./runtime/log/prove.ts";
import type { Database } from "./storage/pool.ts";
import { readSealedEnd, readTile } from "./storage/read/log.ts";
import { readRecords } from "./storage/read/records.ts";
import { auditRun } from "./verify/audit-run.ts";
import { writeTar } from "./verify/bundle/tar.ts";
import { verifySeal } from "./verify/bundle/verify-seal.ts";
import { bundleFiles } from "./verify/bundle/write-bundle.ts";
import type { BundleParts } from "./verify/bundle/write-bundle.ts";
import { makeCompiler } from "./verify/compiled-plans.ts";
import { makePlanReader } from "./verify/read-plan.ts";
import { renderReport } from "./verify/report/render-report.ts";

export interface EvidenceSource {
  readonly db: Database;
  /** The ledger by its first name. */
  readonly log: string;
  /** Verifier keys of the log and of its witnesses, as far as this process knows them. */
  readonly keys: () => Promise<readonly string[]>;
}

/** What leaves the house of a run: made of the stored record by the auditor's own code, so that it is what he will compare with. */
export function openEvidence(source: EvidenceSource): Evidence {
  const tools = { log: source.log, compile: makeCompiler(), readPlan: makePlanReader(), renders: true, mayWithhold: true };
  const partsOf = async (runId: RunId): Promise<BundleParts | null> => {
    for await (const { record } of readRecords(source.db, runId)) {
      if (record.entries.length === 0) return null;
      const keys = await source.keys();
      const sealed = { record, log: source.log, proofs: await proofsOf(source.db, runId) };
      const seal = verifySeal(
        sealed,
        keys.flatMap((key) => parseVerifierKey(key) ?? []),
        () => undefined,
      );
      return { ...sealed, keys, verified: auditRun(record, tools), seal };
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

/** One proof, of the last entry that a published checkpoint covers: the chain holds all entries before it. */
async function proofsOf(db: Database, runId: RunId): Promise<ReadonlyMap<number, Uint8Array>> {
  const end = await readSealedEnd(db, runId);
  if (end === null) return new Map();
  const { seq, index, size, note } = end;
  const hashes = await proveInclusion((tile) => readTile(db, tile), index, size);
  return new Map([[seq, new TextEncoder().encode(formatTlogProof({ index, hashes, checkpoint: note, extra: null }))]]);
}
