import type { RunId } from "../domain/ids.ts";
import type { RunStatus } from "../domain/run.ts";
import type { Hints } from "./hints.ts";
import type { Worker } from "./worker.ts";

/** A hint from another host may be lost, so what this process does not hold is looked at again this often. */
const lookAgainMs = 1_000;

export interface AwaitRestPorts {
  readonly hints: Hints;
  readonly worker: Pick<Worker, "isActive">;
  readonly statusOf: (runId: RunId) => Promise<RunStatus | null>;
}

/** Returns when the run waits for people or has ended, when the time is out, or when nobody waits any more. */
export async function awaitRest(
  ports: AwaitRestPorts,
  runId: RunId,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { hints, worker, statusOf } = ports;
  const deadline = performance.now() + options.timeoutMs;
  let wake = (): void => undefined;
  let rested = false;
  const unsubscribe = hints.subscribe(runId, (_, hint) => {
    rested ||= hint === "rests";
    wake();
  });
  const onAbort = (): void => wake();
  options.signal.addEventListener("abort", onAbort);
  try {
    while (!rested && !options.signal.aborted) {
      if (!worker.isActive(runId)) {
        const status = await statusOf(runId);
        if (status !== "running") return;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || rested) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, Math.min(leftMs, worker.isActive(runId) ? leftMs : lookAgainMs));
      });
      clearTimeout(timer);
    }
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
