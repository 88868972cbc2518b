import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { reckon } from "../cli/command-line.ts";
import { runExportVectors } from "../vectors/run-export-vectors.ts";
import type { RunExportVector } from "../vectors/run-export-vectors.ts";

const folder = fileURLToPath(new URL("../vectors/run-export/", import.meta.url));
const keys = readFileSync(`${folder}keys.txt`, "utf8").trim().split("\n");
const expected = JSON.parse(readFileSync(`${folder}expected.json`, "utf8")) as readonly Omit<RunExportVector, "archive">[];

test("the vectors are what `npm run vectors:run-export` writes: a change of them is a change of the format", () => {
  const vectors = runExportVectors();
  expect(vectors.map(({ name, exit, field, what }) => ({ name, exit, field, what }))).toEqual(expected);
  for (const { name, archive } of vectors) expect(Buffer.compare(readFileSync(`${folder}${name}.tar`), archive), name).toBe(0);
});

test.each(expected)("$name: $what", async ({ name, exit, field }) => {
  const { code, out } = await reckon(["verify", `${folder}${name}.tar`, "--json", ...keys.flatMap((key) => ["--key", key])]);
  expect(code).toBe(exit);
  const fields = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly type: string; readonly field?: string })
    .flatMap((line) => (line.type === "finding" ? [line.field] : []));
  if (field === null) expect(fields).toEqual([]);
  else expect(fields).toContain(field);
});
