import { assert } from "../domain/assert.ts";
import type { StepKey } from "../domain/ids.ts";

/** What ordering needs of a step. */
export interface Orderable {
  readonly step_key: StepKey;
  readonly depends_on: readonly StepKey[];
  readonly order_index: number | null;
}

/**
 * The order of execution: a step after all it depends on; among those that could come next, the smallest `order_index`
 * (none counts as last), then the one its author wrote first. Asserts what the steps' door checked: no cycle, no unknown.
 */
export function orderSteps<S extends Orderable>(steps: readonly S[]): readonly S[] {
  const positions = new Map(steps.map((step, position) => [step.step_key, position]));
  const waiting = [...steps].sort(
    (left, right) => rank(left) - rank(right) || (positions.get(left.step_key) ?? 0) - (positions.get(right.step_key) ?? 0),
  );
  const placed = new Set<StepKey>();
  const order: S[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((step) => step.depends_on.every((key) => placed.has(key)));
    assert(next >= 0, "the steps of a checked manifest have an order");
    for (const step of waiting.splice(next, 1)) {
      placed.add(step.step_key);
      order.push(step);
    }
  }
  return order;
}

/** A finite stand-in for "last": indexes at the door are within 10^9, and Infinity minus Infinity is not a number. */
function rank({ order_index: index }: Orderable): number {
  return index ?? 2_000_000_000;
}
