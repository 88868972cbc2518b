// One thread's share of a sweep.
import { parentPort, workerData } from "node:worker_threads";
import type { Violation } from "./history.ts";
import { simulate } from "./simulate.ts";
import type { WorldPoint } from "./world.ts";

export interface ShareReport {
  readonly events: number;
  readonly histories: readonly number[];
  readonly points: readonly (readonly [WorldPoint, number])[];
  readonly failed: readonly { readonly seed: number; readonly violation: Violation }[];
}

/** Recomputing a whole record costs about as much as living through its world, so a part of the worlds stands for all. */
const verifyEvery = 16;

// Stacks of the thousands of simulated failures would cost more than the failures.
Error.stackTraceLimit = 0;
const { from, count } = workerData as { readonly from: number; readonly count: number };
const report = await simulate({ from, count, verifyEvery, stopEarly: false, onProgress: (done) => parentPort?.postMessage(done) });
const failed = report.failed.flatMap(({ seed, violations }) => violations.slice(0, 1).map((violation) => ({ seed, violation })));
parentPort?.postMessage({
  events: report.events,
  histories: [...report.histories],
  points: [...report.points],
  failed,
} satisfies ShareReport);
