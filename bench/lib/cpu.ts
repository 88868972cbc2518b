import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;
const nanosecondsPerSecond = 1e9;

/** CPU seconds that the processes in `roots` and all their descendants, ended ones included, have used so far. */
export function cpuSeconds(roots: readonly number[]): number {
  return familyOf(roots).reduce((sum, stat) => sum + stat.endedChildrenSeconds + ownSeconds(stat), 0);
}

export function descendantsOf(pid: number): readonly number[] {
  return familyOf([pid])
    .map((stat) => stat.pid)
    .filter((one) => one !== pid);
}

function familyOf(roots: readonly number[]): readonly Stat[] {
  const stats = readAll();
  const wanted = new Set(roots);
  // A child stands after its parent in no particular order, so look until nothing is found any more.
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size;
    for (const { pid, parent } of stats) if (wanted.has(parent)) wanted.add(pid);
  }
  return stats.filter(({ pid }) => wanted.has(pid));
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ownTicks: number;
  readonly endedChildrenSeconds: number;
}

function readAll(): readonly Stat[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid)) return [];
    const stat = readStat(pid);
    return stat === null ? [] : [stat];
  });
}

function readStat(pid: number): Stat | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name of the program may hold spaces and brackets, so the fields are counted from behind it (proc(5)).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (field: number): number => Number(fields[field - 3]);
  return { pid, parent: number(4), ownTicks: number(14) + number(15), endedChildrenSeconds: (number(16) + number(17)) / ticksPerSecond };
}

/**
 * The scheduler counts nanoseconds for each thread that lives; the process counts ticks of 10 ms, ended threads included.
 * Fifty connections that each used a few milliseconds show in the former only.
 */
function ownSeconds({ pid, ownTicks }: Stat): number {
  let threads: readonly string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    // It ended between the listing and the look.
  }
  const nanoseconds = threads.reduce(
    (sum, thread) => sum + Number(readText(`/proc/${pid}/task/${thread}/schedstat`)?.split(" ")[0] ?? 0),
    0,
  );
  return Math.max(nanoseconds / nanosecondsPerSecond, ownTicks / ticksPerSecond);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
