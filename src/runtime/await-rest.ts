import type { RunId } from "../domain/ids.ts";
import type { RunStatus } from "../domain/run.ts";
import { makeBell } from "./bell.ts";
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
  const bell = makeBell(options.signal);
  const heard = { rested: false };
  const unsubscribe = hints.subscribe(runId, (_, hint) => {
    heard.rested ||= hint === "rests";
    bell.ring();
  });
  try {
    // The last change of a run and its rest ring together: who hears of the rest need not ask the database.
    while (!heard.rested) {
      if (!worker.isActive(runId) && (await statusOf(runId)) !== "running") return;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return;
      if ((await bell.wait(worker.isActive(runId) ? leftMs : Math.min(leftMs, lookAgainMs))) === "closed") return;
    }
  } finally {
    bell.close();
    unsubscribe();
  }
}
