import { auditRun } from "./audit-run.ts";
import { makeCompiler } from "./compiled-plans.ts";
import type { Finding } from "./finding.ts";
import { makePlanReader } from "./read-plan.ts";
import type { StoredRunRecord } from "./run-record.ts";

/** Everything a database holds of one run: nothing may be absent, and its rows must be what the entries make of them. */
export function verifyRun(record: StoredRunRecord, log: string): readonly Finding[] {
  return auditRun(record, { ...tools, log, renders: false, mayWithhold: false, live: record.live }).findings;
}

/** What is the same for every record is made once; both keep a bounded number of things, by what those things are. */
const tools = { compile: makeCompiler(), readPlan: makePlanReader() };
