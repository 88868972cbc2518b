import type { FastifyReply, FastifyRequest } from "fastify";
import { accessOf, mayDo } from "../domain/access.ts";
import type { Access } from "../domain/access.ts";
import { anonymous } from "../domain/caller.ts";
import type { Caller } from "../domain/caller.ts";
import { cookieOf, sessionCookie } from "./cookies.ts";
import { refusals } from "./answers.ts";
import { Refused } from "./problems.ts";
import type { HttpServer, ServerOptions } from "./server-options.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks. Set before any handler runs; anonymous where nobody has to say who they are. */
    caller: Caller;
  }
}

const pathCharactersMax = 1_000;

/** Lets nobody in who does not belong, and nobody do what is not theirs to do. Every route passes here first. */
export function addAuthentication(server: HttpServer, { machine, authenticates, publicOrigin }: ServerOptions): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  server.decorateRequest("caller", {
    getter(): Caller {
      return callers.get(this) ?? anonymous;
    },
    setter(caller: Caller) {
      callers.set(this, caller);
    },
  });
  describeAccess(server);
  if (!authenticates) return;
  server.addHook("onRequest", async (request, reply) => {
    if (request.is404) return;
    const operation = request.routeOptions.schema?.operationId;
    const access = accessOf(operation);
    // Pages of the user interface hold no content of their own; what they show they have to ask for.
    if (access?.allow === "anybody" || (operation === undefined && isPage(request.routeOptions.url))) return;
    const caller = await callerOf(request, { publicOrigin, callerOfToken: machine.callerOfToken });
    if (caller === null) throw unauthenticated(request, reply);
    request.caller = caller;
    if (caller.type === "anonymous") return;
    if (access === null || !mayDo(access, caller.roles, null))
      throw new Refused("forbidden", `${caller.subject} may not ${operation ?? "do this"} as ${caller.roles.join(", ")}${wanted(access)}`);
    const isNoted = access.isOnRecordFor === "everybody" || (access.isOnRecordFor === "auditors" && caller.roles.includes("auditor"));
    if (isNoted) {
      const { subject, credential } = caller;
      const target = request.url.split("?", 1)[0]?.slice(0, pathCharactersMax) ?? "";
      await machine.noteAccess({ subject, credential, operation: operation ?? "", target });
    }
  });
}

/** Refuses what the roles alone do not allow and what is not the caller's own either; the door let it through to find out. */
export function requireOwn(request: FastifyRequest, owner: string): void {
  const { caller } = request;
  const access = accessOf(request.routeOptions.schema?.operationId);
  if (caller.type === "anonymous" || access === null || mayDo(access, caller.roles, caller.subject === owner)) return;
  throw new Refused("forbidden", `${caller.subject} may do this with what is their own only`);
}

interface Door {
  readonly callerOfToken: (token: string) => Promise<Caller | null>;
  /** Where the pages of this server come from; null: no browser has a session here. */
  readonly publicOrigin: string | null;
}

/** A header says on purpose who asks; a cookie is sent by a browser on its own, so with one the page that asks has to be ours. */
async function callerOf(request: FastifyRequest, { callerOfToken, publicOrigin }: Door): Promise<Caller | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const session = publicOrigin === null ? null : cookieOf(request, sessionCookie);
    if (session === null || publicOrigin === null) return null;
    refuseForeignPage(request, publicOrigin);
    return callerOfToken(session);
  }
  const [scheme, token, ...more] = authorization.split(" ");
  return scheme?.toLowerCase() === "bearer" && token !== undefined && more.length === 0 ? callerOfToken(token) : null;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** SameSite keeps the cookie from other sites already; this holds where a browser or a neighbour under the same site does not. */
function refuseForeignPage(request: FastifyRequest, publicOrigin: string): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const isSafe = safeMethods.has(request.method);
  const isOurs =
    (origin === undefined || origin === publicOrigin) && (site === undefined || site === "same-origin" || (isSafe && site === "none"));
  // A change needs a browser's word on where it comes from.
  if (isOurs && (isSafe || origin !== undefined || site !== undefined)) return;
  throw new Refused("cross_site", "a session is good for the pages of this server only");
}

function unauthenticated(request: FastifyRequest, reply: FastifyReply): Refused {
  void reply.header("www-authenticate", 'Bearer realm="reckoning"');
  const detail =
    request.headers.authorization === undefined
      ? "send Authorization: Bearer with an API token"
      : "this token lets nobody in: it is unknown, expired or revoked";
  return new Refused("unauthenticated", detail);
}

function wanted(access: Access | null): string {
  return access === null || typeof access.allow === "string" ? "" : `: that takes ${access.allow.join(" or ")}`;
}

function isPage(url: string | undefined): boolean {
  return url !== undefined && !/^\/(api|metrics|log|db)\b/.test(url);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Says in the OpenAPI document, call by call, who may make it. */
function describeAccess(server: HttpServer): void {
  server.addHook("onRoute", (route) => {
    const access = accessOf(route.schema?.operationId);
    if (route.schema === undefined || access === null || access.allow === "anybody") return;
    const { response } = route.schema;
    Object.assign(route.schema, {
      // Optional, since a server may be started without authentication.
      security: [{ token: [] }, {}],
      ...(access.allow === "everybody" ? {} : { "x-roles": access.allow }),
      response: { ...(isObject(response) ? response : {}), 401: refusals[401], 403: refusals[403] },
    });
  });
}
