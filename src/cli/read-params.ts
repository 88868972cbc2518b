import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { usageError } from "./cli-error.ts";

/**
 * Run parameters from the command line, later ones winning: a JSON object, a JSON or YAML file (`@` before its name is
 * optional), `name=text`, `name=@file` (the file's text), `name:=json` or `name:=@file` (the file's JSON or YAML).
 */
export async function readParams(texts: readonly string[]): Promise<JsonObject> {
  const params: Record<string, Json> = {};
  for (const text of texts) {
    for (const [name, value] of Object.entries(await readParam(text))) {
      // Defined, not assigned: a parameter named __proto__ is refused by the server and must not act here.
      Object.defineProperty(params, name, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  return params;
}

async function readParam(text: string): Promise<JsonObject> {
  if (text.startsWith("{")) return expectObject(parseText(text, "--params"), "--params");
  const typed = /^([A-Za-z_][A-Za-z0-9_-]*):=(.*)$/s.exec(text);
  if (typed !== null) return { [typed[1] ?? ""]: await readJsonText(typed[2] ?? "", `--params ${typed[1]}`) };
  const plain = /^([A-Za-z_][A-Za-z0-9_-]*)=(.*)$/s.exec(text);
  if (plain !== null) return { [plain[1] ?? ""]: await readPlainText(plain[2] ?? "") };
  const path = text.replace(/^@/, "");
  return expectObject(parseText(await readTextFile(path), path), path);
}

/** JSON or YAML given as text or as `@file`. */
export async function readJsonText(text: string, what: string): Promise<Json> {
  return text.startsWith("@") ? parseText(await readTextFile(text.slice(1)), text.slice(1)) : parseText(text, what);
}

async function readPlainText(text: string): Promise<string> {
  return text.startsWith("@") ? readTextFile(text.slice(1)) : text;
}

const fileBytesMax = 16 * 1024 * 1024;

/** A file as text; what is not UTF-8 is refused rather than changed. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw usageError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  if (bytes.length > fileBytesMax) throw usageError(`${path} is larger than ${fileBytesMax / 1024 / 1024} MiB`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${path} is not UTF-8 text`);
  }
}

/** YAML 1.2, of which JSON is a part; duplicate keys and aliases are refused, and every fault has its place. */
export function parseText(text: string, what: string): Json {
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true, prettyErrors: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) throw usageError(`${what}: ${faults.map((fault) => fault.message.trim()).join("; ")}`);
  try {
    return document.toJS({ maxAliasCount: 0 }) as Json;
  } catch (cause) {
    throw usageError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, "write the repeated part out");
  }
}

function expectObject(value: Json, what: string): JsonObject {
  if (!isJsonObject(value)) throw usageError(`${what} must hold an object of parameters`);
  return value;
}
