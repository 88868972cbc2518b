import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../domain/result.ts";
import { placeOf } from "../verify/bundle/file-names.ts";
import { readBundle, readBundleFiles } from "../verify/bundle/read-bundle.ts";
import type { Bundle, BundleFault } from "../verify/bundle/read-bundle.ts";
import { CliError } from "./cli-error.ts";

/** A run export from a .tar file, or from the folder one was unpacked into. */
export function readBundleFile(path: string): Result<Bundle, BundleFault> {
  return reading(path, () => (statSync(path).isDirectory() ? readFolder(path) : readBundle(readFileSync(path))));
}

export function readTextFile(path: string): string {
  return reading(path, () => readFileSync(path, "utf8"));
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    const message = `cannot read ${path} (${String(cause.code)})`;
    throw new CliError({ exit: "unreadable", code: "file_unreadable", message, cause });
  }
}

/** A folder has no order, so its files are put into the one that the format has; strangers among them come last, and are found. */
function readFolder(path: string): Result<Bundle, BundleFault> {
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(path, name)).isFile());
  const ranked = names.map((name) => ({ name: name.replaceAll("\\", "/"), rank: placeOf(name.replaceAll("\\", "/"))?.rank ?? "9" }));
  const sorted = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return readBundleFiles(sorted.map(({ name }) => ({ name, content: readFileSync(join(path, name)) })));
}
