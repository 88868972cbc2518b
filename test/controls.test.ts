import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { invariants } from "./support/invariants.ts";

const text = readFileSync(new URL("../docs/controls.md", import.meta.url), "utf8");
const named = [...text.matchAll(/`((?:test|src)\/[^`]+\.test\.ts)` › \*([^*]+)\*/g)].map(([, file = "", title = ""]) => ({ file, title }));

test("every row of a table names at least one test", () => {
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^\| (requirement|risk) /.test(line));
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) expect(row, row.slice(0, 80)).toMatch(/` › \*/);
});

test.each(named)("$file has the test: $title", ({ file, title }) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  expect(existsSync(path)).toBe(true);
  // Titles stand in the source as they are written there: with their placeholders, or in the list of rules that a test goes through.
  const stands =
    readFileSync(path, "utf8").includes(title) || (file === "src/engine/decide.test.ts" && invariants.some(({ rule }) => rule === title));
  expect(stands).toBe(true);
});

test("no test reference of the document is written in another form", () => {
  expect([...text.matchAll(/\.test\.ts`/g)]).toHaveLength(named.length);
});

test("nothing is called compliant: that is not for software to say", () => {
  expect(text).toContain("designed to meet");
  expect(text).not.toMatch(/complian|certified|conforms/i);
});
