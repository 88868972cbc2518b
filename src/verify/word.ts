import type { Json } from "../domain/json.ts";

/** A value of an entry in words: a text as it stands, anything else as JSON, so that no two values read alike by accident. */
export function wordOf(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
