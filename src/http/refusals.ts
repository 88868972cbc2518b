import { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { InvariantViolation } from "../domain/assert.ts";
import { Fault } from "../domain/fault.ts";
import { jsonPointer, jsonPointerTokens } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { setHeaders } from "./headers.ts";
import { problem, Refused } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import type { HttpServer, ServerOptions } from "./server-options.ts";

const retryAfterSeconds = 2;
const instanceLengthMax = 1_000;
/** Issues named in one answer; an array of many wrong items would otherwise be answered with many times its size. */
const issuesMax = 100;

interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly Issue[] | undefined;
}

export function answerError(options: ServerOptions, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = describe(error);
  const status = sendProblem(request, reply, refusal);
  if (status >= 500) options.log.error({ err: error, route: request.routeOptions.url, code: refusal.code }, refusal.detail);
  if (error instanceof InvariantViolation) options.onInvariantViolation(error);
}

/** What the framework refuses before a hook could run: the answer still carries every header. */
export function answerFrameworkError(options: ServerOptions, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  setHeaders(reply);
  answerError(options, error, request, reply);
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, { code, detail, errors }: Refusal): number {
  const instance = request.url.slice(0, instanceLengthMax).toWellFormed();
  const body = problem(code, { detail, instance, ...(errors === undefined ? {} : { errors }) });
  if (body.status === 503 || body.status === 429) reply.header("retry-after", String(retryAfterSeconds));
  // As bytes, because the framework would add a charset, which JSON does not have (RFC 8259 section 11).
  void reply
    .code(body.status)
    .header("content-type", "application/problem+json")
    .send(Buffer.from(JSON.stringify(body)));
  return body.status;
}

const frameworkCodes: ReadonlyMap<string, ProblemCode> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", "body_too_large"],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "unsupported_media_type"],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "malformed_json"],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", "request_refused"],
]);

function describe(error: FastifyError): Refusal {
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

const methods = ["GET", "HEAD", "POST", "PUT"] as const;

/** No such address, or not by this method. OPTIONS is answered for every address that there is. */
export function answerNotFound(server: HttpServer, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?")[0] ?? "/";
  const allowed = methods.filter((method) => isFound(server.findRoute({ method, url: path })));
  // A route that is there and yet found nothing (a file of that name) has no quarrel with the method.
  if (allowed.length === 0 || allowed.some((method) => method === request.method)) {
    sendProblem(request, reply, { code: "not_found", detail: "there is nothing at this address; the interface is described at /docs" });
    return;
  }
  reply.header("allow", [...allowed, "OPTIONS"].join(", "));
  if (request.method === "OPTIONS") void reply.code(204).send();
  else sendProblem(request, reply, { code: "method_not_allowed", detail: `${request.method} is not allowed here` });
}

/** The framework answers null where no route matches, which its types do not say. */
function isFound(route: object | null): boolean {
  return route !== null;
}

const parserCodes: ReadonlyMap<string, ProblemCode> = new Map([
  ["HPE_HEADER_OVERFLOW", "headers_too_large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
]);

/** What Node's parser refuses never becomes a request: the answer is written by hand, and the connection ends with it. */
export function answerClientError(error: Error, socket: Socket): void {
  // Bytes in the middle of an answer that is under way would be taken for a part of it.
  if (!socket.writable || answerBegun(socket)) return void socket.destroy();
  const code = parserCodes.get("code" in error ? String(error.code) : "") ?? "request_refused";
  const body = problem(code, { detail: clientErrorDetails[code] ?? "the request is not HTTP as RFC 9112 has it", instance: "" });
  const content = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(content)}\r\n` +
      `connection: close\r\nx-content-type-options: nosniff\r\n\r\n${content}`,
  );
}

/** Node keeps the answer under way on its socket (as its own handler of these errors reads it). */
function answerBegun(socket: Socket): boolean {
  const answer: unknown = Reflect.get(socket, "_httpMessage");
  return answer instanceof ServerResponse && answer.headersSent;
}

const clientErrorDetails: Partial<Record<ProblemCode, string>> = {
  headers_too_large: "the request's line and headers are too large",
  request_timeout: "the request did not arrive in time",
};
