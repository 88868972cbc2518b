import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "../domain/json.ts";
import { usageError } from "./cli-error.ts";

/**
 * One `--artifact`: `name=uri`, with `,sha256=` and `,bytes=` after it if known, or `name=@file`: then digest and size are
 * taken from the file here, and the uri names the file on this machine unless `,uri=` says where it can be had.
 */
export async function readArtifact(text: string, upload: UploadTo | null = null): Promise<JsonObject> {
  const equals = text.indexOf("=");
  if (equals < 1) throw usageError(`--artifact ${text} is not NAME=URI or NAME=@FILE`);
  const name = text.slice(0, equals);
  const { value, extras } = takeExtras(text.slice(equals + 1));
  if (value === "" || value === "@") throw usageError(`--artifact ${text} names no place`);
  if (!value.startsWith("@")) return { name, uri: value, ...extras };
  const path = value.slice(1);
  const described = await describeFile(path);
  if (upload === null) return { name, ...described, ...extras };
  // Hashed here first and there again: what arrives is what was read, or it is refused.
  return { name, ...described, uri: await upload(path, described), ...extras };
}

/** Takes `,sha256=`, `,bytes=` and `,uri=` off the end; a comma anywhere else belongs to the uri. */
function takeExtras(text: string): { readonly value: string; readonly extras: JsonObject } {
  const extras: Record<string, string | number> = {};
  let value = text;
  for (;;) {
    const match = /^(.*),(sha256|bytes|uri)=([^,]*)$/s.exec(value);
    if (match === null) return { value, extras };
    const [, rest = "", name = "", said = ""] = match;
    if (name === "sha256" && !/^[0-9a-fA-F]{64}$/.test(said)) throw usageError(`sha256=${said} is not 64 hexadecimal digits`);
    if (name === "bytes" && !/^\d{1,15}$/.test(said)) throw usageError(`bytes=${said} is not a number of bytes`);
    extras[name] = name === "bytes" ? Number(said) : name === "sha256" ? said.toLowerCase() : said;
    value = rest;
  }
}

export interface FileDescription {
  readonly uri: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Hands a file over to the server; answers the uri that stands for it there. */
export type UploadTo = (path: string, file: FileDescription) => Promise<string>;

async function describeFile(path: string): Promise<FileDescription & JsonObject> {
  const digest = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      digest.update(chunk);
      bytes += chunk.length;
    }
  } catch (cause) {
    throw usageError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return { uri: pathToFileURL(resolve(path)).href, sha256: digest.digest("hex"), bytes };
}
