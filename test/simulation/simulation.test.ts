import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mutants } from "./mutants.ts";
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

test("every bug on purpose still has the one place in the source that it breaks", () => {
  const timesFound = (file: string, text: string): number =>
    readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8").split(text).length - 1;
  const lost = mutants.flatMap(({ name, patches }) => patches.filter(({ file, find }) => timesFound(file, find) !== 1).map(() => name));
  expect(lost).toEqual([]);
  expect(mutants.length).toBeGreaterThanOrEqual(25);
});
