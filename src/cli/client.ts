import { randomUUID } from "node:crypto";
import { CliError } from "./cli-error.ts";
import type { Exit } from "./exit-codes.ts";
import type { Issue } from "../domain/rejection.ts";
import type { Secret } from "../domain/secret.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import { readServerSentEvents } from "./server-sent-events.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";
import { listOf, parseJson, textOf } from "./wire.ts";

/** The HTTP interface of a server, as the commands use it. Answers are JSON that the caller reads (`wire.ts`). */
export interface Client {
  readonly baseUrl: string;
  get(path: string): Promise<Json>;
  /** One page of a list and the path of the next, from the `Link` header. */
  page(path: string): Promise<{ readonly items: readonly Json[]; readonly next: string | null }>;
  bytes(path: string): Promise<{ readonly body: Uint8Array; readonly mediaType: string }>;
  /** Sends under an idempotency key, so that a connection that breaks can be tried again without a second effect. */
  post(path: string, body: Json, options?: PostOptions): Promise<Json>;
  put(path: string, body: Json): Promise<Json>;
  /** Sends a file as it is read; the server refuses bytes that are not of this SHA-256 (hexadecimal). */
  upload(path: string, file: UploadFile): Promise<Json>;
  events(path: string, lastEventId: string | null, signal: AbortSignal): AsyncGenerator<ServerSentEvent>;
}

export interface UploadFile {
  readonly content: ReadableStream<Uint8Array>;
  readonly bytes: number;
  readonly sha256: string;
}

export interface PostOptions {
  readonly key?: string | undefined;
  /** Ask the server to answer only when the run rests, or after so long. */
  readonly waitSeconds?: number | undefined;
}

export interface ClientOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** API token to send along; null: none. */
  readonly token: Secret | null;
}

