import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export type Answer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | ((response: ServerResponse, request: Seen) => void);

export interface FakeServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

/** A server on loopback that answers by `METHOD /path` (with or without query), in order when there are several answers; the last one stays. */
export async function fakeServer(answers: Readonly<Record<string, Answer | readonly Answer[]>>): Promise<FakeServer> {
  const seen: Seen[] = [];
  const used = new Map<string, number>();
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const it: Seen = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    seen.push(it);
    const full = `${it.method} ${it.path}`;
    const key = full in answers ? full : (full.split("?")[0] ?? "");
    const choice = answers[key];
    const list = choice === undefined ? [notFound] : Array.isArray(choice) ? (choice as readonly Answer[]) : [choice as Answer];
    const turn = used.get(key) ?? 0;
    used.set(key, turn + 1);
    send(response, it, list[Math.min(turn, list.length - 1)] ?? notFound);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const notFound: Answer = { status: 404, json: { code: "not_found", detail: "no such path", status: 404 } };

function send(response: ServerResponse, request: Seen, answer: Answer): void {
  if (typeof answer === "function") return answer(response, request);
  response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
  response.end(JSON.stringify(answer.json));
  return undefined;
}

/** An answer that is an event stream: these events, then open, or closed when `end` is set. */
export function eventStream(ids: readonly number[], { end = false }: { readonly end?: boolean } = {}): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    for (const id of ids) response.write(`id: ${id}\ndata: {}\n\n`);
    if (end) response.end();
  };
}
