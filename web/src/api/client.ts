// The web interface is a client like any other: this file and events.ts are its only ways to the server, and both speak
// the published interface (openapi.json).
import { routes } from "./generated.ts";
import { askToSignIn, authorization } from "./session.ts";
import type { Issue, Operations, Problem, ProblemCode, Upload } from "./generated.ts";

export type OperationId = keyof Operations;
type Request<Id extends OperationId> = {
  readonly [Part in "params" | "query" | "body" as Operations[Id][Part] extends undefined ? never : Part]: Operations[Id][Part];
} & { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal };

/** The codes of the service, and two for when it was not the service that answered. */
export type ErrorCode = ProblemCode | "unreachable" | "unreadable_answer";

interface Told {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly Issue[];
}

/** A refusal of the server, or its absence, in the words it used. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ErrorCode;
  readonly errors: readonly Issue[];

  constructor(problem: Told) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
  }
}

export async function call<Id extends OperationId>(id: Id, request: Request<Id>): Promise<Operations[Id]["answer"]> {
  const response = await send(id, request);
  return (await response.json()) as Operations[Id]["answer"];
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Address of the page after this one; null after the last. */
  readonly next: string | null;
}

type ItemOf<Id extends OperationId> = Operations[Id]["answer"] extends readonly (infer Item)[] ? Item : never;

/** One page of a list: the first, or the one that `next` of the page before names. */
export async function page<Id extends OperationId>(id: Id, request: Request<Id>, next: string | null): Promise<Page<ItemOf<Id>>> {
  const response = next === null ? await send(id, request) : await answerOf(next, { signal: request.signal ?? null });
  return { items: (await response.json()) as readonly ItemOf<Id>[], next: nextOf(response.headers.get("link")) };
}

/** The exact bytes of an artifact. */
export async function artifact(runId: string, place: string, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await send("getArtifact", { params: { id: runId, artifact: place }, ...(signal === undefined ? {} : { signal }) });
  return new Uint8Array(await response.arrayBuffer());
}

/** Hands over a file, which arrives as the bytes of this digest or not at all (RFC 9530). */
export async function upload(file: Blob, sha256: string): Promise<Upload> {
  const digest = btoa(String.fromCharCode(...(sha256.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));
  const { method, path } = routes.uploadArtifact;
  const headers = { "content-type": "application/octet-stream", "content-digest": `sha-256=:${digest}:` };
  const response = await answerOf(path, { method, body: file, headers });
  return (await response.json()) as Upload;
}

/** The whole of an answer, to be saved as a file. */
export async function download(address: string): Promise<Blob> {
  return (await answerOf(address, {})).blob();
}

export function artifactAddress(runId: string, place: string): string {
  return `/api/runs/${encodeURIComponent(runId)}/artifacts/${encodeURIComponent(place)}`;
}

function nextOf(link: string | null): string | null {
  return /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1] ?? null;
}

interface Loose {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

async function send(id: OperationId, request: Loose): Promise<Response> {
  const { method, path } = routes[id];
  const { body, headers = {}, signal = null } = request;
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return answerOf(addressOf(path, request), { method, ...json, headers: { ...type, ...headers }, signal });
}

function addressOf(path: string, { params = {}, query = {} }: Loose): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (typeof value === "string" || typeof value === "number") search.set(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

type Options = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

async function answerOf(address: string, options: Options): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { ...options, headers: { ...authorization(), ...options.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ status: 0, code: "unreachable", detail: "The server cannot be reached." });
  }
  if (response.status === 401) askToSignIn();
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<Told> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {
      status: response.status,
      code: "unreadable_answer",
      detail: `The answer (${response.status}) is not one of the service; is there a proxy in between?`,
    };
  }
}
