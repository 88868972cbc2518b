import { expect, test } from "vitest";
import { parseUuid } from "../domain/ids.ts";
import type { ManifestId, RunId, StepKey } from "../domain/ids.ts";
import { commandIdOf, manifestStepIdOf, stepRunIdOf } from "./derived-id.ts";

const run = "01a19467-e800-7000-8000-000000000001" as RunId;

test("a derived id is a version 8 UUID of the RFC 9562 variant and always the same", () => {
  const id = stepRunIdOf(run, "extract" as StepKey);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseUuid(id)).toBe(id);
  expect(stepRunIdOf(run, "extract" as StepKey)).toBe(id);
});

test("ids of different kinds, objects and names differ", () => {
  const step = "extract" as StepKey;
  const ids = [
    stepRunIdOf(run, step),
    stepRunIdOf(run, "memo" as StepKey),
    manifestStepIdOf(run as string as ManifestId, 1, step),
    manifestStepIdOf(run as string as ManifestId, 2, step),
    commandIdOf("start_run", "k"),
    commandIdOf("start_run", "l"),
    commandIdOf("resume", "k"),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
