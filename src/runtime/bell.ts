/** Why a wait is over: something rang, the time went by, or nobody waits any more. */
export type Waited = "rung" | "quiet" | "closed";

/** Wakes one loop that looks at a table. A ring between two waits is kept, so none falls between a look and the next wait. */
export interface Bell {
  readonly ring: () => void;
  readonly wait: (msMax: number) => Promise<Waited>;
  /** Ends the wait under way and every later one. The caller closes it, or aborts the signal it was made with. */
  readonly close: () => void;
}

export function makeBell(signal: AbortSignal): Bell {
  let rung = false;
  let closed = signal.aborted;
  let wake = (): void => undefined;
  const ring = (): void => {
    rung = true;
    wake();
  };
  const close = (): void => {
    closed = true;
    signal.removeEventListener("abort", close);
    wake();
  };
  signal.addEventListener("abort", close);
  return {
    ring,
    close,
    async wait(msMax) {
      if (!rung && !closed) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, msMax);
        });
        clearTimeout(timer);
      }
      const waited = closed ? "closed" : rung ? "rung" : "quiet";
      rung = false;
      return waited;
    },
  };
}
