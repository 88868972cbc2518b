import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { readOwnJson } from "../domain/read-json.ts";
import { refusals } from "./answers.ts";
import type { HttpServer } from "./server-options.ts";

const description = `Runs LLM workflows as explicit graphs in which every answer passes a contract and a policy, and every run is evidence.

Refusals are RFC 9457 problems with a stable \`code\`. Bodies are I-JSON (RFC 7493) in UTF-8, at most 1 MiB and 32 levels deep; members
that are not described are refused. Every GET may be asked by HEAD; a method that an address does not have is answered 405 with Allow.
Ids are UUIDs; times are UTC with microseconds. Lists are plain arrays whose next page is named by the Link header.`;

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Reckoning Machine", version, description, license: { name: "MIT", identifier: "MIT" } },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "An API token, rm_…, where people must say who they are." },
        },
      },
      servers: [{ url: "/", description: "The server that this document comes from" }],
      tags: [
        { name: "service", description: "Is it alive, which version, how is it doing" },
        { name: "tasks", description: "Units of model work and their immutable versions" },
        { name: "manifests", description: "Graphs of steps and their immutable versions" },
        { name: "runs", description: "Executions, their steps and their record" },
        { name: "people", description: "What operators state and decide" },
        { name: "evidence", description: "What strangers get of a run, to check and to read" },
        { name: "access", description: "Who is let in, and for what" },
        { name: "log", description: "The sealed log: checkpoints, tiles and proofs for whoever does not take our word" },
        { name: "events", description: "What changes, as server-sent events" },
      ],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (typeof json["$id"] === "string" ? json["$id"] : `schema-${index}`),
    },
  };
}

const documents = new WeakMap<HttpServer, JsonObject>();

/** The OpenAPI document of a server that is ready; made once. */
export function openApiDocument(server: HttpServer): JsonObject {
  const known = documents.get(server);
  if (known !== undefined) return known;
  const made = finish(objectOf(readOwnJson(JSON.stringify(server.swagger()))));
  documents.set(server, made);
  return made;
}

/** What the generator cannot know: a status of refusal means the same wherever it stands, and a body that may be null may be left out. */
function finish(document: JsonObject): JsonObject {
  const responses: Record<string, Json> = {};
  const items = mapMembers(document["paths"], (item) =>
    mapMembers(item, (operation) => withNamedRest(withOptionalBody(withSharedRefusals(objectOf(operation), responses)))),
  );
  const paths = Object.fromEntries(Object.entries(items).map(([path, item]) => [path.replace("{*}", "{path}"), item]));
  const sorted = Object.fromEntries(Object.entries(responses).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...objectOf(document["components"]), responses: sorted }, paths };
}

/** The router calls the rest of a path `*`, which no client could call a parameter. */
function withNamedRest(operation: JsonObject): JsonObject {
  const { parameters } = operation;
  if (!isJsonArray(parameters)) return operation;
  return { ...operation, parameters: parameters.map((one) => (isJsonObject(one) && one["name"] === "*" ? { ...one, name: "path" } : one)) };
}

function withSharedRefusals(operation: JsonObject, shared: Record<string, Json>): JsonObject {
  const responses = mapMembers(operation["responses"], (response, status) => {
    if (!(status in refusals)) return response;
    shared[`Refused${status}`] = response;
    return { $ref: `#/components/responses/Refused${status}` };
  });
  return { ...operation, responses };
}

function withOptionalBody(operation: JsonObject): JsonObject {
  const body = objectOf(operation["requestBody"]);
  const content = mapMembers(body["content"], (media) => ({ ...objectOf(media), schema: notNull(objectOf(media)["schema"]) ?? null }));
  const same = Object.entries(content).every(
    ([type, media]) => objectOf(media)["schema"] === objectOf(objectOf(body["content"])[type])["schema"],
  );
  return same ? operation : { ...operation, requestBody: { ...body, content, required: false } };
}

/** The schema without its alternative null. */
function notNull(schema: Json | undefined): Json | undefined {
  const choices = objectOf(schema)["anyOf"];
  if (!isJsonArray(choices)) return schema;
  const others = choices.filter((choice) => objectOf(choice)["type"] !== "null");
  return others.length === 1 ? others[0] : schema;
}

function mapMembers(value: Json | undefined, change: (member: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([name, member]) => [name, change(member, name)]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
