import { readFileSync } from "node:fs";
import { isJsonObject } from "../src/domain/json.ts";
import type { JsonObject } from "../src/domain/json.ts";
import { readOwnJson } from "../src/domain/read-json.ts";
import { openApiDocument } from "../src/http/openapi.ts";
import { buildServer } from "../src/http/server.ts";
import type { ServerOptions } from "../src/http/server-options.ts";

/** The OpenAPI document, from a server that was built and never asked anything: no database is needed. */
export async function makeOpenApi(): Promise<JsonObject> {
  const server = await buildServer({ ...absent, version: packageVersion(), inflightMax: 1, hosts: null, webFolder: null, ...doors });
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
  machine: nothing as ServerOptions["machine"],
  metrics: nothing as ServerOptions["metrics"],
  evidence: nothing as ServerOptions["evidence"],
  log: { error: never },
  onInvariantViolation: never,
};

const doors = { authenticates: false, actorPerMinuteMax: 1, actorInflightMax: 1 };

function packageVersion(): string {
  const manifest = readOwnJson(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return isJsonObject(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "unknown";
}
