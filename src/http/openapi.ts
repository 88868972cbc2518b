import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Reckoning Machine",
        version,
        description:
          "Runs LLM workflows as explicit graphs in which every answer passes a contract and a policy, and every run is evidence. Refusals are RFC 9457 problems with a stable `code`.",
        license: { name: "MIT", identifier: "MIT" },
      },
      tags: [
        { name: "service", description: "Is it alive, which version, how is it doing" },
        { name: "tasks", description: "Units of model work and their immutable versions" },
        { name: "manifests", description: "Graphs of steps and their immutable versions" },
        { name: "runs", description: "Executions, their steps and their record" },
        { name: "people", description: "What operators state and decide" },
        { name: "events", description: "What changes, as server-sent events" },
      ],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (typeof json["$id"] === "string" ? json["$id"] : `schema-${index}`),
    },
  };
}
