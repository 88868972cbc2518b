import type { StepKey } from "../domain/ids.ts";

/** One cycle among dependencies, as the keys along it with the first repeated at the end, or null when there is none. */
export function findCycle(dependencies: ReadonlyMap<StepKey, readonly StepKey[]>): readonly StepKey[] | null {
  // The steps that stay when every step whose dependencies are all gone is taken away: a cycle, and what leads into it.
  const left = new Map([...dependencies].map(([key, needs]) => [key, new Set(needs.filter((need) => dependencies.has(need)))]));
  for (let shrank = true; shrank; ) {
    shrank = false;
    for (const [key, needs] of left) {
      for (const need of needs) if (!left.has(need)) needs.delete(need);
      if (needs.size > 0) continue;
      left.delete(key);
      shrank = true;
    }
  }
  let [here] = left.keys();
  const way: StepKey[] = [];
  while (here !== undefined && !way.includes(here)) {
    way.push(here);
    // Every step that is left needs one that is left, so the way goes on until it meets itself.
    [here] = left.get(here) ?? [];
  }
  return here === undefined ? null : [...way.slice(way.indexOf(here)), here];
}
