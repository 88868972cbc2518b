// Simulated time: one true clock, and for each process a monotonic one that may run a little fast or slow.
import type { Timers } from "../../src/domain/timers.ts";

interface Timer {
  readonly owner: object;
  readonly atMs: number;
  readonly ring: () => void;
}

export interface SimulatedClock {
  readonly nowMs: () => number;
  readonly timersOf: (owner: object, rate: number) => Timers;
  /** Lets time pass until the next timer of somebody who is not stalled rings; false when there is none. */
  readonly ringNext: (isStalled: (owner: object) => boolean) => boolean;
  readonly pass: (ms: number) => void;
  readonly forget: (owner: object) => void;
}

export function makeClock(): SimulatedClock {
  let now = 1_000;
  let timers: Timer[] = [];
  return {
    nowMs: () => now,
    timersOf: (owner, rate) => ({
      monotonicMs: () => now * rate,
      after(delayMs, ring) {
        const timer = { owner, atMs: now + delayMs / rate, ring };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    }),
    ringNext(isStalled) {
      let next: Timer | null = null;
      for (const timer of timers) if (!isStalled(timer.owner) && (next === null || timer.atMs < next.atMs)) next = timer;
      if (next === null) return false;
      const chosen = next;
      timers = timers.filter((other) => other !== chosen);
      now = Math.max(now, chosen.atMs);
      chosen.ring();
      return true;
    },
    pass(ms) {
      now += ms;
    },
    forget(owner) {
      timers = timers.filter((timer) => timer.owner !== owner);
    },
  };
}
