import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { Fault } from "../../domain/fault.ts";
import type { SignerKey, VerifierKey } from "../../ledger/note-key.ts";
import { cosignText } from "../../ledger/signed-note.ts";
import { judgeCheckpoint } from "../../ledger/witness.ts";
import { sizeMediaType } from "../../ledger/witness-messages.ts";
import { lockFile } from "../log/keep-file.ts";
import { openWitnessState } from "./witness-state.ts";

export interface WitnessOptions {
  readonly key: SignerKey;
  /** Keys of the logs it watches, each under its log's origin. */
  readonly logKeys: readonly VerifierKey[];
  readonly stateFile: string;
  readonly host: string;
  readonly port: number;
  readonly nowSeconds: () => number;
  readonly onError: (error: unknown) => void;
}

export interface Witness {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const bodyBytesMax = 262_144;
const requestMsMax = 10_000;
const plain = "text/plain; charset=utf-8";

/** A witness of logs (C2SP tlog-witness): cosigns what extends all it has seen, and nothing else. Needs no database. */
export async function serveWitness(options: WitnessOptions): Promise<Witness> {
  const lock = await lockFile(`${options.stateFile}.lock`);
  if (lock === null) throw new Fault("overloaded", `another process is this witness (${options.stateFile}.lock)`);
  const state = await openWitnessState(options.stateFile).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  // One request is judged and remembered before the next is looked at, or two could be judged against the same past.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<Answer>): Promise<Answer> => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const answer = async (body: string): Promise<Answer> => {
    const verdict = judgeCheckpoint(body, { logKeys: options.logKeys, lastOf: state.lastOf });
    if (verdict.status === 409) return { status: 409, type: sizeMediaType, text: `${verdict.size}\n` };
    if (verdict.status !== 200) return { status: verdict.status, type: plain, text: `${verdict.detail}\n` };
    if (!(await lock.renew())) throw new Fault("overloaded", "another process took this witness over");
    await state.remember(verdict.origin, verdict.head);
    return { status: 200, type: plain, text: cosignText(verdict.text, options.key, options.nowSeconds()) };
  };
  const server = createServer({ requestTimeout: requestMsMax, headersTimeout: requestMsMax }, (request, response) => {
    respond(request, response, (body) => inTurn(() => answer(body))).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });
  try {
    server.listen(options.port, options.host);
    await once(server, "listening");
  } catch (error) {
    await lock.release();
    throw new Fault("overloaded", `cannot listen on ${options.host}:${options.port}: ${String(error)}`, { cause: error });
  }
  return {
    url: urlOf(options.host, server.address()),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await queue;
      await lock.release();
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: (body: string) => Promise<Answer>): Promise<void> {
  const { status, type, text } = await answerTo(request, answer);
  response.writeHead(status, { "content-type": type, "cache-control": "no-store", "x-content-type-options": "nosniff" });
  response.end(text);
}

async function answerTo(request: IncomingMessage, answer: (body: string) => Promise<Answer>): Promise<Answer> {
  if (request.url !== "/add-checkpoint") return { status: 404, type: plain, text: "there is nothing here but /add-checkpoint\n" };
  if (request.method !== "POST") return { status: 405, type: plain, text: "POST it\n" };
  const body = await readText(request);
  return body === null ? { status: 400, type: plain, text: "this is not an add-checkpoint request\n" } : answer(body);
}

/** Null when it is too long or not UTF-8. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const body: AsyncIterable<Buffer> = request;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > bodyBytesMax) return null;
    parts.push(part);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    return null;
  }
}

function urlOf(host: string, address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
