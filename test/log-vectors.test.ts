import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { logVectors } from "../scripts/log-vectors.ts";

test("the published vectors of the log are what the program makes", () => {
  expect(JSON.parse(readFileSync(new URL("./vectors/log.json", import.meta.url), "utf8"))).toEqual(JSON.parse(logVectors()));
});
