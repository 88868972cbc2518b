import { makeWorld } from "./world.ts";
import type { WorldEnd, WorldOptions, WorldPoint } from "./world.ts";

export interface SimulationOptions {
  readonly from: number;
  readonly count: number;
  /** Every how many worlds the whole record is recomputed as well. */
  readonly verifyEvery: number;
  /** Stop at the first violation. */
  readonly stopEarly: boolean;
  readonly onProgress?: (done: number) => void;
}

export interface SimulationReport {
  readonly schedules: number;
  readonly events: number;
  /** 53-bit fingerprints of the histories seen. */
  readonly histories: ReadonlySet<number>;
  readonly points: ReadonlyMap<WorldPoint, number>;
  readonly failed: readonly WorldEnd[];
}

const worldsAtOnce = 128;
const failedMax = 20;

/** Lets `count` worlds live, seeds `from` and up. Many at once, because after each choice the event loop must turn once. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { from, count, verifyEvery, stopEarly, onProgress } = options;
  const histories = new Set<number>();
  const points = new Map<WorldPoint, number>();
  const failed: WorldEnd[] = [];
  let next = from;
  let done = 0;
  let events = 0;
  const begin = () => {
    const seed = next;
    next += 1;
    return makeWorld(seed, { verified: seed % verifyEvery === 0 });
  };
  const open = Array.from({ length: Math.min(worldsAtOnce, count) }, begin);
  while (open.length > 0) {
    for (let index = open.length - 1; index >= 0; index -= 1) {
      const world = open[index];
      if (world === undefined) continue;
      world.step();
      const end = world.end();
      if (end === null) continue;
      done += 1;
      events += end.events;
      histories.add(fingerprint(end.history));
      for (const point of end.points) points.set(point, (points.get(point) ?? 0) + 1);
      if (end.violations.length > 0 && failed.length < failedMax) failed.push(end);
      if (next < from + count && !(stopEarly && failed.length > 0)) open[index] = begin();
      else open.splice(index, 1);
      if (done % 1_000 === 0) onProgress?.(done);
    }
    if (stopEarly && failed.length > 0) break;
    await turn();
  }
  return { schedules: done, events, histories, points, failed };
}

/** Lives through one world alone. */
export async function simulateOne(seed: number, options: WorldOptions): Promise<WorldEnd> {
  const world = makeWorld(seed, options);
  for (;;) {
    world.step();
    const end = world.end();
    if (end !== null) return end;
    await turn();
  }
}

/** Everything that follows from a choice by promises alone has happened when this returns. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Two multiplicative hashes side by side (FNV-1a): enough to count what is distinct. */
function fingerprint(text: string): number {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0) * 2_097_152 + ((other >>> 0) & 0x1fffff);
}
