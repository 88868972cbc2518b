import type { FastifyReply } from "fastify";
import { Refused } from "./problems.ts";
import type { HttpServer } from "./server-options.ts";

/** Every answer forbids sniffing, framing, referring and loading; pages that need more say so themselves. */
const headers: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cache-control": "no-store",
};

export function setHeaders(reply: FastifyReply): void {
  void reply.headers(headers);
}

export function addHeaders(server: HttpServer, hosts: readonly string[] | null): void {
  server.addHook("onRequest", async (request, reply) => {
    setHeaders(reply);
    // RFC 9112 section 3.2: a request of HTTP/1.1 has exactly one Host.
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1")
      throw new Refused("request_refused", "the request has no Host header");
    // A page of a stranger that rebinds its own name to this address sends that name.
    if (hosts !== null && !hosts.includes(request.hostname))
      throw new Refused("misdirected_host", `this server does not answer to ${JSON.stringify(request.hostname.slice(0, 200))}`);
  });
}
