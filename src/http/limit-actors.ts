import type { FastifyRequest } from "fastify";
import { Refused } from "./problems.ts";
import type { HttpServer, ServerOptions } from "./server-options.ts";

const minuteMs = 60_000;

/** One person who asks too much, by mistake or by a stolen token, is slowed down; nobody else is. */
export function limitActors(server: HttpServer, options: ServerOptions): void {
  const { authenticates, actorPerMinuteMax, actorInflightMax } = options;
  if (!authenticates) return;
  const spend = server.createRateLimit({
    max: actorPerMinuteMax,
    timeWindow: minuteMs,
    keyGenerator: (request) => subjectOf(request) ?? "",
  });
  const inflight = new Map<string, number>();
  const counted = new WeakSet<FastifyRequest>();
  server.addHook("onRequest", async (request, reply) => {
    const subject = subjectOf(request);
    if (subject === null) return;
    const spent = await spend(request);
    if (!spent.isAllowed && spent.isExceeded) {
      void reply.header("retry-after", String(spent.ttlInSeconds));
      throw new Refused("too_many_requests", `${subject} has asked ${actorPerMinuteMax} times within a minute`);
    }
    const now = inflight.get(subject) ?? 0;
    if (now >= actorInflightMax) throw new Refused("too_many_requests", `${subject} has ${actorInflightMax} requests in progress`);
    inflight.set(subject, now + 1);
    counted.add(request);
  });
  const leave = async (request: FastifyRequest): Promise<void> => {
    const subject = subjectOf(request);
    if (subject === null || !counted.delete(request)) return;
    const left = (inflight.get(subject) ?? 1) - 1;
    if (left === 0) inflight.delete(subject);
    else inflight.set(subject, left);
  };
  server.addHook("onResponse", leave);
  server.addHook("onRequestAbort", leave);
}

function subjectOf({ caller }: FastifyRequest): string | null {
  return caller.type === "person" ? caller.subject : null;
}
