import { Type } from "typebox";
import type { TNull, TSchema, TUnion } from "typebox";
import type { Json, JsonObject } from "../../domain/json.ts";

// The words that schemas of requests and of answers are made of.

export const closed = { additionalProperties: false } as const;

export function nullable<T extends TSchema>(schema: T): TUnion<[T, TNull]> {
  return Type.Union([schema, Type.Null()]);
}

export const json = Type.Unsafe<Json>(Type.Unknown({ description: "Any JSON value." }));
export const jsonObject = Type.Unsafe<JsonObject>(Type.Record(Type.String(), Type.Unknown()));

export const uuidPattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
/** As a client may write it: upper case is accepted. */
export const uuid = Type.String({
  pattern: uuidPattern,
  maxLength: 36,
  description: "A UUID (RFC 9562).",
});
/** As an answer shows it. */
export const id = Type.String({
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
  description: "A UUID (RFC 9562) in lower case.",
});
export const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256 in lower-case hexadecimal." });
export const instant = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$",
  description: "RFC 3339, UTC, microseconds.",
  examples: ["2026-11-24T10:15:30.123456Z"],
});
export const count = Type.Integer({ minimum: 0 });
export const stepKey = Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,63}$", description: "The author's name of a step." });
export const artifactPlace = Type.String({
  pattern: "^(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,2})$",
  description: "Place of an artifact in its run: {seq}.{n}, the n-th of entry seq.",
});
