import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

test("every test that docs/reliability.md names exists under that name", () => {
  const page = readFileSync(`${root}docs/reliability.md`, "utf8");
  const named = [...page.matchAll(/`(test\/[\w./-]+\.test\.ts)`(?: "([^"]+)")?/g)];
  const missing = named
    .map(([, file = "", name = ""]) => ({ file, name }))
    .filter(({ file, name }) => !existsSync(root + file) || !readFileSync(root + file, "utf8").includes(name));
  expect(named.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
