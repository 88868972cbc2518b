import type { FastifyRequest } from "fastify";
import type { Json } from "../domain/json.ts";

/** The body as `readBody` made it, for the machine's own check (`validate.ts` leaves it alone). */
export function readDefinition(request: FastifyRequest): Json {
  return (request.body ?? null) as Json;
}
