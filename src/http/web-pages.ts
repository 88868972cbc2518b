import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply } from "fastify";
import type { HttpServer } from "./server-options.ts";

/** First parts of the addresses that are pages of the web interface. The rest of an address is read in the browser. */
const pages = ["runs", "tasks", "manifests", "definitions", "compare", "ledger"] as const;

/** A page may run the scripts and styles of this server and talk to it; nothing inline, nothing foreign, no text taken for markup. */
const pageHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // One policy, which knows one address: that of the worker that checks exports.
    "trusted-types reckoning-worker",
  ].join("; "),
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** The worker that checks exports compiles schemas to functions; in return it can load, send and reach nothing. */
const workerPolicy = "default-src 'none'; script-src 'self' 'unsafe-eval'";

const assetsMaxAgeMs = 31_536_000_000;

/** Serves the built web interface from `folder`: one page under many addresses, and its assets, whose names carry their digest. */
export async function addWebPages(server: HttpServer, folder: string): Promise<void> {
  const index = join(folder, "index.html");
  const isBuilt = existsSync(index);
  const page = isBuilt ? readFileSync(index, "utf8") : unbuiltPage;
  const send = async (reply: FastifyReply): Promise<FastifyReply> =>
    reply
      .code(isBuilt ? 200 : 503)
      .headers(pageHeaders)
      .type("text/html; charset=utf-8")
      .serializer(String)
      .send(page);
  const hidden = { schema: { hide: true } };
  server.get("/", hidden, async (_request, reply) => send(reply));
  for (const name of pages) {
    server.get(`/${name}`, hidden, async (_request, reply) => send(reply));
    server.get(`/${name}/*`, hidden, async (_request, reply) => send(reply));
  }
  if (!isBuilt) return;
  await server.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: "/assets/",
    schemaHide: true,
    index: false,
    redirect: false,
    preCompressed: true,
    immutable: true,
    maxAge: assetsMaxAgeMs,
    cacheControl: true,
  });
  await server.register(fastifyStatic, {
    root: join(folder, "verify"),
    prefix: "/verify/",
    schemaHide: true,
    index: false,
    redirect: false,
    decorateReply: false,
    preCompressed: true,
    // Its names carry no digest: what is kept is asked for again.
    cacheControl: false,
    setHeaders: (reply) => {
      void reply.header("content-security-policy", workerPolicy);
      void reply.header("cache-control", "no-cache");
    },
  });
}

const unbuiltPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Reckoning Machine</title></head><body><h1>The web interface is not built</h1><p>In a checkout, run <code>npm run build:web</code> and start again. The <a href="/docs">HTTP interface</a> works without it.</p></body></html>`;
