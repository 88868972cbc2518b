import type { RunId } from "../domain/ids.ts";
import { auditRun } from "./audit-run.ts";
import type { AuditedRun } from "./audit-run.ts";
import { registerIdOf } from "../ledger/derived-id.ts";
import { makeCompiler } from "./compiled-plans.ts";
import { makeReporter } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { makePlanReader } from "./read-plan.ts";
import type { StoredRunRecord } from "./run-record.ts";
import { verifyArtifacts } from "./verify-artifacts.ts";
import { verifyRegisterChain } from "./verify-chain.ts";

/** Everything a database holds of one run: nothing may be absent without authority, and its rows must be what the entries make of them. */
export function verifyRun(record: StoredRunRecord, log: string): readonly Finding[] {
  return verifyStored(record, log).findings;
}

/** As `verifyRun`, with what was erased under authority besides. */
export function verifyStored(record: StoredRunRecord, log: string): Pick<AuditedRun, "findings" | "absent"> {
  if (isRegister(record.runId, log)) return { findings: verifyRegister(record, log), absent: [] };
  return auditRun(record, { ...tools, log, renders: false, mayWithhold: false, live: record.live });
}

/** Whether this is the ledger's register (who may do what), which is no run: it is verified and never replayed. */
export function isRegister(runId: RunId, log: string): boolean {
  return runId === registerIdOf(log);
}

/** The register is a chain like any other; there is no machine that could walk it again. */
function verifyRegister(record: StoredRunRecord, log: string): readonly Finding[] {
  const { findings, expect } = makeReporter(record.runId);
  const entries = verifyRegisterChain(record, log, expect);
  for (const { seq, n } of verifyArtifacts(record, entries, expect))
    expect(seq, `artifact ${seq}.${n}`, { expected: "its content and salt", found: "nothing" });
  return findings;
}

/** What is the same for every record is made once; both keep a bounded number of things, by what those things are. */
const tools = { compile: makeCompiler(), readPlan: makePlanReader() };
