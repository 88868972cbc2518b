import { actingAs } from "../../domain/caller.ts";
import type { RunId } from "../../domain/ids.ts";
import { granted, idOf, jsonAnswer, problemsOf } from "../answers.ts";
import { artifactParams, idParams, keyHeaders } from "../contract.ts";
import { idempotencyKey } from "../request-headers.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";
import { nameOf } from "./people.ts";
import { readRun } from "./runs.ts";

/** What people decide about the content of runs that have ended: erasure by two persons, and the hold that forbids it. */
export function addKeeping(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["people"];
  const response = { 200: jsonAnswer("The run, whose entries say so", named("Run")), ...problemsOf(400, 404, 409, 413, 415, 422) };

  const request = {
    operationId: "requestErasure",
    tags,
    summary: "Ask for an artifact's content to be erased",
    description:
      "Only of a run that has ended and is not on hold. Nothing is erased before another person approves. The entry that refers to the artifact stays, and its commitment.",
    params: idParams,
    headers: keyHeaders,
    body: named("RequestErasure"),
    response,
  };
  server.post("/api/runs/:id/erasures", { schema: request }, async (asked, reply) => {
    const runId = idOf<RunId>(asked.params.id);
    const by = granted(actingAs(asked.caller, nameOf(asked, "requested_by")));
    const { artifact, legal_basis: legalBasis, reason } = asked.body;
    granted(await machine.keepRun({ type: "request_erasure", runId, by, artifact, legalBasis, reason, key: idempotencyKey(asked) }));
    return reply.send(await readRun(machine, runId));
  });

  const approve = {
    operationId: "approveErasure",
    tags,
    summary: "Erase an artifact whose erasure another person asked for",
    description: "Content and salt are deleted in the commit that puts this on record. It cannot be undone.",
    params: artifactParams,
    headers: keyHeaders,
    body: named("ApproveErasure"),
    response,
  };
  server.post("/api/runs/:id/erasures/:artifact/approve", { schema: approve }, async (asked, reply) => {
    const runId = idOf<RunId>(asked.params.id);
    const by = granted(actingAs(asked.caller, nameOf(asked, "approved_by")));
    granted(await machine.keepRun({ type: "approve_erasure", runId, by, artifact: asked.params.artifact, key: idempotencyKey(asked) }));
    return reply.send(await readRun(machine, runId));
  });

  const hold = {
    operationId: "placeHold",
    tags,
    summary: "Forbid that anything of a run is erased",
    params: idParams,
    headers: keyHeaders,
    body: named("PlaceHold"),
    response,
  };
  server.post("/api/runs/:id/hold", { schema: hold }, async (asked, reply) => {
    const runId = idOf<RunId>(asked.params.id);
    const by = granted(actingAs(asked.caller, nameOf(asked, "held_by")));
    granted(await machine.keepRun({ type: "place_hold", runId, by, reason: asked.body.reason, key: idempotencyKey(asked) }));
    return reply.send(await readRun(machine, runId));
  });

  const release = {
    operationId: "releaseHold",
    tags,
    summary: "Lift the hold of a run",
    params: idParams,
    headers: keyHeaders,
    body: named("ReleaseHold"),
    response,
  };
  server.post("/api/runs/:id/hold/release", { schema: release }, async (asked, reply) => {
    const runId = idOf<RunId>(asked.params.id);
    const by = granted(actingAs(asked.caller, nameOf(asked, "released_by")));
    granted(await machine.keepRun({ type: "release_hold", runId, by, reason: asked.body.reason, key: idempotencyKey(asked) }));
    return reply.send(await readRun(machine, runId));
  });
}
