import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify from "fastify";
import type { FastifyError } from "fastify";
import { addAuthentication } from "./authenticate.ts";
import { addHeaders } from "./headers.ts";
import { limitActors } from "./limit-actors.ts";
import {
  bodyBytesMax,
  headerBytesMax,
  headersMsMax,
  idleConnectionMsMax,
  lateCheckMs,
  limitInflight,
  limitRate,
  silentConnectionMsMax,
} from "./limits.ts";
import { openApiOptions } from "./openapi.ts";
import { readBody } from "./read-body.ts";
import { answerClientError, answerError, answerFrameworkError, answerNotFound } from "./refusals.ts";
import { addRoutes } from "./routes/routes.ts";
import { components } from "./schema/components.ts";
import type { HttpServer, ServerOptions } from "./server-options.ts";
import { requestValidator } from "./validate.ts";
import { addWebPages } from "./web-pages.ts";

/** The HTTP interface over a machine, not yet listening. */
export async function buildServer(options: ServerOptions): Promise<HttpServer> {
  const { limits } = options;
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: idleConnectionMsMax,
    // Longer than anything that says nothing for a while: a wait, or the pause between two heartbeats.
    connectionTimeout: Math.max(silentConnectionMsMax, 2 * limits.heartbeatMs),
    // As long as a request line can be: what a parameter may be is its schema's to say.
    routerOptions: { maxParamLength: headerBytesMax },
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: Math.min(headersMsMax, limits.requestMsMax),
      connectionsCheckingInterval: lateCheckMs,
      // A request without a Host gets a problem like every other refusal (`headers.ts`).
      requireHostHeader: false,
    },
    frameworkErrors: (error, request, reply) => answerFrameworkError(options, error, request, reply),
    clientErrorHandler: answerClientError,
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  // RFC 9110 section 10.1.1: an expectation that is not known may be ignored.
  server.server.on("checkExpectation", (request, response) => server.server.emit("request", request, response));
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
  await server.register(rateLimit, { global: false });
  addHeaders(server, options.hosts);
  limitRate(server, limits);
  const gate = limitInflight(server, limits);
  options.metrics.watchRequests(gate.counts);
  addAuthentication(server, options);
  limitActors(server, options);
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
  await server.register(async (scope) => addRoutes(scope.withTypeProvider<TypeBoxTypeProvider>(), { ...options, gate }));
  return server;
}
