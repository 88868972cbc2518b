import type { FastifyRequest } from "fastify";
import { actingAs } from "../../domain/caller.ts";
import { isJsonObject, textOf } from "../../domain/json.ts";
import { granted, jsonAnswer, problemsOf } from "../answers.ts";
import { attemptCookie, cookieOf, dropCookie, sessionCookie, setCookie } from "../cookies.ts";
import { callbackPath } from "../open-id.ts";
import type { OpenId, SignInAttempt } from "../open-id.ts";
import { Refused } from "../problems.ts";
import { readBody } from "../read-body.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

const attemptSeconds = 600;

/** Sessions of browsers. What a session is in the end is a token that the browser keeps, with an end of its own for idleness. */
export function addSignIn(server: HttpServer, { machine, openId, sessionSeconds }: RouteOptions): void {
  const tags = ["access"];

  const methods = {
    operationId: "signInMethods",
    tags,
    summary: "How a browser can sign in",
    response: { 200: jsonAnswer("The ways there are", named("SignInMethods")), ...problemsOf() },
  };
  server.get("/api/sign-in", { schema: methods }, async (_request, reply) => reply.send({ provider: openId !== null }));

  // Where browsers go, and no program does: not part of the interface that the document describes.
  const begin = { operationId: "signIn", hide: true };
  server.get("/auth/sign-in", { schema: begin }, async (_request, reply) => {
    const { url, attempt } = await provider(openId).begin();
    const value = Buffer.from(JSON.stringify(attempt)).toString("base64url");
    setCookie(reply, attemptCookie, { value, sameSite: "Lax", seconds: attemptSeconds });
    return reply.redirect(url, 302);
  });

  // The answer must fit the attempt that this browser began. A session is made anew at each sign-in.
  const finish = { operationId: "finishSignIn", hide: true };
  server.get(callbackPath, { schema: finish }, async (request, reply) => {
    const attempt = attemptOf(request);
    // Whatever comes of it, an attempt is good for one answer.
    dropCookie(reply, attemptCookie);
    if (attempt === null)
      throw new Refused("sign_in_refused", "this browser has begun no sign-in, or too long ago: begin again at /auth/sign-in");
    const at = request.url.indexOf("?");
    const person = await provider(openId).finish(at === -1 ? "" : request.url.slice(at), attempt);
    const { secret } = await machine.openSession(person);
    setCookie(reply, sessionCookie, { value: secret.reveal(), sameSite: "Strict", seconds: sessionSeconds });
    return reply.redirect("/", 302);
  });

  const end = {
    operationId: "signOut",
    tags,
    summary: "End this session, or whatever token this is asked with",
    response: { 204: { description: "It lets nobody in any more", type: "null" }, ...problemsOf(409) },
  };
  server.post("/auth/sign-out", { schema: end }, async (request, reply) => {
    const { caller } = request;
    const by = granted(actingAs(caller, null));
    const token = caller.type === "person" ? /^token:(.*)$/.exec(caller.credential)?.[1] : undefined;
    if (token !== undefined) granted(await machine.revokeToken({ token, reason: "signed out" }, by));
    dropCookie(reply, sessionCookie);
    return reply.code(204).send();
  });
}

function provider(openId: OpenId | null): OpenId {
  if (openId === null) throw new Refused("not_found", "no identity provider is configured here: use an API token");
  return openId;
}

/** The attempt that this browser keeps. Its owner may write there what they like: it has to fit the provider's answer. */
function attemptOf(request: FastifyRequest): SignInAttempt | null {
  const cookie = cookieOf(request, attemptCookie);
  if (cookie === null) return null;
  try {
    const value = readBody(Buffer.from(cookie, "base64url"));
    if (!isJsonObject(value)) return null;
    const [verifier, state, nonce] = [textOf(value["verifier"]), textOf(value["state"]), textOf(value["nonce"])];
    return verifier === null || state === null || nonce === null ? null : { verifier, state, nonce };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
