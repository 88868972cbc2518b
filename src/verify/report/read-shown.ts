import { isJsonArray, isJsonObject } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import { readOwnJson } from "../../domain/read-json.ts";
import { readOutcome } from "../../engine/outcome.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { guarded } from "../guarded.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes as text, and whether they were text. */
export function readText(bytes: Uint8Array): { readonly text: string; readonly isText: boolean } {
  const read = guarded(() => strict.decode(bytes));
  return read.ok ? { text: read.value, isText: true } : { text: lenient.decode(bytes), isText: false };
}

/** The prompt inside a recorded request, whichever provider it was made for; null where there is none. */
export function readPrompt(request: Uint8Array): string | null {
  const body = readJson(request);
  if (!isJsonObject(body)) return null;
  if (typeof body["prompt"] === "string") return body["prompt"];
  const { messages } = body;
  const first = isJsonArray(messages) ? messages[0] : undefined;
  return isJsonObject(first) && typeof first["content"] === "string" ? first["content"] : null;
}

/** JSON laid out for a reader, or the bytes as they stand. */
export function readPretty(bytes: Uint8Array): string {
  const value = readJson(bytes);
  return value === undefined ? readText(bytes).text : JSON.stringify(value, null, 2);
}

export function readJson(bytes: Uint8Array): Json | undefined {
  const read = guarded(() => readOwnJson(strict.decode(bytes)));
  return read.ok ? read.value : undefined;
}

export function readShownOutcome(bytes: Uint8Array): Outcome | null {
  const read = guarded(() => readOutcome(bytes));
  return read.ok ? read.value : null;
}
