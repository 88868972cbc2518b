import { canonicalJson, jsonDepthMax } from "../domain/canonical-json.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import { guarded } from "./guarded.ts";

/**
 * Whether `text` is the RFC 8785 form of `value`, which was parsed from it. Nothing is canonicalised unless it must be: a text
 * that JSON.stringify gives back unchanged has no duplicate member, no needless byte and shortest numbers, so only the
 * order of members, integers outside the safe range and lone surrogates are left to look for.
 */
export function isCanonical(text: string, value: Json): boolean {
  if (JSON.stringify(value) === text && !text.includes("\\ud")) return isOrdered(value, 0);
  // JSON.parse moves members that are named like integers to the front: then only the canonical form itself can tell.
  const canonical = guarded(() => canonicalJson(value));
  return canonical.ok && canonical.value === text;
}

function isOrdered(value: Json, depth: number): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth >= jsonDepthMax) return false;
  if (isJsonArray(value)) return value.every((item) => isOrdered(item, depth + 1));
  let before: string | null = null;
  for (const name of Object.keys(value)) {
    if (before !== null && before >= name) return false;
    before = name;
    const member = isJsonObject(value) ? value[name] : undefined;
    if (member !== undefined && !isOrdered(member, depth + 1)) return false;
  }
  return true;
}
