import { parse } from "yaml";
import type { Json } from "../domain/json.ts";
import { usageError } from "./cli-error.ts";
import { readTextFile } from "./read-bundle-file.ts";

/** YAML resolves an alias by copying; so many copies are a convenience, more are an attack. */
const aliasesMax = 100;

/** One JSON or YAML document from a file. */
export function readDocument(path: string): Json {
  const text = readTextFile(path);
  try {
    return parse(text, { maxAliasCount: aliasesMax, stringKeys: true }) as Json;
  } catch (cause) {
    throw usageError(`${path} is neither JSON nor YAML: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
