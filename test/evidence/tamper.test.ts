import { describe, expect, test } from "vitest";
import { judgeClean, tryClass } from "./tamper-corpus.ts";
import { tamperClasses } from "./tamper-classes.ts";

// A few places each; `npm run tamper` tries a hundred, and a thousand clean bundles.
const places = 4;
const clean = 25;

test("the corpus has at least forty classes, each under its own name", () => {
  expect(new Set(tamperClasses.map(({ name }) => name)).size).toBe(tamperClasses.length);
  expect(tamperClasses.length).toBeGreaterThanOrEqual(40);
});

describe("a changed bundle is found out, and the right thing is said of it", () => {
  test.each(tamperClasses.map((one) => [one.name, one] as const))("%s", (_, tamperClass) => {
    expect(tryClass(tamperClass, places)).toEqual([]);
  });
});

test("of a clean bundle nothing is said", () => {
  for (let seed = 1; seed <= clean; seed += 1) expect(judgeClean(seed)).toEqual([]);
});
