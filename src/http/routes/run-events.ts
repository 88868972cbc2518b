import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { RunId } from "../../domain/ids.ts";
import { bodyAnswer, idOf, problemsOf } from "../answers.ts";
import { idParams, lastEventHeaders } from "../contract.ts";
import { Refused } from "../problems.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";
import { followAll, followRun } from "../sse.ts";
import type { Follow } from "../sse.ts";
import { readRun } from "./runs.ts";

export function addRunEvents(server: HttpServer, { machine, eventStreamsMax }: RouteOptions): void {
  let open = 0;
  const stream = async (request: FastifyRequest, reply: FastifyReply, follow: Follow): Promise<void> => {
    if (open >= eventStreamsMax) throw new Refused("too_many_requests", `${eventStreamsMax} event streams are open`);
    open += 1;
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      connection: "keep-alive",
      "x-accel-buffering": "no",
    });
    // A reader is to know that it is connected, also when there is nothing to tell yet.
    reply.raw.flushHeaders();
    try {
      await follow({ write: (text) => writeOut(reply, text), signal: gone.signal, lastEventId: lastEventIdOf(request) });
    } finally {
      open -= 1;
      reply.raw.end();
    }
  };
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
    response: { ...answer, ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id/events", { schema: one }, async (request, reply) => {
    const run = await readRun(machine, idOf<RunId>(request.params.id));
    await stream(request, reply, followRun(machine, run.id));
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
  server.get("/api/events", { schema: all }, async (request, reply) => stream(request, reply, followAll(machine)));
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
