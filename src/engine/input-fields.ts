import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";

// Members of a body whose shape was checked, as their types. Where the shape is wrong they give the default, so that the
// checks after it can go on and all faults are reported together; such a body is refused in any case.

export function textOr<T>(value: Json | undefined, otherwise: T): string | T {
  return typeof value === "string" ? value : otherwise;
}

export function numberOr<T>(value: Json | undefined, otherwise: T): number | T {
  return typeof value === "number" ? value : otherwise;
}

export function booleanOr(value: Json | undefined, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

export function itemsOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

export function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The issues of a part as issues of the whole that holds it at `pointer`. */
export function prefixed(pointer: string, issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => ({ pointer: pointer + issue.pointer, detail: issue.detail }));
}
