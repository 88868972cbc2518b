import { request as httpRequest } from "node:http";
import type { Agent } from "node:http";
import { connect } from "node:net";
import type { Received } from "./conformance.ts";

/** One request as it is put on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
  /** Bytes to send in all, the body over and over: for bodies that no memory should hold. */
  readonly streamed?: number;
}

const answerMsMax = 20_000;
/** An answer that goes on for ever is read so long. */
const streamReadMs = 60;

/** Why there was no answer. */
export type NoAnswer = "closed" | "timeout";

/** Sends what Node's own client agrees to send. A stream of events is read for a moment and left. */
export function sendHttp(base: URL, agent: Agent, wire: WireRequest): Promise<Received | NoAnswer> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (answer: Received | NoAnswer): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      sent.destroy();
      settle("timeout");
    }, answerMsMax);
    const sent = httpRequest({
      agent,
      host: base.hostname,
      port: base.port,
      method: wire.method,
      path: wire.target,
      headers: wire.headers.flat(),
      setDefaultHeaders: false,
    });
    sent.on("error", () => settle("closed"));
    sent.on("close", () => settle("closed"));
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
      const finish = (): void => settle({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", finish);
      response.on("error", finish);
      if (headers["content-type"]?.startsWith("text/event-stream") === true)
        setTimeout(() => {
          finish();
          sent.destroy();
        }, streamReadMs);
    });
    if (wire.streamed === undefined) sent.end(wire.body ?? undefined);
    else pour(sent, wire.body ?? Buffer.alloc(65_536, "["), wire.streamed);
  });
}

function pour(sent: ReturnType<typeof httpRequest>, chunk: Buffer, bytes: number): void {
  let left = bytes;
  const next = (): void => {
    while (left > 0 && !sent.destroyed) {
      left -= chunk.length;
      if (!sent.write(chunk)) return void sent.once("drain", next);
    }
    sent.end();
  };
  next();
}

/** Puts bytes on a connection of their own and reads until the other side closes it, or is silent once it has answered. */
export function sendBytes(
  base: URL,
  chunks: readonly Buffer[],
  options: { readonly halfClose: boolean },
): Promise<readonly Received[] | NoAnswer> {
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    const socket = connect({ host: base.hostname, port: Number(base.port), allowHalfOpen: true });
    let quiet: NodeJS.Timeout | undefined;
    const settle = (end: "closed" | "timeout" | "quiet"): void => {
      clearTimeout(quiet);
      clearTimeout(timer);
      socket.destroy();
      const answers = readAnswers(Buffer.concat(got));
      resolve(answers.length > 0 || end === "quiet" ? answers : end === "timeout" ? "timeout" : "closed");
    };
    const timer = setTimeout(() => settle("timeout"), answerMsMax);
    socket.on("data", (chunk) => {
      got.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(() => settle("quiet"), quietMs);
    });
    socket.on("end", () => settle("closed"));
    socket.on("error", () => settle("closed"));
    for (const chunk of chunks) socket.write(chunk);
    if (options.halfClose) socket.end();
  });
}

const quietMs = 300;

/** The answers that stand one after another in what a connection brought. */
export function readAnswers(bytes: Buffer): readonly Received[] {
  const answers: Received[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf("\r\n\r\n", at);
    if (headEnd < 0) break;
    const [line = "", ...lines] = bytes.subarray(at, headEnd).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(line)?.[1] ?? "0");
    const headers = Object.fromEntries(
      lines.map((each) => [each.slice(0, each.indexOf(":")).toLowerCase(), each.slice(each.indexOf(":") + 1).trim()]),
    );
    const { body, end } = readContent(bytes, headEnd + 4, headers);
    at = end;
    if (status !== 100) answers.push({ status, headers, body });
  }
  return answers;
}

function readContent(
  bytes: Buffer,
  from: number,
  headers: Readonly<Record<string, string>>,
): { readonly body: Buffer; readonly end: number } {
  if (headers["transfer-encoding"] !== "chunked") {
    const end = from + Number(headers["content-length"] ?? 0);
    return { body: bytes.subarray(from, end), end };
  }
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    if (lineEnd < 0) return { body: Buffer.concat(parts), end: bytes.length };
    if (size === 0) return { body: Buffer.concat(parts), end: lineEnd + 4 };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
