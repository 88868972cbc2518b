import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

// A model provider for tests: a real HTTP server on loopback that speaks OpenAI's and Anthropic's real protocols on one
// address and does what it is told, call by call.
//
//   const fake = await startFakeProvider();              // answers every call at once with { answer: "fake" }
//   … LLM_PROVIDER=openai (or anthropic) LLM_BASE_URL=fake.baseUrl …
//   fake.script({ kind: "status", status: 429, retryAfter: "1" }, { kind: "ok", output: { total: 3 } });
//                                                        // the next two calls; after them the default again
//   fake.answerWith((call) => ({ kind: "ok", output: { echo: call.prompt.length } })); // a new default
//   await fake.untilCalls(3);                            // resolves once three calls have come in
//   expect(fake.calls.length).toBe(3);                   // every call that came in, however it was answered
//   await fake.close();
//
// Every failure of the failure matrix that a provider can cause has a behaviour; `hostileTexts` are answers in a good
// envelope whose text must not pass. A connection that is refused: `await fake.close()` and use the address again.

export type FakeBehaviour =
  /** A good answer. `text` replaces the whole text of the model; otherwise it is {decision_rationale, output_json}. */
  | {
      readonly kind: "ok";
      readonly output?: unknown;
      readonly rationale?: unknown;
      readonly text?: string;
      readonly model?: string;
      readonly finishReason?: string;
      readonly usage?: { readonly input: number; readonly output: number };
      /** How long the model thinks; in a simulation of load, not to wait for anything. */
      readonly delayMs?: number;
    }
  /** A status with an error body in the protocol's form, or `body` as it stands. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** 200 with these bytes: wrong envelopes, an empty body. */
  | { readonly kind: "raw"; readonly body: string | Uint8Array; readonly headers?: { readonly [name: string]: string } }
  | { readonly kind: "redirect"; readonly to: string }
  /** Takes the request and never answers. */
  | { readonly kind: "hang" }
  /** Answers with bytes that are no HTTP. */
  | { readonly kind: "garbage" }
  /** Sends the head and half of a body, then nothing more. */
  | { readonly kind: "stall" }
  /** Breaks the connection before a byte of the reply, or in the middle of it; `ended` closes it there in good order. */
  | { readonly kind: "reset"; readonly when: "before" | "within" | "ended" }
  /** One byte at a time, for ever. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** A reply of so many bytes, sent as fast as they are taken. */
  | { readonly kind: "flood"; readonly bytes: number };

export interface FakeCall {
  readonly protocol: "openai" | "anthropic" | "other";
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What the request asks, read when first asked for. */
  readonly prompt: string;
  readonly model: string;
}

export interface FakeProvider {
  /** For LLM_BASE_URL, with either provider. */
  readonly baseUrl: string;
  readonly calls: readonly FakeCall[];
  /** Connections that were opened so far. */
  readonly connections: () => number;
  /** Calls that came in and have not been answered or given up yet. */
  readonly openCalls: () => number;
  readonly script: (...behaviours: readonly FakeBehaviour[]) => void;
  readonly answerWith: (answer: (call: FakeCall) => FakeBehaviour) => void;
  readonly untilCalls: (count: number) => Promise<void>;
  /** Forgets the calls so far, for loads that would otherwise keep every body. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

const okByDefault: FakeBehaviour = { kind: "ok", output: { answer: "fake" } };

export async function startFakeProvider(options: { readonly answer?: FakeBehaviour } = {}): Promise<FakeProvider> {
  const calls: FakeCall[] = [];
  const queue: FakeBehaviour[] = [];
  const waiters = new Set<() => void>();
  const open = new Set<ServerResponse>();
  const timers = new Set<NodeJS.Timeout>();
  let connections = 0;
  let answer: (call: FakeCall) => FakeBehaviour = () => options.answer ?? okByDefault;

  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = readCall(request, chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks));
      calls.push(call);
      open.add(response);
      response.on("close", () => open.delete(response));
      for (const check of waiters) check();
      perform(queue.shift() ?? answer(call), { call, response, timers });
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    connections: () => connections,
    openCalls: () => open.size,
    script: (...behaviours) => void queue.push(...behaviours),
    answerWith: (next) => {
      answer = next;
    },
    untilCalls: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (calls.length < count) return;
          waiters.delete(check);
          resolve();
        };
        waiters.add(check);
        check();
      }),
    forget: () => void calls.splice(0),
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function readCall(request: IncomingMessage, body: Buffer): FakeCall {
  const path = request.url ?? "";
  let parsed: { readonly model?: string; readonly messages?: readonly { readonly content?: string }[] } | null = null;
  const parse = (): NonNullable<typeof parsed> => (parsed ??= JSON.parse(body.toString("utf8")) as NonNullable<typeof parsed>);
  return {
    protocol: path.endsWith("/chat/completions") ? "openai" : path.endsWith("/v1/messages") ? "anthropic" : "other",
    method: request.method ?? "",
    path,
    headers: request.headers,
    body,
    get prompt() {
      return parse().messages?.[0]?.content ?? "";
    },
    get model() {
      return parse().model ?? "";
    },
  };
}

interface Scene {
  readonly call: FakeCall;
  readonly response: ServerResponse;
  readonly timers: Set<NodeJS.Timeout>;
}

function perform(behaviour: FakeBehaviour, { call, response, timers }: Scene): void {
  switch (behaviour.kind) {
    case "ok": {
      const body = okBody(behaviour, call);
      if (behaviour.delayMs === undefined) return send(response, 200, body);
      const timer = setTimeout(() => {
        timers.delete(timer);
        send(response, 200, body);
      }, behaviour.delayMs);
      timers.add(timer);
      return;
    }
    case "status": {
      const body = behaviour.body ?? JSON.stringify({ type: "error", error: { type: errorType(behaviour.status), message: "scripted" } });
      return send(response, behaviour.status, body, behaviour.retryAfter === undefined ? {} : { "retry-after": behaviour.retryAfter });
    }
    case "raw":
      return send(response, 200, behaviour.body, behaviour.headers);
    case "redirect":
      return send(response, 307, "", { location: behaviour.to });
    case "hang":
      return;
    case "garbage":
      response.socket?.end("SSH-2.0-OpenSSH_9.6\r\n");
      return;
    case "stall":
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"choices":[');
      return;
    case "reset":
      if (behaviour.when === "before") return reset(response.socket);
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"choices":[', () => (behaviour.when === "ended" ? response.socket?.end() : reset(response.socket)));
      return;
    case "drip": {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), behaviour.everyMs);
      timers.add(timer);
      response.on("close", () => {
        clearInterval(timer);
        timers.delete(timer);
      });
      return;
    }
    case "flood":
      return flood(response, behaviour.bytes);
    default:
      return behaviour satisfies never;
  }
}

/** The kernel forgets what was not sent yet, and the other side sees ECONNRESET. */
function reset(socket: Socket | null): void {
  socket?.resetAndDestroy();
}

const floodChunk = Buffer.alloc(64 * 1024, " ");

function flood(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { "content-type": "application/json" });
  let left = bytes;
  const pour = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= floodChunk.byteLength;
      if (!response.write(floodChunk)) return void response.once("drain", pour);
    }
    response.end();
  };
  pour();
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: { readonly [name: string]: string } = {},
): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

