import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { cpuSeconds } from "./cpu.ts";
import { stepsOfChain } from "./workload.ts";
import type { Chains, Contestant, Entrant, WorkloadName } from "./workload.ts";

/** How much of each workload. */
export interface Sizes {
  readonly warmUpRuns: number;
  readonly w1Runs: number;
  readonly w2Runs: number;
  readonly w4Runs: number;
  readonly w5Runs: number;
  readonly inFlight: number;
}

export const fullSizes: Sizes = { warmUpRuns: 200, w1Runs: 30, w2Runs: 500, w4Runs: 500, w5Runs: 50, inFlight: 50 };
export const quickSizes: Sizes = { warmUpRuns: 20, w1Runs: 5, w2Runs: 100, w4Runs: 100, w5Runs: 50, inFlight: 50 };

/** What one measurement gave, by name of figure. */
export type Figures = Readonly<Record<string, number>>;

/** All asked-for workloads of one entrant, once, each with its figures. W5 has a database of its own, the others share one. */
export async function measure(
  cluster: Cluster,
  entrant: Entrant,
  options: { readonly workloads: readonly WorkloadName[]; readonly sizes: Sizes; readonly database: string },
): Promise<Partial<Record<WorkloadName, Figures>>> {
  const { sizes, database } = options;
  const asked = options.workloads.filter((workload) => entrant.does.has(workload));
  const figures: Partial<Record<WorkloadName, Figures>> = {};
  const steady = asked.filter((workload) => workload !== "w5");
  if (steady.length > 0) {
    const url = await cluster.createDatabase(database);
    const contestant = await entrant.start(url);
    try {
      await contestant.chains({ ...chain, prefix: "warm", runs: sizes.warmUpRuns, inFlight: sizes.inFlight });
      for (const workload of steady) figures[workload] = await steadily[workload]({ cluster, contestant, url, sizes });
    } finally {
      await contestant.stop();
      await cluster.dropDatabase(database);
    }
  }
  if (asked.includes("w5")) figures.w5 = await crash(cluster, entrant, { database: `${database}_crash`, sizes });
  return figures;
}

interface Scene {
  readonly cluster: Cluster;
  readonly contestant: Contestant;
  readonly url: string;
  readonly sizes: Sizes;
}

const chain = { steps: stepsOfChain, inputBytes: 0, outputBytes: 0, bodyMs: 0, bodies: null };

const steadily = {
  async w1(scene: Scene): Promise<Figures> {
    const runs = scene.sizes.w1Runs;
    const meter = await metered(scene, () => scene.contestant.chains({ ...chain, prefix: "w1", runs, inFlight: 1 }));
    return { msPerRun: (meter.seconds * 1000) / runs, ...perStep(meter, runs * stepsOfChain) };
  },
  async w2(scene: Scene): Promise<Figures> {
    const { w2Runs: runs, inFlight } = scene.sizes;
    const meter = await metered(scene, () => scene.contestant.chains({ ...chain, prefix: "w2", runs, inFlight }));
    return perStep(meter, runs * stepsOfChain);
  },
  async w3a(scene: Scene): Promise<Figures> {
    const { w2Runs: runs, inFlight } = scene.sizes;
    const load: Chains = { ...chain, prefix: "w3a", runs, inFlight, inputBytes: 8_192, outputBytes: 2_048 };
    const meter = await metered(scene, () => scene.contestant.chains(load));
    return perStep(meter, runs * stepsOfChain);
  },
  async w4(scene: Scene): Promise<Figures> {
    const { w4Runs: runs, inFlight } = scene.sizes;
    const load = { prefix: "w4", runs, inFlight };
    const paused = await metered(scene, () => scene.contestant.pause(load));
    const resumed = await metered(scene, () => scene.contestant.resume(load));
    return {
      pausesPerSecond: runs / paused.seconds,
      resumesPerSecond: runs / resumed.seconds,
      cpuPer1000Pauses: ((paused.engineCpu + paused.postgresCpu) / runs) * 1000,
      cpuPer1000Resumes: ((resumed.engineCpu + resumed.postgresCpu) / runs) * 1000,
    };
  },
} satisfies Partial<Record<WorkloadName, (scene: Scene) => Promise<Figures>>>;

interface Meter {
  readonly seconds: number;
  readonly engineCpu: number;
  readonly postgresCpu: number;
  readonly statements: number;
  readonly commits: number;
  readonly bytes: number;
  readonly walBytes: number;
}

async function metered({ cluster, contestant, url }: Scene, work: () => Promise<void>): Promise<Meter> {
  await cluster.settle();
  const before = await cluster.read(url);
  const engineBefore = cpuSeconds(contestant.pids);
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const engineCpu = cpuSeconds(contestant.pids) - engineBefore;
  const after = await cluster.read(url);
  return {
    seconds,
    engineCpu,
    postgresCpu: after.cpuSeconds - before.cpuSeconds,
    statements: after.statements - before.statements,
    commits: after.commits - before.commits,
    bytes: after.bytes - before.bytes,
    walBytes: after.walBytes - before.walBytes,
  };
}

function perStep(meter: Meter, steps: number): Figures {
  return {
    stepsPerSecond: steps / meter.seconds,
    cpuPer1000Steps: ((meter.engineCpu + meter.postgresCpu) / steps) * 1000,
    engineCpuPer1000Steps: (meter.engineCpu / steps) * 1000,
    postgresCpuPer1000Steps: (meter.postgresCpu / steps) * 1000,
    statementsPerStep: meter.statements / steps,
    commitsPerStep: meter.commits / steps,
    bytesPerStep: meter.bytes / steps,
    walBytesPerStep: meter.walBytes / steps,
  };
}

const bodyMs = 20;
const killAfterShare = 0.4;
const lookEveryMs = 2;

/** W5: kill -9 once 40 % of all bodies are over, start again, and wait until all runs have ended. */
async function crash(cluster: Cluster, entrant: Entrant, options: { readonly database: string; readonly sizes: Sizes }): Promise<Figures> {
  const { database, sizes } = options;
  if (entrant.crash === null) return {};
  const folder = mkdtempSync(join(tmpdir(), "reckoning-bodies-"));
  const bodies = join(folder, "bodies");
  const url = await cluster.createDatabase(database);
  const load: Chains = { ...chain, prefix: "w5", runs: sizes.w5Runs, inFlight: sizes.w5Runs, bodyMs, bodies };
  try {
    const doomed = await entrant.crash.begin(url, load);
    while (linesOf(bodies).length < load.runs * load.steps * killAfterShare) await pause(lookEveryMs);
    await doomed.kill();
    const begun = performance.now();
    const heir = await entrant.crash.recover(url, load);
    const seconds = (performance.now() - begun) / 1000;
    const recordedTwice = await entrant.crash.recordedTwice(url);
    await heir.stop();
    const lines = linesOf(bodies);
    const distinct = new Set(lines).size;
    if (distinct < load.runs * load.steps)
      throw new Error(`${entrant.name}: only ${distinct} of ${load.runs * load.steps} steps were done`);
    return { seconds, bodiesTwice: lines.length - distinct, ...(recordedTwice === null ? {} : { recordedTwice }) };
  } finally {
    await cluster.dropDatabase(database);
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}
