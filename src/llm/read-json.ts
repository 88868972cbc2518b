import type { Json } from "../domain/json.ts";

// A BOM is kept, so that bytes that begin with one are no JSON, as RFC 8259 section 8.1 allows.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The JSON value in bytes that were written here, or checked; others throw. */
export function readJson(bytes: Uint8Array): Json {
  return parseJson(decoder.decode(bytes));
}

export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/**
 * The JSON value in a provider's bytes, or undefined when they are not UTF-8 or not JSON. An envelope is not a record:
 * its duplicate members and long numbers are nobody's evidence, and the text inside it is parsed strictly by `engine`.
 */
export function tryReadJson(bytes: Uint8Array): Json | undefined {
  try {
    return readJson(bytes);
  } catch (error) {
    // JSON.parse throws SyntaxError and a fatal decoder TypeError; anything else would be our own fault.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
