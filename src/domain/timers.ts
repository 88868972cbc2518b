/**
 * The passing of time as the machine may know it: how long ago, and when to be woken. Never the wall clock, which jumps. Handed
 * in, so that a simulation can let years pass in a moment and choose which of two timers rings first.
 */
export interface Timers {
  /** Milliseconds that only go forward. */
  readonly monotonicMs: () => number;
  /** Rings once after `delayMs`; answers how to call it off. */
  readonly after: (delayMs: number, ring: () => void) => () => void;
}

/** Resolves after `delayMs`. */
export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.after(delayMs, resolve));
}

/** Rings again and again, `periodMs` after the ring before; answers how to stop it. */
export function every(timers: Timers, periodMs: number, ring: () => void): () => void {
  let cancel: () => void;
  const next = (): void => {
    cancel = timers.after(periodMs, () => {
      next();
      ring();
    });
  };
  next();
  return () => cancel();
}
