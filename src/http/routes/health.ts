import { Type } from "typebox";
import { Fault } from "../../domain/fault.ts";
import { problemsOf } from "../answers.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

/** A ping must be answered within two seconds, whether the database is there or not (SPEC 1.3). */
const pingMsMax = 1_800;

export function addHealth(server: HttpServer, { machine, metrics, version }: RouteOptions): void {
  const health = Type.Object({ status: Type.Literal("ok") });
  server.get(
    "/health",
    {
      schema: {
        operationId: "health",
        tags: ["service"],
        summary: "The process is alive and its event loop turns",
        response: { 200: health },
      },
    },
    async () => ({
      status: "ok" as const,
    }),
  );

  const pong = Type.Object({
    status: Type.Literal("ok"),
    schema_version: Type.Integer(),
    is_primary: Type.Boolean(),
    server_version: Type.String(),
    latency_ms: Type.Number(),
  });
  const pingSchema = {
    operationId: "pingDatabase",
    tags: ["service"],
    summary: "One real round trip to the database",
    response: { 200: pong, ...problemsOf() },
  };
  server.get("/db/ping", { schema: pingSchema }, async () => {
    const answer = await within(pingMsMax, machine.read.ping());
    if (!answer.is_primary) throw new Fault("database_unavailable", "the database is a standby: it takes no writes");
    return { status: "ok" as const, ...answer };
  });

  const versionSchema = Type.Object({ name: Type.String(), version: Type.String() });
  server.get(
    "/version",
    { schema: { operationId: "version", tags: ["service"], summary: "Which program this is", response: { 200: versionSchema } } },
    async () => ({
      name: "reckoning-machine",
      version,
    }),
  );

  const exposition = { 200: { description: "Prometheus text format", content: { "text/plain": { schema: Type.String() } } } };
  server.get(
    "/metrics",
    { schema: { operationId: "metrics", tags: ["service"], summary: "Metrics for Prometheus", response: exposition } },
    async (_request, reply) => {
      const { text, type } = await metrics.expose();
      return reply.type(type).serializer(String).send(text);
    },
  );
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
