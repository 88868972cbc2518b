import { jsonAnswer, problemsOf } from "../answers.ts";
import { statsQuery } from "../contract.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

const daysDefault = 14;
const daysMax = 90;

export function addStats(server: HttpServer, { machine }: RouteOptions): void {
  const stats = {
    operationId: "getStats",
    tags: ["runs"],
    summary: "The last days in numbers: runs by day and end, failures, waits for people, model calls",
    querystring: statsQuery,
    response: { 200: jsonAnswer("Numbers of the last days", named("Stats")), ...problemsOf(422) },
  };
  server.get("/api/stats", { schema: stats }, async (request, reply) => {
    const days = Math.max(1, Math.min(Number(request.query.days ?? daysDefault), daysMax));
    return reply.send(await machine.read.stats(days));
  });
}
