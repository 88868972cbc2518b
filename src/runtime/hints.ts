import type { RunId } from "../domain/ids.ts";

export type Hint = "changed" | "rests";
type Listener = (runId: RunId | null, hint: Hint) => void;

/**
 * Who wants to hear that something changed. A hint carries no truth: whoever hears it reads the table, and nothing
 * depends on hearing it. A null run id means any run may have changed.
 */
export interface Hints {
  readonly subscribe: (runId: RunId | "all", listener: Listener) => () => void;
  readonly tell: (runId: RunId | null, hint: Hint) => void;
}

export function makeHints(): Hints {
  const byRun = new Map<RunId | "all", Set<Listener>>();
  const call = (key: RunId | "all", runId: RunId | null, hint: Hint): void => {
    for (const listener of byRun.get(key) ?? []) listener(runId, hint);
  };
  return {
    subscribe(runId, listener) {
      const listeners = byRun.get(runId) ?? new Set();
      byRun.set(runId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byRun.get(runId) === listeners) byRun.delete(runId);
      };
    },
    tell(runId, hint) {
      if (byRun.size === 0) return;
      if (runId === null) {
        for (const key of [...byRun.keys()]) call(key, null, hint);
        return;
      }
      call(runId, runId, hint);
      call("all", runId, hint);
    },
  };
}
