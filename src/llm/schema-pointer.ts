import { isJsonArray, isJsonObject, resolveJsonPointer } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";

/** Finds the schemas that `$ref`s of one contract name; only places inside the contract itself. */
export type Refer = (reference: string) => Json | undefined;

export function makeRefer(root: Json): Refer {
  let anchors: ReadonlyMap<string, Json> | null = null;
  return (reference) => {
    if (!reference.startsWith("#")) return undefined;
    const fragment = decodeFragment(reference.slice(1));
    if (fragment === null) return undefined;
    if (fragment === "" || fragment.startsWith("/")) return resolveJsonPointer(root, fragment);
    anchors ??= collectAnchors(root);
    return anchors.get(fragment);
  };
}

function decodeFragment(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // A malformed escape: it names nothing.
    return null;
  }
}

function collectAnchors(root: Json): ReadonlyMap<string, Json> {
  const anchors = new Map<string, Json>();
  const visit = (value: Json): void => {
    if (isJsonObject(value)) {
      for (const name of [value["$anchor"], value["$dynamicAnchor"]]) if (typeof name === "string") anchors.set(name, value);
      for (const child of Object.values(value)) visit(child);
    } else if (isJsonArray(value)) {
      for (const child of value) visit(child);
    }
  };
  visit(root);
  return anchors;
}

/** The reference of a schema, if it has one. A dynamic one is taken as an ordinary one: a contract is a single document. */
export function referenceOf(schema: JsonObject): string | null {
  const reference = schema["$ref"] ?? schema["$dynamicRef"];
  return typeof reference === "string" ? reference : null;
}
