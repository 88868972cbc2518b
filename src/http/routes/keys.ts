import { actingAs } from "../../domain/caller.ts";
import { parseSha256 } from "../../domain/sha256.ts";
import { found, granted, jsonAnswer, limitOf, nextLink, pageAnswer, problemsOf } from "../answers.ts";
import { requireOwn } from "../authenticate.ts";
import { keyParams, keysQuery } from "../contract.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addKeys(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["access"];

  const enroll = {
    operationId: "enrollKey",
    tags,
    summary: "Put on record whose key this is",
    description: "Signatures count from here on. A key that takes the place of another revokes it; what that one signed stays signed.",
    body: named("EnrollKey"),
    response: { 201: jsonAnswer("The key", named("OperatorKey")), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.post("/api/keys", { schema: enroll }, async (request, reply) => {
    const { subject, printed_name: printedName, public_key: publicKey, replaces = null } = request.body;
    const by = granted(actingAs(request.caller, null));
    return reply.code(201).send(granted(await machine.enrollKey({ subject, printedName, publicKey, replaces }, by)));
  });

  const list = {
    operationId: "listKeys",
    tags,
    summary: "Keys that were ever enrolled; the next page is in the Link header",
    querystring: keysQuery,
    response: { 200: pageAnswer("Keys", named("OperatorKey")), ...problemsOf(422) },
  };
  server.get("/api/keys", { schema: list }, async (request, reply) => {
    const limit = limitOf(request.query);
    const keys = await machine.read.operatorKeys({ after: request.query.cursor ?? null, limit });
    const last = keys.length === limit ? keys.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: last.id }));
    return reply.send([...keys]);
  });

  const revoke = {
    operationId: "revokeKey",
    tags,
    summary: "Take nothing from a key any more, for a stated reason",
    description: "A key custodian's to do, and everybody's with their own. What it signed before stays signed.",
    params: keyParams,
    body: named("RevokeKey"),
    response: { 200: jsonAnswer("The key", named("OperatorKey")), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.post("/api/keys/:key/revoke", { schema: revoke }, async (request, reply) => {
    const { key } = request.params;
    const id = parseSha256(key);
    const { subject } = found(id === null ? null : await machine.read.operatorKey(id), "key_not_found", `there is no key ${key}`);
    requireOwn(request, subject);
    const by = granted(actingAs(request.caller, null));
    return reply.send(granted(await machine.revokeKey({ key, reason: request.body.reason }, by)));
  });
}
