import { readFileSync } from "node:fs";
import { isJsonObject } from "../src/domain/json.ts";
import type { JsonObject } from "../src/domain/json.ts";
import { readOwnJson } from "../src/domain/read-json.ts";
import { openApiDocument } from "../src/http/openapi.ts";
import { buildServer } from "../src/http/server.ts";
import type { ServerOptions } from "../src/http/server-options.ts";
import { makeMetrics } from "../src/telemetry/metric.ts";

/** The OpenAPI document, from a server that was built and never asked anything: no database is needed. */
export async function makeOpenApi(): Promise<JsonObject> {
  const server = await buildServer({ ...absent, version: packageVersion(), hosts: null, webFolder: null, ...doors });
  await server.ready();
  try {
    return openApiDocument(server);
  } finally {
    await server.close();
  }
}

/** As it is committed. */
export function openApiText(document: JsonObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

const never = (): never => {
  throw new Error("a document asks nothing of the machine");
};

const nothing = new Proxy({}, { get: never });
const absent = {
  limits: { inflightMax: 1, heldMax: 0, requestMsMax: 1_000, ratePerSecondMax: null, heartbeatMs: 1_000 },
  machine: nothing as ServerOptions["machine"],
  evidence: nothing as ServerOptions["evidence"],
  metrics: makeMetrics(() => 0),
  log: { error: never },
  onInvariantViolation: never,
};

const doors = { openId: null, publicOrigin: null, sessionSeconds: 1, authenticates: false, actorPerMinuteMax: 1, actorInflightMax: 1 };

function packageVersion(): string {
  const manifest = readOwnJson(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return isJsonObject(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "unknown";
}
