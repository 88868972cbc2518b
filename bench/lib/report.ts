import type { Figures } from "./measure.ts";
import type { Entrant, WorkloadName } from "./workload.ts";

/** The rounds of one entrant: one set of figures for each workload and round. */
export interface Measured {
  readonly entrant: Entrant;
  readonly rounds: readonly Partial<Record<WorkloadName, Figures>>[];
}

export type Medians = Partial<Record<WorkloadName, Figures>>;

export function mediansOf({ rounds }: Measured): Medians {
  const medians: Medians = {};
  for (const round of rounds) for (const name of Object.keys(round) as WorkloadName[]) medians[name] ??= medianFigures(rounds, name);
  return medians;
}

function medianFigures(rounds: Measured["rounds"], workload: WorkloadName): Figures {
  const measured = rounds.map((round) => round[workload]).filter((figures) => figures !== undefined);
  const names = new Set(measured.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries([...names].map((name) => [name, median(measured.flatMap((figures) => figures[name] ?? []))]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const heads = [
  "",
  "W1 ms/run",
  "W2 steps/s",
  "CPU-s per 1,000 steps (engine + PostgreSQL)",
  "statements, commits a step",
  "DB, WAL bytes a step",
  "W3a steps/s",
  "W4 pauses, resumes /s",
  "W5 s; bodies done twice",
] as const;

/** The table of bench/README.md. */
export function markdownTable(measured: readonly Measured[]): string {
  const rows = measured.map((one) => rowOf(one.entrant, mediansOf(one)));
  return [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function rowOf(entrant: Entrant, { w1, w2, w3a, w4, w5 }: Medians): readonly string[] {
  const twice = w5?.["recordedTwice"] === undefined ? "" : ` (on record twice: ${w5["recordedTwice"]})`;
  return [
    entrant.name,
    shown(w1?.["msPerRun"], 1),
    shown(w2?.["stepsPerSecond"]),
    w2 === undefined
      ? "–"
      : `${shown(w2["cpuPer1000Steps"], 2)} (${shown(w2["engineCpuPer1000Steps"], 2)} + ${shown(w2["postgresCpuPer1000Steps"], 2)})`,
    w2 === undefined ? "–" : `${shown(w2["statementsPerStep"], 2)}, ${shown(w2["commitsPerStep"], 2)}`,
    w2 === undefined ? "–" : `${shown(w2["bytesPerStep"])}, ${shown(w2["walBytesPerStep"])}`,
    shown(w3a?.["stepsPerSecond"]),
    w4 === undefined ? "–" : `${shown(w4["pausesPerSecond"])}, ${shown(w4["resumesPerSecond"])}`,
    w5 === undefined ? "–" : `${shown(w5["seconds"], 1)}; ${shown(w5["bodiesTwice"])}${twice}`,
  ];
}

function shown(value: number | undefined, digits = 0): string {
  if (value === undefined) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Every goal that this run can judge, with its figure. */
export function goalLines(measured: readonly Measured[]): readonly string[] {
  const by = new Map(measured.map((one) => [one.entrant.name, mediansOf(one)]));
  const find = (kind: Entrant["kind"], index = 0): Medians | undefined => {
    const names = measured.filter(({ entrant }) => entrant.kind === kind).map(({ entrant }) => entrant.name);
    return by.get(names[index] ?? "");
  };
  const [us, http, floor] = [find("ours"), find("ours", 1), find("floor")];
  const peers = measured.filter(({ entrant }) => entrant.kind === "peer").map(mediansOf);
  const best = (workload: WorkloadName, figure: string): number | undefined => {
    const values = peers.flatMap((peer) => peer[workload]?.[figure] ?? []);
    return values.length === 0 ? undefined : Math.max(...values);
  };
  const lines: string[] = [];
  const judge = (what: string, value: number | undefined, goal: { readonly atLeast?: number; readonly atMost?: number }): void => {
    if (value === undefined || Number.isNaN(value)) return;
    const { atLeast = -Infinity, atMost = Infinity } = goal;
    const bound = goal.atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
    lines.push(`${value >= atLeast && value <= atMost ? "held  " : "MISSED"} ${what}: ${shown(value, 2)} (goal ${bound})`);
  };
  const ratio = (value: number | undefined, to: number | undefined): number | undefined =>
    value === undefined || to === undefined ? undefined : value / to;
  const w2 = us?.w2?.["stepsPerSecond"];
  judge("W2 against the best peer", ratio(w2, best("w2", "stepsPerSecond")), { atLeast: 3 });
  judge("W2 against the one-commit floor", ratio(w2, floor?.w2?.["stepsPerSecond"]), { atLeast: 0.75 });
  judge("W2 CPU-seconds per 1,000 steps", us?.w2?.["cpuPer1000Steps"], { atMost: 0.4 });
  judge("W2 commits a step", us?.w2?.["commitsPerStep"], { atMost: 0.1 });
  judge("W2 database bytes a step", us?.w2?.["bytesPerStep"], { atMost: 3_072 });
  const httpRate = http?.w2?.["stepsPerSecond"];
  judge("W2 over HTTP against the best peer", ratio(httpRate, best("w2", "stepsPerSecond")), { atLeast: 1.5 });
  judge("W2 over HTTP against the one-commit floor", ratio(httpRate, floor?.w2?.["stepsPerSecond"]), { atLeast: 0.375 });
  judge("W2 over HTTP CPU-seconds per 1,000 steps", http?.w2?.["cpuPer1000Steps"], { atMost: 0.8 });
  judge("W1 against the one-commit floor", ratio(us?.w1?.["msPerRun"], floor?.w1?.["msPerRun"]), { atMost: 2 });
  judge("W3a against the best peer", ratio(us?.w3a?.["stepsPerSecond"], best("w3a", "stepsPerSecond")), { atLeast: 1 });
  judge("W4 pauses against the best peer", ratio(us?.w4?.["pausesPerSecond"], best("w4", "pausesPerSecond")), { atLeast: 5 });
  judge("W4 resumes against the best peer", ratio(us?.w4?.["resumesPerSecond"], best("w4", "resumesPerSecond")), { atLeast: 5 });
  judge("W5 seconds", us?.w5?.["seconds"], { atMost: 3 });
  judge("W5 steps on record twice", us?.w5?.["recordedTwice"], { atMost: 0 });
  return lines;
}
