import { readFileSync } from "node:fs";
import { present } from "../../domain/assert.ts";
import { isJsonArray, isJsonObject, textOf } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import { readOwnJson } from "../../domain/read-json.ts";

/** A link the libraries of the package need: `target` is to point to `source`, both below the package's folder. */
export interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

export function readPackageVersion(path: string): string {
  return memberOf(readFile(path), "version", path);
}

export function readLibraryLinks(path: string): readonly LibraryLink[] {
  const links = readFile(path);
  return (isJsonArray(links) ? links : []).map((link) => ({
    source: memberOf(link, "source", path),
    target: memberOf(link, "target", path),
  }));
}

function readFile(path: string): Json {
  return readOwnJson(readFileSync(path, "utf8"));
}

function memberOf(value: Json, name: string, path: string): string {
  return present(isJsonObject(value) ? textOf(value[name]) : null, `the text "${name}" in ${path}`);
}
