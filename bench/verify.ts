// `node bench/verify.ts [ROUNDS]`: entries a second that one thread verifies, over the golden runs: leaves, chain, form,
// commitments, plan, schedule and the gate's verdicts; without and with prompts rendered again. No database.
import { readdirSync, readFileSync } from "node:fs";
import { auditRun } from "../src/verify/audit-run.ts";
import { readBundle } from "../src/verify/bundle/read-bundle.ts";
import { makeCompiler } from "../src/verify/compiled-plans.ts";
import { makePlanReader } from "../src/verify/read-plan.ts";

const rounds = Number(process.argv[2] ?? 5);
const folder = new URL("../test/golden/engine-1/", import.meta.url);
const bundles = readdirSync(folder).map((file) => {
  const bundle = readBundle(readFileSync(new URL(file, folder)));
  if (!bundle.ok) throw new Error(`${file} cannot be read`);
  return bundle.value;
});
const tools = { compile: makeCompiler(), readPlan: makePlanReader(), mayWithhold: true };
const repeats = 300;

for (const renders of [false, true]) {
  for (let round = 1; round <= rounds; round += 1) {
    let entries = 0;
    const startedMs = performance.now();
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const { record, log } of bundles) {
        const { findings } = auditRun(record, { ...tools, log, renders });
        if (findings.length > 0) throw new Error(JSON.stringify(findings));
        entries += record.entries.length;
      }
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(before);
    const what = renders ? "replay" : "verify";
    console.log(
      `${what} ${round}: ${Math.round(entries / seconds)} entries/s, ${Math.round((entries * 1e6) / (user + system))} per CPU second`,
    );
  }
}
