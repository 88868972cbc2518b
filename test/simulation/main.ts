// The command `npm run simulate`: many worlds on all cores, or one world told step by step, or every mutant.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { mutants } from "./mutants.ts";
import { simulateOne } from "./simulate.ts";
import type { ShareReport } from "./worker.ts";

const help = `npm run simulate -- [options]

Drives the real worker, loop and group commit through simulated worlds in which answers are lost, statements happen late, processes
stall and die; then checks the invariants of the record. Each world is made from its seed alone.

  --schedules N   worlds to live through (100000)
  --from SEED     the first seed (1); the others follow
  --workers N     threads (${availableParallelism()})
  --seed SEED     live through one world and tell it line by line
  --mutants       apply each bug on purpose in turn, and say after how many worlds it was found
  --json          print the report as one line of JSON

  npm run simulate -- --schedules 1000000
  npm run simulate -- --seed 3218

Exit code 0: nothing is wrong (with --mutants: every bug was found). 1: something is; the seeds are printed.
`;

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "100000" },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    seed: { type: "string" },
    mutants: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) process.stdout.write(help);
else if (values.seed !== undefined) process.exitCode = await tellOne(Number(values.seed));
else if (values.mutants) process.exitCode = findMutants(Number(values.schedules));
else process.exitCode = await sweep();

async function tellOne(seed: number): Promise<number> {
  const end = await simulateOne(seed, { verified: true, trace: (line) => console.log(line) });
  for (const { invariant, what } of end.violations) console.log(`invariant ${invariant} is broken: ${what}`);
  console.log(`${end.events} events, ${end.violations.length} violations, reached ${[...end.points].join(", ")}`);
  return end.violations.length === 0 ? 0 : 1;
}

function findMutants(schedules: number): number {
  const script = fileURLToPath(new URL("run-mutant.ts", import.meta.url));
  let missed = 0;
  for (const { name } of mutants) {
    const run = spawnSync(process.execPath, [script, name, String(schedules)], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    const found = JSON.parse(run.stdout) as { readonly schedules: number; readonly violation: { readonly what: string } | null };
    if (found.violation === null) missed += 1;
    const verdict = found.violation === null ? "NOT FOUND" : `found: ${found.violation.what}`;
    console.log(`${String(found.schedules).padStart(7)} worlds  ${name}: ${verdict}`);
  }
  console.log(`${mutants.length - missed} of ${mutants.length} bugs found`);
  return missed === 0 ? 0 : 1;
}

async function sweep(): Promise<number> {
  const schedules = Number(values.schedules);
  const workers = Math.max(1, Math.min(Number(values.workers), schedules));
  const first = Number(values.from);
  const share = Math.ceil(schedules / workers);
  const started = performance.now();
  const done = Array.from({ length: workers }, () => 0);
  const shares = await Promise.all(
    done.map((_, index) => {
      const count = Math.min(share, schedules - index * share);
      return liveShare({ from: first + index * share, count }, (progress) => {
        done[index] = progress;
        if (process.stderr.isTTY) process.stderr.write(`\r${done.reduce((sum, one) => sum + one)} of ${schedules} worlds`);
      });
    }),
  );
  if (process.stderr.isTTY) process.stderr.write("\n");
  const seconds = (performance.now() - started) / 1000;
  const histories = new Set(shares.flatMap((one) => one.histories)).size;
  const points: Record<string, number> = {};
  for (const one of shares) for (const [point, count] of one.points) points[point] = (points[point] ?? 0) + count;
  const events = shares.reduce((sum, one) => sum + one.events, 0);
  const failed = shares.flatMap((one) => one.failed);
  if (values.json) console.log(JSON.stringify({ schedules, events, seconds, histories, points, failed }));
  else {
    console.log(`${schedules} worlds (seeds ${first} to ${first + schedules - 1}), ${events} events, ${seconds.toFixed(1)} s`);
    console.log(
      `${histories} distinct histories; reached ${Object.entries(points)
        .map(([point, count]) => `${point} ${count}`)
        .join(", ")}`,
    );
    for (const { seed, violation } of failed) console.log(`seed ${seed}: invariant ${violation.invariant} is broken: ${violation.what}`);
    console.log(
      failed.length === 0 ? "no invariant is broken" : `tell one of them: npm run simulate -- --seed ${failed[0]?.seed ?? first}`,
    );
  }
  return failed.length === 0 ? 0 : 1;
}

function liveShare(share: { readonly from: number; readonly count: number }, onProgress: (done: number) => void): Promise<ShareReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: share,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    worker.on("message", (message: number | ShareReport) => {
      if (typeof message === "number") onProgress(message);
      else resolve(message);
    });
    worker.on("error", reject);
  });
}
