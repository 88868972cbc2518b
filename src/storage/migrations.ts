import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert } from "../domain/assert.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the file, hexadecimal: a file that was edited after it was applied is noticed by it. */
  readonly digest: string;
}

const ownFolder = fileURLToPath(new URL("../../migrations/", import.meta.url));

/** The migrations this program brings, in order, without gaps. */
export function readMigrations(folder: string = ownFolder): readonly Migration[] {
  const files = readdirSync(folder).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file));
  return files.sort().map((file, index) => {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const version = Number(file.slice(0, 4));
    assert(version === index + 1, `migration ${file} follows ${index}`);
    return { version, name: file.slice(5, -4), text, digest: hash("sha256", text, "hex") };
  });
}

/** The statements that bring roles, ownership and grants into their order; they may be run again and again. */
export function readRoles(): string {
  return readFileSync(`${ownFolder}/roles.sql`, "utf8");
}
