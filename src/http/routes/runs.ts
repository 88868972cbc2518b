import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { actingAs } from "../../domain/caller.ts";
import type { ManifestId, RunId } from "../../domain/ids.ts";
import type { RunView } from "../../domain/view.ts";
import type { Machine } from "../../runtime/deps.ts";
import {
  bodyAnswer,
  found,
  granted,
  idOf,
  jsonAnswer,
  limitOf,
  locationHeader,
  nextLink,
  pageAnswer,
  preferenceAppliedHeader,
  problemsOf,
} from "../answers.ts";
import { artifactParams, commandHeaders, entriesQuery, idParams, runsQuery } from "../contract.ts";
import { named } from "../schema/components.ts";
import { Refused } from "../problems.ts";
import { idempotencyKey, waitSeconds } from "../request-headers.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addRuns(server: HttpServer, options: RouteOptions): void {
  const { machine } = options;
  const tags = ["runs"];
  const startedHeaders = { Location: locationHeader, "Preference-Applied": preferenceAppliedHeader };

  const start = {
    operationId: "startRun",
    tags,
    summary: "Start a run of the manifest's current version",
    description:
      "Honours Idempotency-Key: the same key and body have one effect, and every answer is 201 with the one run. Honours `Prefer: wait=N` (at most 60 s): the answer comes when the run rests.",
    headers: commandHeaders,
    body: named("StartRun"),
    response: {
      201: jsonAnswer("The run, which goes on by itself", named("Run"), startedHeaders),
      ...problemsOf(400, 404, 409, 413, 415, 422),
    },
  };
  server.post("/api/runs", { schema: start }, async (request, reply) => {
    const { manifest_id, initiated_by, run_params } = request.body;
    const params = run_params ?? {};
    const started = granted(
      await machine.startRun({
        manifestId: idOf<ManifestId>(manifest_id),
        by: granted(actingAs(request.caller, initiated_by ?? null)),
        params,
        key: idempotencyKey(request),
      }),
    );
    await waitForRest(options, started.runId, { request, reply });
    const run = await readRun(machine, started.runId);
    return reply.code(201).header("location", `/api/runs/${run.id}`).send(run);
  });

  const list = {
    operationId: "listRuns",
    tags,
    summary: "Runs, newest first; the next page is in the Link header",
    querystring: runsQuery,
    response: { 200: pageAnswer("Runs", named("Run")), ...problemsOf(422) },
  };
  server.get("/api/runs", { schema: list }, async (request, reply) => {
    const { status = null, manifest_id, initiated_by = null, cursor } = request.query;
    const limit = limitOf(request.query);
    const runs = await machine.read.runs({
      status,
      manifestId: manifest_id === undefined ? null : idOf<ManifestId>(manifest_id),
      initiatedBy: initiated_by,
      fromMs: moment(request.query.created_from, "created_from"),
      toMs: moment(request.query.created_to, "created_to"),
      before: cursor === undefined ? null : idOf<RunId>(cursor),
      limit,
    });
    const last = runs.length === limit ? runs.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: last.id }));
    return reply.send([...runs]);
  });

  const get = {
    operationId: "getRun",
    tags,
    summary: "One run",
    params: idParams,
    response: { 200: jsonAnswer("The run as it stands", named("Run")), ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id", { schema: get }, async (request, reply) =>
    reply.send(await readRun(machine, idOf<RunId>(request.params.id))),
  );

  const steps = {
    operationId: "listStepRuns",
    tags,
    summary: "The steps of a run that have begun or ended, in plan order",
    params: idParams,
    response: { 200: jsonAnswer("Steps", Type.Array(named("StepRun"))), ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id/steps", { schema: steps }, async (request, reply) => {
    const { id } = request.params;
    return reply.send([...found(await machine.read.stepRuns(idOf<RunId>(id)), "run_not_found", absent(id))]);
  });

  const entries = {
    operationId: "listEntries",
    tags,
    summary: "The record of a run, entry by entry; the next page is in the Link header",
    params: idParams,
    querystring: entriesQuery,
    response: { 200: pageAnswer("Entries", named("Entry")), ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id/entries", { schema: entries }, async (request, reply) => {
    const id = idOf<RunId>(request.params.id);
    const limit = limitOf(request.query);
    const { after } = request.query;
    const page = await machine.read.entries(id, { after: after === undefined ? null : Number(after), limit });
    if (page.length === 0) await readRun(machine, id);
    const last = page.length === limit ? page.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { after: String(last.seq) }));
    return reply.send([...page]);
  });

  const plan = {
    operationId: "getPlan",
    tags,
    summary: "The plan a run is bound to: its canonical bytes",
    params: idParams,
    response: { 200: jsonAnswer("The plan", named("Plan")), ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id/plan", { schema: plan }, async (request, reply) => {
    const { id } = request.params;
    const bytes = found(await machine.read.plan(idOf<RunId>(id)), "run_not_found", absent(id));
    return reply.type("application/json; charset=utf-8").send(Buffer.from(bytes));
  });

  const artifact = {
    operationId: "getArtifact",
    tags,
    summary: "One artifact of a run, named by its place {seq}.{n}",
    params: artifactParams,
    response: { 200: bodyAnswer("The exact bytes, as a download", { type: "*/*", schema: octets }), ...problemsOf(404, 422) },
  };
  server.get("/api/runs/:id/artifacts/:artifact", { schema: artifact }, async (request, reply) => {
    const { id, artifact: place } = request.params;
    const [seq, n] = place.split(".").map(Number);
    const stored = await machine.read.artifact(idOf<RunId>(id), { seq: seq ?? 0, n: n ?? 0 });
    const { mediaType, content } = found(stored, "artifact_not_found", `run ${id} has no artifact ${place}`);
    // Whatever a model wrote is only ever handed over as a file, never shown as a page of ours.
    const headers = {
      "content-disposition": `attachment; filename="${id}.${place}"`,
      "content-security-policy": "sandbox; default-src 'none'",
    };
    return reply.headers(headers).type(mediaType).send(Buffer.from(content));
  });
}

const octets = Type.Unsafe<unknown>({ type: "string", contentMediaType: "application/octet-stream" });

/** A moment that the schema let through by its form; the 31st of February has that form too. */
function moment(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs))
    throw new Refused("invalid_input", "the querystring does not match its schema", [{ pointer: `/${name}`, detail: "is no moment" }]);
  return atMs;
}

export function absent(id: string): string {
  return `there is no run ${id}`;
}

export async function readRun(machine: Machine, id: RunId): Promise<RunView> {
  return found(await machine.read.run(id), "run_not_found", absent(id));
}

/**
 * `Prefer: wait=N` (RFC 7240 section 4.3): holds the answer back until the run rests or the time is out. Where too many
 * requests are held already the preference is not honoured, which the absence of Preference-Applied says.
 */
export async function waitForRest({ machine, gate }: RouteOptions, runId: RunId, { request, reply }: Exchange): Promise<void> {
  const seconds = waitSeconds(request);
  const release = seconds === null ? null : gate.hold(request);
  if (seconds === null || release === null) return;
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  try {
    await machine.awaitRest(runId, { timeoutMs: seconds * 1000, signal: gone.signal });
  } finally {
    release();
  }
  void reply.header("preference-applied", `wait=${seconds}`);
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
