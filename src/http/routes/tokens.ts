import { actingAs } from "../../domain/caller.ts";
import { tokenDaysDefault } from "../../domain/access.ts";
import { found, granted, jsonAnswer, limitOf, nextLink, pageAnswer, problemsOf } from "../answers.ts";
import { requireOwn } from "../authenticate.ts";
import { idParams, tokensQuery } from "../contract.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addTokens(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["access"];

  const me = {
    operationId: "whoAmI",
    tags,
    summary: "Whom the server takes the caller for",
    response: { 200: jsonAnswer("The caller", named("WhoAmI")), ...problemsOf() },
  };
  server.get("/api/me", { schema: me }, async ({ caller }, reply) =>
    reply.send(
      caller.type === "anonymous"
        ? { subject: null, roles: [], credential: null }
        : { subject: caller.subject, roles: caller.roles, credential: caller.credential },
    ),
  );

  const create = {
    operationId: "createToken",
    tags,
    summary: "Give out an API token",
    description: "The token's text is in this answer and nowhere else. Nobody gives themselves a role that they do not hold.",
    body: named("CreateToken"),
    response: { 201: jsonAnswer("The token, shown once", named("NewToken")), ...problemsOf(400, 413, 415, 422) },
  };
  server.post("/api/tokens", { schema: create }, async (request, reply) => {
    const { subject, roles, expires_in_days: days = tokenDaysDefault } = request.body;
    const by = granted(actingAs(request.caller, null));
    const { token, secret } = granted(await machine.createToken({ subject, roles, days }, { by, caller: request.caller }));
    return reply.code(201).send({ token, secret: secret.reveal() });
  });

  const list = {
    operationId: "listTokens",
    tags,
    summary: "Tokens that were given out, oldest first; the next page is in the Link header",
    querystring: tokensQuery,
    response: { 200: pageAnswer("Tokens", named("Token")), ...problemsOf(422) },
  };
  server.get("/api/tokens", { schema: list }, async (request, reply) => {
    const limit = limitOf(request.query);
    const tokens = await machine.read.tokens({ after: request.query.cursor ?? null, limit });
    const last = tokens.length === limit ? tokens.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: last.id }));
    return reply.send([...tokens]);
  });

  const revoke = {
    operationId: "revokeToken",
    tags,
    summary: "Let a token let nobody in any more, for a stated reason",
    description: "An admin's to do, and everybody's with their own.",
    params: idParams,
    body: named("RevokeToken"),
    response: { 200: jsonAnswer("The token", named("Token")), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.post("/api/tokens/:id/revoke", { schema: revoke }, async (request, reply) => {
    const { id } = request.params;
    const { subject } = found(await machine.read.token(id), "token_not_found", `there is no token ${id}`);
    requireOwn(request, subject);
    const by = granted(actingAs(request.caller, null));
    return reply.send(granted(await machine.revokeToken({ token: id, reason: request.body.reason }, by)));
  });
}
