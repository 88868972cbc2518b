import { assert } from "./assert.ts";
import type { Json } from "./json.ts";

/** Deepest nesting of any value the machine hashes; deeper input was refused at the door. */
export const jsonDepthMax = 64;

/**
 * The canonical text of a JSON value after RFC 8785 (JSON Canonicalization Scheme); its UTF-8 bytes are what is hashed
 * and signed. Stricter than the standard where silence would corrupt a record: a lone surrogate, a number outside
 * the double range, an undefined member or a depth above `jsonDepthMax` is an InvariantViolation, because every door
 * refuses them first. -0 becomes 0, as section 3.2.2.3 says.
 */
export function canonicalJson(value: Json): string {
  return write(value, 0);
}

function write(value: Json | undefined, depth: number): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number") {
    assert(Number.isFinite(value), `canonical JSON cannot hold the number ${value}`);
    return String(value === 0 ? 0 : value);
  }
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  assert(depth < jsonDepthMax, `canonical JSON is nested deeper than ${jsonDepthMax}`);
  assert(typeof value === "object", `canonical JSON cannot hold a ${typeof value}`);
  if (Array.isArray(value)) return `[${value.map((item: Json) => write(item, depth + 1)).join(",")}]`;
  return writeObject(value as { readonly [key: string]: Json }, depth);
}

function writeObject(value: { readonly [key: string]: Json }, depth: number): string {
  // Default sort compares UTF-16 code units, which is the order RFC 8785 section 3.2.3 asks for.
  const keys = Object.keys(value).sort();
  let text = "{";
  for (const key of keys) {
    if (text.length > 1) text += ",";
    text += `${writeString(key)}:${write(value[key], depth + 1)}`;
  }
  return `${text}}`;
}

function writeString(text: string): string {
  // JSON.stringify escapes exactly as RFC 8785 section 3.2.2.2 does, except that it writes lone surrogates as \uXXXX.
  assert(text.isWellFormed(), "canonical JSON cannot hold a lone surrogate");
  return JSON.stringify(text);
}

const encoder = new TextEncoder();

/** The canonical bytes of a JSON value: `canonicalJson` as UTF-8. */
export function canonicalBytes(value: Json): Uint8Array {
  return encoder.encode(canonicalJson(value));
}
