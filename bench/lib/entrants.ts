import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { forkContestant } from "./child.ts";
import { ours } from "./ours.ts";
import type { Entrant, WorkloadName } from "./workload.ts";

const floorScript = fileURLToPath(new URL("../floor.ts", import.meta.url));
const peersDir = fileURLToPath(new URL("../peers/", import.meta.url));

/** The service with Node's CPU profiler on: a profile for each process, written when it ends. */
export function profiled(folder: string): Entrant {
  return ours("stub", { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` });
}

/** By the name that `--only` takes. */
export const entrants: Readonly<Record<string, Entrant>> = {
  reckon: ours("stub"),
  "reckon-http": ours("http"),
  "floor-insert": floor("insert", "floor: one INSERT and commit a step"),
  "floor-record": floor("record", "floor: hand-written audit record, group commit"),
  restate: peer("restate", "Restate (own log)"),
  dbos: peer("dbos", "DBOS"),
  langgraph: peer("langgraph", "LangGraph, async durability"),
  "langgraph-sync": peer("langgraph", "LangGraph, sync durability", ["sync"]),
};

/** Whether `npm ci --prefix bench/peers` was done. */
export function peersInstalled(): boolean {
  return existsSync(`${peersDir}node_modules`);
}

function floor(kind: string, name: string): Entrant {
  return {
    name,
    kind: "floor",
    does: new Set<WorkloadName>(["w1", "w2", "w3a", "w4"]),
    start: (database) => forkContestant(floorScript, [kind, database]),
    crash: null,
  };
}

function peer(file: string, name: string, args: readonly string[] = []): Entrant {
  const start = (database: string): ReturnType<typeof forkContestant> => forkContestant(`${peersDir}${file}.js`, [database, ...args]);
  return {
    name,
    kind: "peer",
    does: new Set<WorkloadName>(["w1", "w2", "w3a", "w4", "w5"]),
    start,
    crash: {
      async begin(database, load) {
        const contestant = await start(database);
        await contestant.call("begin", load);
        return contestant;
      },
      async recover(database, load) {
        const contestant = await start(database);
        await contestant.call("recover", load);
        return contestant;
      },
      recordedTwice: () => Promise.resolve(null),
    },
  };
}
