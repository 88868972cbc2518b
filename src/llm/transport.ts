import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ModelReply, ModelRequest } from "../domain/model-call.ts";
import type { Secret } from "../domain/secret.ts";
import { allowedLookup } from "./allowed-lookup.ts";
import type { Endpoint } from "./endpoint.ts";
import type { CallOptions } from "./model-client.ts";
import { redactBytes } from "./redact.ts";

/** Bounds of one call beside its own total time. */
export interface TransportLimits {
  readonly replyBytesMax: number;
  readonly connectMsMax: number;
  /** Longest silence once the reply has begun. Before it begins a model may think as long as the call's total time. */
  readonly idleMsMax: number;
}

export const transportLimits: TransportLimits = { replyBytesMax: 4 * 1024 * 1024, connectMsMax: 10_000, idleMsMax: 60_000 };

/** Below the 5 seconds after which common servers drop an idle connection, so that we seldom write into a closed one. */
const idleSocketMs = 4_000;
const idleSocketsMax = 256;
/** A longer timer would fire at once. */
const timerMsMax = 2 ** 31 - 1;

export interface TransportSettings {
  readonly endpoint: Endpoint;
  /** Sent with every request and never recorded. */
  readonly headers: { readonly [name: string]: string };
  /** Taken out of every reply, should a provider repeat it. */
  readonly secret: Secret | null;
  readonly limits?: TransportLimits;
}

export type Post = (request: ModelRequest, options: CallOptions) => Promise<ModelReply>;

/**
 * A way to POST over plain HTTP/1.1 with idle connections kept: one request, one reply, no redirect followed, no
 * cookie, no compression, no proxy, no repetition. The promise never rejects.
 */
export function makePost(settings: TransportSettings): Post {
  const { endpoint, headers, secret, limits = transportLimits } = settings;
  const secure = endpoint.protocol === "https:";
  const pool = { keepAlive: true, maxFreeSockets: idleSocketsMax, timeout: idleSocketMs };
  const fixed: RequestOptions = {
    method: "POST",
    hostname: endpoint.hostname,
    port: endpoint.port,
    agent: secure ? new HttpsAgent({ ...pool, rejectUnauthorized: true }) : new HttpAgent(pool),
    lookup: allowedLookup(endpoint),
  };
  const constant = {
    "content-type": "application/json",
    accept: "application/json",
    "accept-encoding": "identity",
    "user-agent": "reckoning-machine",
    ...headers,
  };
  const open = secure ? httpsRequest : httpRequest;
  return (request, options) =>
    exchange({
      send: () => {
        const sent = open({
          ...fixed,
          path: endpoint.basePath + request.path,
          headers: { ...constant, "content-length": request.body.byteLength },
        });
        sent.end(request.body);
        return sent;
      },
      clean: (body) => redactBytes(body, secret),
      limits,
      options,
    });
}

interface Exchange {
  readonly send: () => ClientRequest;
  readonly clean: (body: Uint8Array) => Uint8Array;
  readonly limits: TransportLimits;
  readonly options: CallOptions;
}

type Broken = Extract<ModelReply, { readonly arrived: false }>["code"];

/** One request and what comes of it. Whatever happens first settles it; everything is torn down with that. */
function exchange({ send, clean, limits, options }: Exchange): Promise<ModelReply> {
  const { timeoutSeconds, signal } = options;
  const begun = performance.now();
  return new Promise((settle) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let request: ClientRequest | null = null;
    let connecting: NodeJS.Timeout | undefined;
    let idle: NodeJS.Timeout | undefined;
    let settled = false;

    const finish = (reply: ModelReply): void => {
      if (settled) return;
      settled = true;
      clearTimeout(total);
      clearTimeout(connecting);
      clearTimeout(idle);
      signal.removeEventListener("abort", giveUp);
      // After an arrival the connection goes back to the pool; otherwise what it would still bring is not wanted.
      if (!reply.arrived) request?.destroy();
      settle(reply);
    };
    const latencyMs = (): number => Math.round(performance.now() - begun);
    const breakOff = (code: Broken, detail: string): void => {
      // A connection also closes after all went well.
      if (settled) return;
      const body = size === 0 ? null : clean(Buffer.concat(chunks).subarray(0, limits.replyBytesMax));
      finish({ arrived: false, code, detail, body, latencyMs: latencyMs() });
    };
    const giveUp = (): void => breakOff("network", "the call was given up by the process that made it");
    const receive = (response: IncomingMessage): void => {
      idle = setTimeout(() => breakOff("timeout", `the reply stopped for ${limits.idleMsMax} ms`), limits.idleMsMax);
      response.on("data", (chunk: Buffer) => {
        idle?.refresh();
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size > limits.replyBytesMax) breakOff("reply_too_large", `the reply is longer than ${limits.replyBytesMax} bytes`);
      });
      response.on("end", () => {
        if (!response.complete) return breakOff("network", "the connection ended within the reply");
        const retryAfterSeconds = readRetryAfter(response.headers["retry-after"]);
        finish({
          arrived: true,
          status: response.statusCode ?? 0,
          body: clean(Buffer.concat(chunks)),
          retryAfterSeconds,
          latencyMs: latencyMs(),
        });
      });
      response.on("error", (error) => breakOff("network", `the connection broke within the reply${errorCode(error)}`));
    };

    const total = setTimeout(
      () => breakOff("timeout", `no complete reply within ${timeoutSeconds} s`),
      Math.min(timeoutSeconds * 1000, timerMsMax),
    );
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    request = send();
    request.on("socket", (socket) => {
      if (!socket.connecting) return;
      connecting = setTimeout(() => breakOff("timeout", `no connection within ${limits.connectMsMax} ms`), limits.connectMsMax);
      socket.once("encrypted" in socket ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    request.on("response", receive);
    request.on("error", (error) => breakOff("network", `the call to the provider failed${errorCode(error)}`));
    request.on("close", () => breakOff("network", "the connection closed without a reply"));
  });
}

/** The system's name of the error only: a message may hold the address or a header. */
function errorCode(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : "";
}

/** Seconds asked for by Retry-After (RFC 9110 section 10.2.3: seconds or a date), or null. */
function readRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(value)) return Math.ceil(Number(value));
  const at = Date.parse(value);
  return Number.isNaN(at) || !value.endsWith("GMT") ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
