import { assert } from "../domain/assert.ts";
import type { ModelReply } from "../domain/model-call.ts";
import type { ModelClient } from "./model-client.ts";

/** Calls that may wait for a place in one process; far above what a worker keeps in flight. */
export const waitingCallsMax = 10_000;

/**
 * The same client with at most `limit` calls under way; the others wait in the order they came. A call whose signal
 * fires while it waits is given up unsent, and one that finds the queue full is refused unsent: both say so in their
 * reply. Waiting does not count against a call's own time limit, which begins when it is sent.
 */
export function limitConcurrency(client: ModelClient, limit: number, waitingMax = waitingCallsMax): ModelClient {
  assert(Number.isSafeInteger(limit) && limit >= 1, `the limit of concurrent calls is a positive integer, not ${limit}`);
  let underWay = 0;
  // A Set keeps insertion order and forgets an entry in constant time: a queue that can be left anywhere.
  const waiting = new Set<() => void>();

  const enter = (signal: AbortSignal): Promise<"entered" | "given_up"> | null => {
    if (underWay < limit) {
      underWay += 1;
      return null;
    }
    return new Promise((settle) => {
      const admit = (): void => {
        signal.removeEventListener("abort", leave);
        settle("entered");
      };
      const leave = (): void => {
        waiting.delete(admit);
        settle("given_up");
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.add(admit);
    });
  };
  const exit = (): void => {
    // The place goes straight to the next in line, so nobody who comes later can slip in between.
    const [next] = waiting;
    if (next === undefined) {
      underWay -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    ...client,
    call: async (request, options) => {
      if (options.signal.aborted) return unsent("the call was given up before it was sent");
      if (underWay >= limit && waiting.size >= waitingMax) return unsent(`not sent: ${waitingMax} calls wait for a place already`);
      const entered = enter(options.signal);
      if (entered !== null && (await entered) === "given_up") return unsent("the call was given up before it was sent");
      try {
        return await client.call(request, options);
      } finally {
        exit();
      }
    },
  };
}

function unsent(detail: string): ModelReply {
  return { arrived: false, code: "network", detail, body: null, latencyMs: 0 };
}
