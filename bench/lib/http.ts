import { Agent, request as httpRequest } from "node:http";

/** Requests over kept connections, one per caller in flight; an answer that is not 2xx is an error. */
export interface HttpClient {
  readonly send: <T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<T>;
  readonly close: () => void;
}

export function makeHttpClient(baseUrl: string): HttpClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(baseUrl);
  const send = <T>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
      const framing = bytes === null ? {} : { "content-type": "application/json", "content-length": String(bytes.length) };
      const sent = httpRequest({ agent, hostname, port, method, path, headers: { ...framing, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve((text === "" ? null : JSON.parse(text)) as T);
          else reject(new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`));
        });
      });
      sent.on("error", reject);
      sent.end(bytes);
    });
  return { send, close: () => agent.destroy() };
}
