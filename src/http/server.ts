import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify from "fastify";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { InvariantViolation } from "../domain/assert.ts";
import { Fault } from "../domain/fault.ts";
import { jsonPointer, jsonPointerTokens } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { addAuthentication } from "./authenticate.ts";
import { addHeaders } from "./headers.ts";
import { limitActors } from "./limit-actors.ts";
import { openApiOptions } from "./openapi.ts";
import { problem, Refused } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { readBody } from "./read-body.ts";
import { addRoutes } from "./routes/routes.ts";
import { components } from "./schema/components.ts";
import type { HttpServer, ServerOptions } from "./server-options.ts";
import { requestValidator } from "./validate.ts";
import { addWebPages } from "./web-pages.ts";

export const bodyBytesMax = 1_048_576;
const headersMsMax = 30_000;
const eventStreamsMax = 1_000;
const retryAfterSeconds = 2;

/** The HTTP interface over a machine, not yet listening. */
export async function buildServer(options: ServerOptions): Promise<HttpServer> {
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: headersMsMax,
    routerOptions: { maxParamLength: 200 },
    // The frame of a request that Node's parser refuses never reaches a handler.
    clientErrorHandler(_error, socket) {
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    },
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Answers are built from typed views; writing them as they are is both exact and the fastest.
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.setValidatorCompiler(requestValidator());
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : readBody(Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  server.setErrorHandler((error: FastifyError, request, reply) => answerError(options, error, request, reply));
  server.setNotFoundHandler((request, reply) => answerNotFound(server, request, reply));
  limitInflight(server, options);
  addHeaders(server, options.hosts);
  addAuthentication(server, options);
  await limitActors(server, options);
  server.addHook("onResponse", async (request, reply) => {
    options.metrics.httpAnswered({
      route: request.routeOptions.url ?? "none",
      method: request.method,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
  for (const [name, schema] of Object.entries(components)) server.addSchema({ ...schema, $id: name });
  await server.register(swagger, openApiOptions(options.version));
  if (options.webFolder !== null) await addWebPages(server, options.webFolder);
  await server.register(async (scope) => addRoutes(scope.withTypeProvider<TypeBoxTypeProvider>(), { ...options, eventStreamsMax }));
  return server;
}

function limitInflight(server: HttpServer, { inflightMax }: ServerOptions): void {
  let inflight = 0;
  const counted = new WeakSet<FastifyRequest>();
  server.addHook("onRequest", async (request) => {
    if (inflight >= inflightMax && request.url !== "/health") throw new Refused("overloaded", `${inflightMax} requests are in progress`);
    inflight += 1;
    counted.add(request);
  });
  const leave = async (request: FastifyRequest): Promise<void> => {
    if (counted.delete(request)) inflight -= 1;
  };
  server.addHook("onResponse", leave);
  server.addHook("onRequestAbort", leave);
}

function answerError(options: ServerOptions, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, detail, errors } = describe(error);
  const body = problem(code, { detail, instance: request.url.slice(0, 1_000), ...(errors === undefined ? {} : { errors }) });
  if (body.status === 503) reply.header("retry-after", String(retryAfterSeconds));
  if (body.status >= 500) options.log.error({ err: error, route: request.routeOptions.url, code }, detail);
  void reply.code(body.status).type("application/problem+json").send(body);
  if (error instanceof InvariantViolation) options.onInvariantViolation(error);
}

/** Issues named in one answer; an array of many wrong items would otherwise be answered with many times its size. */
const issuesMax = 100;

interface Described {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly Issue[] | undefined;
}

const frameworkCodes: ReadonlyMap<string, ProblemCode> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", "body_too_large"],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "unsupported_media_type"],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "malformed_json"],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", "request_refused"],
]);

function describe(error: FastifyError): Described {
  if (error instanceof Refused) return { code: error.code, detail: error.message, errors: error.errors };
  if (error instanceof Fault) return { code: error.code, detail: faultDetail(error) };
  if (error.validation !== undefined) {
    const errors = error.validation.slice(0, issuesMax).map((issue) => ({
      pointer: pointerOf(issue.instancePath, issue.params),
      detail: issue.message ?? "is not valid",
    }));
    return { code: "invalid_input", detail: `the ${error.validationContext ?? "request"} does not match its schema`, errors };
  }
  const known = frameworkCodes.get(error.code);
  if (known !== undefined) return { code: known, detail: error.message };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return { code: "request_refused", detail: error.message };
  return { code: "internal_error", detail: "the server met a state that it should not; the log has the details" };
}

/** What the database said may quote values; the caller learns the kind, the log the rest. */
function faultDetail(fault: Fault): string {
  return fault.cause === undefined ? fault.message : (fault.message.split(":")[0] ?? fault.message);
}

function pointerOf(instancePath: string, params: Record<string, unknown>): string {
  const name = params["missingProperty"] ?? params["additionalProperty"];
  return typeof name === "string" ? jsonPointer([...(jsonPointerTokens(instancePath) ?? []), name]) : instancePath;
}

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;

function answerNotFound(server: HttpServer, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?")[0] ?? "/";
  const allowed = methods.filter((method) => isFound(server.findRoute({ method, url: path })));
  // A route that is there and yet found nothing (a file of that name) has no quarrel with the method.
  const refused = allowed.length > 0 && !allowed.some((method) => method === request.method);
  const code: ProblemCode = refused ? "method_not_allowed" : "not_found";
  if (refused) reply.header("allow", allowed.join(", "));
  const detail = refused
    ? `${request.method} is not allowed here`
    : "there is nothing at this address; the interface is described at /docs";
  const body = problem(code, { detail, instance: request.url.slice(0, 1_000) });
  void reply.code(body.status).type("application/problem+json").send(body);
}

/** The framework answers null where no route matches, which its types do not say. */
function isFound(route: object | null): boolean {
  return route !== null;
}
