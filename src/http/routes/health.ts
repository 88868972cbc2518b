import { Type } from "typebox";
import { Fault } from "../../domain/fault.ts";
import { bodyAnswer, jsonAnswer, problemsOf } from "../answers.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

/** A ping must be answered within two seconds, whether the database is there or not (SPEC 1.3). */
const pingMsMax = 1_800;

export function addHealth(server: HttpServer, { machine, metrics, version }: RouteOptions): void {
  server.get(
    "/health",
    {
      schema: {
        operationId: "health",
        tags: ["service"],
        summary: "The process is alive and its event loop turns",
        response: { 200: jsonAnswer("It is alive", named("Health")), ...problemsOf() },
      },
    },
    async () => ({
      status: "ok" as const,
    }),
  );

  const pingSchema = {
    operationId: "pingDatabase",
    tags: ["service"],
    summary: "One real round trip to the database",
    response: { 200: jsonAnswer("The database takes writes", named("Pong")), ...problemsOf() },
  };
  server.get("/db/ping", { schema: pingSchema }, async () => {
    const answer = await within(pingMsMax, machine.read.ping());
    if (!answer.is_primary) throw new Fault("database_unavailable", "the database is a standby: it takes no writes");
    return { status: "ok" as const, ...answer };
  });

  const versionSchema = {
    operationId: "version",
    tags: ["service"],
    summary: "Which program this is",
    response: { 200: jsonAnswer("Name and version", named("Version")), ...problemsOf() },
  };
  server.get("/version", { schema: versionSchema }, async () => ({ name: "reckoning-machine", version }));

  const metricsSchema = {
    operationId: "metrics",
    tags: ["service"],
    summary: "Metrics for Prometheus",
    response: { 200: bodyAnswer("Prometheus text format", { type: "text/plain", schema: Type.String() }), ...problemsOf() },
  };
  server.get("/metrics", { schema: metricsSchema }, async (_request, reply) => {
    const { text, type } = await metrics.expose();
    return reply.type(type).serializer(String).send(text);
  });
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault("database_unavailable", `the database did not answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
