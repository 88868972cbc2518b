import type { FastifyRequest } from "fastify";
import type { Json } from "../domain/json.ts";

/** Route options for bodies whose door check (SPEC 2) reports every fault at once, shape and meaning together. */
export const definitionBody = { attachValidation: true } as const;

/** The body as `readBody` made it, for the machine's own check; what is wrong elsewhere in the request is refused here. */
export function readDefinition(request: FastifyRequest): Json {
  const error = request.validationError;
  if (error !== undefined && error.validationContext !== "body") throw error;
  return (request.body ?? null) as Json;
}
