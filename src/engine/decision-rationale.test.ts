import { expect, test } from "vitest";
import type { Json } from "../domain/json.ts";
import { rationaleFault } from "./decision-rationale.ts";

test.each<Json>([
  { version: "1" },
  { version: "1", summary: "", nodes: [], selected_path: [] },
  { version: "v2", summary: "because", nodes: [{ id: 1 }, "x"], selected_path: [1], confidence: 0.5, extra: { deep: true } },
])("%j is a decision rationale", (rationale) => {
  expect(rationaleFault(rationale)).toBeNull();
});

test.each<[Json, string]>([
  [null, "is not an object"],
  ["because", "is not an object"],
  [[], "is not an object"],
  [{}, "version is not a non-empty string"],
  [{ version: "" }, "version is not a non-empty string"],
  [{ version: 1 }, "version is not a non-empty string"],
  [{ version: "1", summary: 1 }, "summary is not a string"],
  [{ version: "1", summary: null }, "summary is not a string"],
  [{ version: "1", nodes: {} }, "nodes is not a list"],
  [{ version: "1", selected_path: "a" }, "selected_path is not a list"],
])("%j is none", (rationale, fault) => {
  expect(rationaleFault(rationale)).toContain(fault);
});