function errorType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 404) return "not_found_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "api_error" : "invalid_request_error";
}

type OkBehaviour = Extract<FakeBehaviour, { readonly kind: "ok" }>;

/** A behaviour that is used again gives the same bytes again, so a load costs the fake next to nothing. */
const bodies = { openai: new WeakMap<OkBehaviour, Buffer>(), anthropic: new WeakMap<OkBehaviour, Buffer>() };

function okBody(behaviour: OkBehaviour, call: FakeCall): Buffer {
  const protocol = call.protocol === "anthropic" ? "anthropic" : "openai";
  const known = bodies[protocol].get(behaviour);
  if (known !== undefined) return known;
  const body = Buffer.from(JSON.stringify(envelope(protocol, behaviour)));
  bodies[protocol].set(behaviour, body);
  return body;
}

function envelope(protocol: "openai" | "anthropic", behaviour: OkBehaviour): unknown {
  const {
    output = { answer: "fake" },
    rationale = { version: "fake-1", summary: "Scripted by a test." },
    model = "fake-model",
  } = behaviour;
  const text = behaviour.text ?? JSON.stringify({ decision_rationale: rationale, output_json: output });
  const { input, output: made } = behaviour.usage ?? { input: 11, output: 7 };
  if (protocol === "anthropic") {
    const usage = { input_tokens: input, output_tokens: made };
    const stop = behaviour.finishReason ?? "end_turn";
    return {
      id: "msg_fake",
      type: "message",
      role: "assistant",
      model,
      content: [{ type: "text", text }],
      stop_reason: stop,
      stop_sequence: null,
      usage,
    };
  }
  const message = { role: "assistant", content: text, refusal: null };
  const usage = { prompt_tokens: input, completion_tokens: made, total_tokens: input + made };
  const choices = [{ index: 0, message, finish_reason: behaviour.finishReason ?? "stop", logprobs: null }];
  return { id: "chatcmpl-fake", object: "chat.completion", created: 1_790_000_000, model, choices, usage };
}

const deep = 100_000;
const good = (output: string): string => `{"decision_rationale":{"version":"fake-1"},"output_json":${output}}`;

/** Texts of a model that arrive in a good envelope and must all fail, by the name of what is wrong with them. */
export const hostileTexts: Readonly<Record<string, string>> = {
  "a NUL in a string": good('{"answer":"a\\u0000b"}'),
  "a lone surrogate": good('{"answer":"\\ud800"}'),
  "a raw NUL": good('{"answer":"a\u0000b"}'),
  "a raw lone surrogate": good('{"answer":"\ud800"}'),
  "a number beyond the double range": good('{"answer":1e400}'),
  "an integer that is not safe": good('{"answer":9007199254740993}'),
  "duplicate keys": good('{"answer":"a","answer":"b"}'),
  "depth 100,000": good(`${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`),
  "a Markdown fence": `\`\`\`json\n${good('{"answer":"a"}')}\n\`\`\``,
  "text before the object": `Here you are: ${good('{"answer":"a"}')}`,
  "two objects": `${good('{"answer":"a"}')}${good('{"answer":"b"}')}`,
  "an array": `[${good('{"answer":"a"}')}]`,
  "no rationale": '{"output_json":{"answer":"a"}}',
  "no output": '{"decision_rationale":{"version":"fake-1"}}',
  "an object that ends too early": '{"decision_rationale":{"version":"fake-1"},"output_json":{"answer":',
  "an empty text": "",
};
