import type { RunCommand } from "../domain/command.ts";
import type { StepKey } from "../domain/ids.ts";

/** What can reach a run under way: the reply to one of its calls, or the end of a declared pause. */
export type Arrival = { readonly type: "command"; readonly command: RunCommand } | { readonly type: "pause_over"; readonly step: StepKey };

/** Arrivals in order, taken all at once, because those that came during a commit can share the next one. */
export interface Inbox {
  readonly put: (arrival: Arrival) => void;
  /** Makes the next `takeAll` throw `error`: work done on the side went wrong. */
  readonly fail: (error: unknown) => void;
  /** All that has arrived, at least one; null once `signal` is aborted. */
  readonly takeAll: () => Promise<readonly Arrival[] | null>;
}

export function makeInbox(signal: AbortSignal): Inbox {
  let arrived: Arrival[] = [];
  let wake: (() => void) | null = null;
  let failure: { readonly error: unknown } | null = null;
  const onAbort = (): void => wake?.();
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    put(arrival) {
      arrived.push(arrival);
      wake?.();
    },
    fail(error) {
      failure = { error };
      wake?.();
    },
    async takeAll() {
      if (arrived.length === 0 && failure === null && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
      if (failure !== null) throw failure.error;
      if (signal.aborted) return null;
      const all = arrived;
      arrived = [];
      return all;
    },
  };
}
