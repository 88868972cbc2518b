import { parseUuid } from "../domain/ids.ts";
import type { RunId, WorkerId } from "../domain/ids.ts";
import type { Hints } from "./hints.ts";
import type { Worker } from "./worker.ts";

export interface Hearers {
  readonly hints: Hints;
  readonly worker: Pick<Worker, "wake">;
}

/**
 * What the store's hints say: the worker that wrote, then the ids of the runs it changed. An id that begins with `+` names
 * a run that anybody may claim, `*` any run at all. Null: hints may have been lost.
 */
export function hearHints(self: WorkerId, { hints, worker }: Hearers): (payload: string | null) => void {
  return (payload) => {
    const [origin, ...words] = (payload ?? " *").split(" ");
    // A claimable run that this process left had no room here, so it need not wake itself; its own hints it told already.
    if (origin === self) return;
    if (words.some((word) => word === "*" || word.startsWith("+"))) worker.wake();
    for (const word of words) {
      const runId = parseUuid<RunId>(word.replace(/^\+/, ""));
      if (word === "*" || runId !== null) hints.tell(runId, "changed");
    }
  };
}
