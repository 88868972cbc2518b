import type { Timers } from "../domain/timers.ts";

/** This process's own clock and timers. */
export const realTimers: Timers = {
  monotonicMs: () => performance.now(),
  after(delayMs, ring) {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
};
