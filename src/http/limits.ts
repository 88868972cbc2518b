import type { FastifyRequest } from "fastify";
import { Refused } from "./problems.ts";
import type { Gate, HttpLimits, HttpServer } from "./server-options.ts";

export const bodyBytesMax = 1_048_576;
/** Request line and headers together. */
export const headerBytesMax = 16_384;
export const headersMsMax = 10_000;
/** How often late requests are looked for, so how far they may overrun. */
export const lateCheckMs = 1_000;
export const idleConnectionMsMax = 72_000;
/** Silence after which a connection is closed although a request is under way: a reader that takes nothing any more. */
export const silentConnectionMsMax = 120_000;

/** Refuses what would be more than the server may have under way. `/health` is always let through. */
export function limitInflight(server: HttpServer, { inflightMax, heldMax }: HttpLimits): Gate {
  const counted = new WeakSet<FastifyRequest>();
  let inflight = 0;
  let held = 0;
  const leave = (request: FastifyRequest): void => {
    if (counted.delete(request)) inflight -= 1;
  };
  server.addHook("onRequest", async (request) => {
    if (inflight >= inflightMax && request.url !== "/health") throw new Refused("overloaded", `${inflightMax} requests are in progress`);
    inflight += 1;
    counted.add(request);
  });
  server.addHook("onResponse", async (request) => leave(request));
  server.addHook("onRequestAbort", async (request) => leave(request));
  return {
    hold(request) {
      if (held >= heldMax) return null;
      leave(request);
      held += 1;
      let open = true;
      return () => {
        if (open) held -= 1;
        open = false;
      };
    },
    counts: () => ({ inflight, held }),
  };
}

const secondMs = 1_000;

/** Lets each address have so many requests a second, whoever asks: also who is about to try one token after another. */
export function limitRate(server: HttpServer, { ratePerSecondMax }: HttpLimits): void {
  if (ratePerSecondMax === null) return;
  const spend = server.createRateLimit({ max: ratePerSecondMax, timeWindow: secondMs });
  server.addHook("onRequest", async (request) => {
    if (request.url === "/health") return;
    const spent = await spend(request);
    if (!spent.isAllowed && spent.isExceeded)
      throw new Refused("too_many_requests", `more than ${ratePerSecondMax} requests a second came from your address`);
  });
}
