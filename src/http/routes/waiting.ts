import { Type } from "typebox";
import { jsonAnswer, limitOf, problemsOf } from "../answers.ts";
import { limitQuery } from "../contract.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addWaiting(server: HttpServer, { machine }: RouteOptions): void {
  const list = {
    operationId: "listWaiting",
    tags: ["people"],
    summary: "What waits for a person, with what is to be delivered: due soonest first, the overdue leading",
    querystring: limitQuery,
    response: { 200: jsonAnswer("Compute steps that wait", Type.Array(named("Waiting"))), ...problemsOf(422) },
  };
  server.get("/api/waiting", { schema: list }, async (request, reply) =>
    reply.send([...(await machine.read.waiting(limitOf(request.query)))]),
  );
}
