import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { allowedLookup } from "../../llm/allowed-lookup.ts";
import type { Endpoint } from "../../llm/endpoint.ts";

const answerMsMax = 10_000;

export type Posted = { readonly delivered: boolean; readonly detail: string };

/** Posts one message. Follows no redirect, reads no answer, and goes to no address that `parseEndpoint` would refuse. */
export function postWebhook(endpoint: Endpoint, headers: Readonly<Record<string, string>>, body: string): Promise<Posted> {
  const { protocol, hostname: host, port, basePath } = endpoint;
  const send = protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const sent = send(
      {
        host,
        port,
        path: basePath === "" ? "/" : basePath,
        method: "POST",
        lookup: allowedLookup(endpoint),
        headers: { ...headers, "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) },
        signal: AbortSignal.timeout(answerMsMax),
      },
      (answer) => {
        const { statusCode = 0 } = answer;
        answer.destroy();
        resolve({ delivered: statusCode >= 200 && statusCode < 300, detail: `answered ${statusCode}` });
      },
    );
    sent.on("error", (error) =>
      resolve({ delivered: false, detail: error.name === "AbortError" ? `no answer within ${answerMsMax} ms` : error.message }),
    );
    sent.end(body);
  });
}
