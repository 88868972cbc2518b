import { parseUuid } from "../domain/ids.ts";
import type { ManifestId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import type { ManifestView } from "../domain/view.ts";
import { allOf } from "./all-pages.ts";
import type { Client } from "./client.ts";
import { CliError } from "./cli-error.ts";
import { readManifest } from "./wire.ts";

/** The manifest of this id or name. */
export async function findManifest(client: Client, text: string): Promise<ManifestView> {
  if (parseUuid<ManifestId>(text) !== null) return readManifest(await client.get(`/api/manifests/${text}`));
  const found = await named(client, "/api/manifests", text);
  if (found === null)
    throw new CliError({
      exit: "error",
      code: "manifest_not_found",
      message: `there is no manifest named ${text}`,
      remedy: "list the manifests with: reckon manifests; make one with: reckon apply -f FILE",
    });
  return readManifest(found);
}

/** The manifest of this name, or null. */
export async function manifestNamed(client: Client, name: string): Promise<ManifestView | null> {
  const found = await named(client, "/api/manifests", name);
  return found === null ? null : readManifest(await client.get(`/api/manifests/${readManifest(found).id}`));
}

async function named(client: Client, path: string, name: string): Promise<Json | null> {
  const items = await allOf(client, path);
  return items.find((item) => isJsonObject(item) && item["name"] === name) ?? null;
}
