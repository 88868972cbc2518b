import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { RunId } from "../../domain/ids.ts";
import { bodyAnswer, idOf, problemsOf } from "../answers.ts";
import { idParams, lastEventHeaders } from "../contract.ts";
import { Refused } from "../problems.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";
import { followAll, followRun, seqOf } from "../sse.ts";
import type { Follow } from "../sse.ts";
import { readRun } from "./runs.ts";

export function addRunEvents(server: HttpServer, options: RouteOptions): void {
  const { machine, limits } = options;
  const answer = { 200: bodyAnswer("Server-sent events", { type: "text/event-stream", schema: Type.String() }) };
  const tags = ["events"];

  const one = {
    operationId: "followRun",
    tags,
    summary: "The entries of a run as they are written",
    description:
      "`id` is the entry's seq, `event` its kind, `data` the entry (schema Entry). Goes on after Last-Event-ID; ends with the run.",
    headers: lastEventHeaders,
    params: idParams,
    response: {
      ...answer,
      204: { description: "The run has ended, and nothing follows Last-Event-ID", type: "null" },
      ...problemsOf(404, 422),
    },
  };
  server.get("/api/runs/:id/events", { schema: one }, async (request, reply) => {
    const run = await readRun(machine, idOf<RunId>(request.params.id));
    // The reader has all there will be: without a 204 its browser would ask again and again (HTML section 9.2.3).
    if (run.ended_at !== null && (seqOf(lastEventIdOf(request)) ?? -1) >= run.entry_count - 1) return reply.code(204).send();
    return stream(options, { request, reply, follow: followRun(machine, run.id, limits.heartbeatMs) });
  });

  const all = {
    operationId: "followRuns",
    tags,
    summary: "Runs as they change",
    description:
      "`event` is run, `data` the run as it stands (schema Run), `id` a moment to go on from: after Last-Event-ID a state may be sent once more, none is left out.",
    headers: lastEventHeaders,
    response: { ...answer, ...problemsOf(422) },
  };
  server.get("/api/events", { schema: all }, async (request, reply) =>
    stream(options, { request, reply, follow: followAll(machine, limits.heartbeatMs) }),
  );
}

interface Streamed {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly follow: Follow;
}

/** Answers with a stream of events, which ends with what it follows or with its reader. */
async function stream({ gate, limits, log }: RouteOptions, { request, reply, follow }: Streamed): Promise<void> {
  const release = gate.hold(request);
  if (release === null) throw new Refused("too_many_requests", `${limits.heldMax} requests are held open already`);
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    connection: "keep-alive",
    "x-accel-buffering": "no",
  });
  // The reader learns at once that it is connected, however long the first event takes.
  reply.raw.flushHeaders();
  try {
    await follow({ write: (text) => writeOut(reply, text), signal: gone.signal, lastEventId: lastEventIdOf(request) });
    reply.raw.end();
  } catch (error) {
    // The status is out already: a broken connection is what tells the reader to come back and go on.
    log.error({ err: error, route: request.routeOptions.url }, "an event stream broke off");
    reply.raw.destroy();
  } finally {
    release();
  }
}

function lastEventIdOf(request: FastifyRequest): string | null {
  const id = request.headers["last-event-id"];
  return typeof id === "string" && id.length <= 100 ? id : null;
}

/** Waits for a reader that is slower than we are; a reader that has gone ends the wait. */
async function writeOut(reply: FastifyReply, text: string): Promise<void> {
  if (reply.raw.destroyed || reply.raw.write(text)) return;
  await new Promise<void>((resolve) => {
    reply.raw.once("drain", resolve);
    reply.raw.once("close", resolve);
  });
}
