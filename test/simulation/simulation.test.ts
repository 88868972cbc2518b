import { expect, test } from "vitest";
import { simulate, simulateOne } from "./simulate.ts";

test("a thousand hostile worlds break no invariant, and reach every kind of fault", async () => {
  const report = await simulate({ from: 1, count: 1_000, verifyEvery: 4, stopEarly: false });
  expect(report.failed.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
  const reached = new Set(report.points.keys());
  const faults = ["lost_before", "lost_after", "ghost", "ghost_applied", "slow_answer", "orphaned", "crash", "stall", "stopped"] as const;
  expect([...faults, "interrupted", "cancelled"].filter((point) => !reached.has(point as (typeof faults)[number]))).toEqual([]);
  expect(report.histories.size).toBeGreaterThan(300);
}, 60_000);

test("the same seed makes the same history", async () => {
  const [first, second] = [await simulateOne(7, { verified: true }), await simulateOne(7, { verified: true })];
  expect(second.history).toBe(first.history);
  expect(first.history.length).toBeGreaterThan(0);
});
