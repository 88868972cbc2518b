// `npm run bench`: measures Reckoning Machine, the floors and the peers in one run on one PostgreSQL. See bench/README.md.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startCluster } from "./lib/cluster.ts";
import type { Cluster } from "./lib/cluster.ts";
import { entrants, peersInstalled, profiled } from "./lib/entrants.ts";
import { fullSizes, measure, quickSizes } from "./lib/measure.ts";
import type { Figures, Sizes } from "./lib/measure.ts";
import { goalLines, markdownTable, mediansOf } from "./lib/report.ts";
import type { Measured } from "./lib/report.ts";
import { workloadNames } from "./lib/workload.ts";
import type { Entrant, WorkloadName } from "./lib/workload.ts";

const help = `Usage: npm run bench -- [options]

Starts a PostgreSQL of its own (fsync on, data in a temporary folder) and measures every contestant on it, one after the
other in each round, and prints the medians over the rounds.

  --only NAMES       contestants, comma separated: ${Object.keys(entrants).join(", ")}
  --workloads NAMES  ${workloadNames.join(", ")} (default: all)
  --rounds N         rounds (default 3; 1 with --quick)
  --runs N           runs of W2, W3a and W4 (default ${fullSizes.w2Runs}; ${quickSizes.w2Runs} with --quick)
  --quick            small sizes, one round, no peers: checks that the harness works, measures little
  --json             one JSON document instead of tables
  --profile FOLDER   only reckon, with CPU profiles (*.cpuprofile) and the dearest statements (statements.txt) in FOLDER;
                     slower for it
  --help             this text

Peers are a package of their own: npm ci --ignore-scripts --prefix bench/peers. Without it they are left out.
The load generator is this process; its CPU time is on nobody's account. Runs on Linux (it reads /proc).
`;

interface Plan {
  readonly names: readonly string[];
  readonly workloads: readonly WorkloadName[];
  readonly rounds: number;
  readonly sizes: Sizes;
  readonly json: boolean;
  readonly profile: string | null;
}

const plan = planOf(process.argv.slice(2));
if (plan === null) process.stdout.write(help);
else await run(plan);

function planOf(argv: readonly string[]): Plan | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string" },
      workloads: { type: "string" },
      rounds: { type: "string" },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { quick } = values;
  const present = Object.keys(entrants).filter((name) => entrants[name]?.kind !== "peer" || (peersInstalled() && !quick));
  const sizes = quick ? quickSizes : fullSizes;
  const runs = values.runs === undefined ? sizes.w2Runs : numberOf(values.runs, "--runs");
  return {
    names: values.profile !== undefined ? ["reckon"] : (choose(values.only, Object.keys(entrants), "--only") ?? present),
    workloads: choose(values.workloads, workloadNames, "--workloads") ?? workloadNames,
    rounds: values.rounds === undefined ? (quick ? 1 : 3) : numberOf(values.rounds, "--rounds"),
    sizes: { ...sizes, w2Runs: runs, w4Runs: runs },
    json: values.json,
    profile: values.profile ?? null,
  };
}

function choose<T extends string>(list: string | undefined, known: readonly T[], flag: string): readonly T[] | null {
  if (list === undefined) return null;
  return list.split(",").map((name) => known.find((one) => one === name) ?? fail(`${flag}: ${name} is none of ${known.join(", ")}`));
}

function numberOf(text: string, flag: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : fail(`${flag} must be a whole number above 0, found ${text}`);
}

function fail(detail: string): never {
  process.stderr.write(`bench: ${detail}\n`);
  process.exit(64);
}

async function run({ names, workloads, rounds, sizes, json, profile }: Plan): Promise<void> {
  const cluster = await startCluster(profile !== null);
  // An impatient reader must not be left with a server that nobody asked for.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void cluster.close().finally(() => process.exit(130)));
  const measured = names.flatMap((name) => {
    const entrant = profile === null ? entrants[name] : profiled(profile);
    return entrant === undefined ? [] : [{ name, entrant, rounds: [] as Partial<Record<WorkloadName, Figures>>[] }];
  });
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const one of measured) {
        const database = `bench_${one.name.replaceAll("-", "_")}_${round}`;
        one.rounds.push(await measure(cluster, one.entrant, { workloads, sizes, database }));
        process.stderr.write(`round ${round} of ${rounds}: ${one.entrant.name} ${summary(one.rounds.at(-1) ?? {})}\n`);
      }
    }
    if (profile !== null) writeFileSync(join(profile, "statements.txt"), await cluster.dearest());
  } finally {
    await cluster.close();
  }
  process.stdout.write(
    json ? `${JSON.stringify(document(cluster, measured, sizes), null, 2)}\n` : page(cluster, measured, { rounds, sizes }),
  );
}

function summary(figures: Partial<Record<WorkloadName, Figures>>): string {
  const { w1, w2, w3a, w4, w5 } = figures;
  const parts = [
    w1 === undefined ? [] : `w1 ${w1["msPerRun"]?.toFixed(1)} ms`,
    w2 === undefined ? [] : `w2 ${w2["stepsPerSecond"]?.toFixed(0)}/s ${w2["cpuPer1000Steps"]?.toFixed(3)} CPU-s`,
    w3a === undefined ? [] : `w3a ${w3a["stepsPerSecond"]?.toFixed(0)}/s`,
    w4 === undefined ? [] : `w4 ${w4["pausesPerSecond"]?.toFixed(0)}, ${w4["resumesPerSecond"]?.toFixed(0)}/s`,
    w5 === undefined ? [] : `w5 ${w5["seconds"]?.toFixed(1)} s, ${w5["bodiesTwice"]} twice`,
  ];
  return parts.flat().join("; ");
}

function machine(cluster: Cluster): Readonly<Record<string, string | number>> {
  const memory = /MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGiB: Math.round(Number(memory) / 1_048_576),
    node: process.version,
    postgresql: cluster.version,
  };
}

type Named = Measured & { readonly name: string; readonly entrant: Entrant };

function document(cluster: Cluster, measured: readonly Named[], sizes: Sizes): unknown {
  return {
    machine: machine(cluster),
    settings: cluster.settings,
    sizes,
    results: measured.map((one) => ({ name: one.name, kind: one.entrant.kind, medians: mediansOf(one), rounds: one.rounds })),
    goals: goalLines(measured),
  };
}

function page(cluster: Cluster, measured: readonly Named[], { rounds, sizes }: { readonly rounds: number; readonly sizes: Sizes }): string {
  const facts = Object.entries(machine(cluster)).map(([name, value]) => `${name} ${value}`);
  return [
    `${facts.join(", ")}; PostgreSQL with ${cluster.settings.join(", ")}`,
    `medians of ${rounds} round(s), ${sizes.w2Runs} runs of ${sizes.inFlight} in flight`,
    "",
    markdownTable(measured),
    "",
    ...goalLines(measured),
    "",
  ].join("\n");
}
