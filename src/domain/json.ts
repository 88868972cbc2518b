/** A JSON value as RFC 8259 has it, already parsed. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Document` if JSON can hold it as it stands, `never` where it cannot. */
type JsonShape<Document> = Document extends Json
  ? Document
  : Document extends (...args: never) => unknown
    ? never
    : Document extends object
      ? { readonly [Key in keyof Document]: JsonShape<Document[Key]> }
      : never;

/** A document of ours as the JSON it is. TypeScript does not grant that to an interface, so its members are checked one by one. */
export function jsonOf<Document extends object>(document: Document & JsonShape<Document>): Json {
  return document as unknown as Json;
}

/** The text, or null when the value is something else. */
export function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A JSON Pointer (RFC 6901) from its unescaped tokens. */
export function jsonPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The unescaped tokens of a JSON Pointer (RFC 6901 section 4), or null when the text is not one. */
export function jsonPointerTokens(pointer: string): readonly string[] | null {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What `pointer` names inside `value` (RFC 6901 section 4), or undefined when it names nothing there. */
export function resolveJsonPointer(value: Json, pointer: string): Json | undefined {
  let here: Json | undefined = value;
  for (const token of jsonPointerTokens(pointer) ?? ["\u0000"]) {
    if (Array.isArray(here)) here = /^(0|[1-9][0-9]*)$/.test(token) ? (here as readonly Json[])[Number(token)] : undefined;
    else if (isJsonObject(here)) here = Object.hasOwn(here, token) ? here[token] : undefined;
    else return undefined;
  }
  return here;
}