export function openClient(options: ClientOptions): Client {
  const send = (request: Exchange): Promise<Response> => exchange(options, request);
  return {
    baseUrl: options.baseUrl,
    get: async (path) => readJson(await send({ method: "GET", path, repeatable: true })),
    async page(path) {
      const response = await send({ method: "GET", path, repeatable: true });
      const items = await readJson(response);
      if (!Array.isArray(items)) throw unreadable(path, "a list");
      return { items: items as readonly Json[], next: nextPage(response.headers.get("link"), options.baseUrl) };
    },
    async bytes(path) {
      const response = await send({ method: "GET", path, headers: { accept: "*/*" }, repeatable: true });
      return {
        body: new Uint8Array(await response.arrayBuffer()),
        mediaType: response.headers.get("content-type") ?? "application/octet-stream",
      };
    },
    async post(path, body, { key = randomUUID(), waitSeconds } = {}) {
      const headers = { "idempotency-key": key, ...(waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` }) };
      return readJson(await send({ method: "POST", path, body, headers, repeatable: true, extraMs: (waitSeconds ?? 0) * 1000 }));
    },
    put: async (path, body) => readJson(await send({ method: "PUT", path, body, repeatable: false })),
    upload: async (path, file) => readJson(await sendFile(options, path, file)),
    events: (path, lastEventId, signal) => openEvents(options, path, lastEventId, signal),
  };
}

interface Exchange {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  readonly repeatable: boolean;
  readonly extraMs?: number;
}

const attemptsMax = 3;
const pauseMs = 250;

/** One answer with a good status; everything else is a CliError. Broken connections are tried again where that is harmless. */
async function exchange(options: ClientOptions, request: Exchange): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await attemptOnce(options, request);
      if (response.ok) return response;
      throw await problemOf(response, request);
    } catch (error) {
      if (options.signal.aborted || error instanceof CliError) throw error;
      // Refused means nobody listens: that does not change within a second. A connection that broke may.
      const again = request.repeatable && attempt < attemptsMax && !isTimeout(error) && codeOf(error) !== "ECONNREFUSED";
      if (!again) throw unreachableServer(options, error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
    }
  }
}

async function attemptOnce(
  { baseUrl, timeoutMs, signal, token }: ClientOptions,
  { method, path, body, headers, extraMs }: Exchange,
): Promise<Response> {
  return fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...authorization(token),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs + (extraMs ?? 0))]),
  });
}

/** No time limit: how long a file takes depends on the file. Ctrl-C ends it. */
async function sendFile(options: ClientOptions, path: string, { content, bytes, sha256 }: UploadFile): Promise<Response> {
  const headers = {
    ...authorization(options.token),
    "content-type": "application/octet-stream",
    "content-length": String(bytes),
    "content-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  };
  const request = { method: "PUT", headers, body: content, duplex: "half", redirect: "error", signal: options.signal } as const;
  try {
    const response = await fetch(`${options.baseUrl}${path}`, request);
    if (response.ok) return response;
    throw await problemOf(response, { method: "PUT", path, repeatable: false });
  } catch (error) {
    throw options.signal.aborted || error instanceof CliError ? error : unreachableServer(options, error);
  }
}

function authorization(token: Secret | null): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token.reveal()}` };
}

async function* openEvents(
  options: ClientOptions,
  path: string,
  lastEventId: string | null,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  try {
    const response = await fetch(`${options.baseUrl}${path}`, {
      headers: {
        accept: "text/event-stream",
        ...authorization(options.token),
        ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
      },
      redirect: "error",
      signal: AbortSignal.any([options.signal, signal]),
    });
    if (!response.ok) throw await problemOf(response, { method: "GET", path, repeatable: false });
    if (response.body === null) throw unreadable(path, "an event stream");
    yield* readServerSentEvents(response.body);
  } catch (error) {
    // A stream may break at any byte; whatever broke it, the caller's next step is to connect again.
    throw options.signal.aborted || signal.aborted || error instanceof CliError ? error : unreachableServer(options, error);
  }
}

async function readJson(response: Response): Promise<Json> {
  const value = parseJson(await response.text());
  if (value !== undefined) return value;
  throw unreadable(`${new URL(response.url).pathname} (status ${response.status})`, "JSON");
}

/** What the server said against a request: a problem document (RFC 9457), or whatever a proxy put in its place. */
async function problemOf(response: Response, { method, path }: Exchange): Promise<CliError> {
  const text = await response.text();
  const problem = parseJson(text);
  const exit: Exit =
    response.status === 401 || response.status === 403
      ? "unauthorized"
      : response.status === 502 || response.status === 503 || response.status === 504
        ? "unreachable"
        : "error";
  if (!isJsonObject(problem))
    return new CliError({
      exit,
      code: `http_${response.status}`,
      message: `${method} ${path} was answered ${response.status} ${response.statusText}`,
    });
  const code = typeof problem["code"] === "string" ? problem["code"] : `http_${response.status}`;
  const message =
    typeof problem["detail"] === "string"
      ? problem["detail"]
      : typeof problem["title"] === "string"
        ? problem["title"]
        : `${method} ${path} was answered ${response.status}`;
  return new CliError({ exit, code, message, issues: issuesOf(problem["errors"]), remedy: remedies[code] ?? null });
}

/** What to do about a refusal, where there is something to say. */
const remedies: Readonly<Record<string, string>> = {
  unauthenticated: "give an API token with RECKONING_TOKEN or --token",
  forbidden: "see whom the server takes you for with: reckon whoami",
  run_not_found: "list the runs with: reckon runs",
  manifest_not_found: "list the manifests with: reckon manifests",
  task_not_found: "list the tasks with: reckon tasks",
  step_not_attested: "attest the waiting step first: reckon attest --help",
  run_is_terminal: "a run that ended takes no more commands: start a new one with: reckon run",
  attestation_incomplete: "name each declared output with --artifact NAME=URI or NAME=@FILE; see: reckon show RUN --step STEP",
  idempotency_key_reused: "choose another --idempotency-key, or send exactly what was sent under it before",
  run_moved: "the run changed at the same moment: look again and repeat the command",
  schema_mismatch: "run: reckon migrate",
};

function issuesOf(errors: Json | undefined): readonly Issue[] {
  return listOf(errors).flatMap((item) =>
    isJsonObject(item) ? [{ pointer: textOf(item["pointer"]), detail: textOf(item["detail"]) }] : [],
  );
}

function unreadable(path: string, expected: string): CliError {
  return new CliError({
    exit: "error",
    code: "answer_unreadable",
    message: `${path} did not answer with ${expected}`,
    remedy: "is this the address of a Reckoning Machine of this version?",
  });
}

function unreachableServer({ baseUrl, timeoutMs }: ClientOptions, cause: unknown): CliError {
  if (isTimeout(cause))
    return new CliError({
      exit: "unreachable",
      code: "server_timeout",
      message: `${baseUrl} did not answer within ${timeoutMs / 1000} s`,
      remedy: "allow more with --timeout SECONDS",
      cause,
    });
  const why = codeOf(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new CliError({
    exit: "unreachable",
    code: "server_unreachable",
    message: `cannot reach ${baseUrl} (${why})`,
    remedy: "start one with: reckon dev (or: reckon serve), or name its address with --url or RECKONING_URL",
    cause,
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** The system's code of a broken connection; `fetch` hides it in the cause. */
function codeOf(error: unknown): string | null {
  const inner: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : null;
}

/** The `rel="next"` target of a Link header (RFC 8288), as a path of the same server. */
function nextPage(link: string | null, baseUrl: string): string | null {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? "")?.[1];
  if (target === undefined) return null;
  const url = new URL(target, `${baseUrl}/`);
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, "");
  return `${url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname}${url.search}`;
}
