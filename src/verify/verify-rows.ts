import type { Projection } from "../domain/projection.ts";
import type { Expect } from "./finding.ts";
import { hexOf } from "./hex.ts";
import type { LiveRows, RunRecord } from "./run-record.ts";

/** The rows that a database keeps for lists and fences, against what the entries make of them (invariants 8 and 9). */
export function verifyRows(
  record: RunRecord,
  rows: { readonly live: LiveRows | null; readonly rebuilt: Projection },
  expect: Expect,
): void {
  const { live, rebuilt } = rows;
  if (live === null) {
    expect(null, "projections", { expected: "present", found: "missing" });
    return;
  }
  const { head, run, steps } = live;
  const last = record.entries.at(-1);
  expect(null, "run_head.entry_count", { expected: String(record.entries.length), found: String(head.entryCount) });
  expect(null, "run_head.leaf", { expected: hexOf(last?.leaf ?? new Uint8Array()), found: hexOf(head.leaf) });
  compareRows(rebuilt.run, run, (field, values) => expect(null, `run.${field}`, values));
  const unmatched = new Map(steps.map((row) => [row.stepKey, row]));
  for (const [key, row] of rebuilt.steps) {
    compareRows(row, unmatched.get(key) ?? {}, (field, values) => expect(null, `step_run ${key}.${field}`, values));
    unmatched.delete(key);
  }
  for (const key of unmatched.keys()) expect(null, `step_run ${key}`, { expected: "no such row", found: "a row" });
}

type Differ = (field: string, values: { readonly expected: string; readonly found: string }) => void;

function compareRows(expected: object, found: object, differ: Differ): void {
  const foundFields = new Map<string, unknown>(Object.entries(found));
  for (const [field, value] of Object.entries(expected)) {
    if (foundFields.get(field) !== value)
      differ(field, {
        expected: JSON.stringify(value),
        found: foundFields.has(field) ? JSON.stringify(foundFields.get(field)) : "nothing",
      });
  }
}
