import type { Json } from "../domain/json.ts";
import { decodeUtf8Strict, findJsonIssue, inputDepthMax, memberCountMax, parseStrictJson } from "../domain/strict-json.ts";
import { Refused } from "./problems.ts";

/**
 * The JSON of a request body, or a refusal that says where it fails: I-JSON (RFC 7493) without duplicate members, lone
 * surrogates, U+0000 or numbers that a double cannot hold, bounded in depth, and without keys that could reach a prototype.
 */
export function readBody(bytes: Uint8Array): Json {
  const text = decodeUtf8Strict(bytes);
  if (text === null) throw new Refused("malformed_json", "the body is not UTF-8 without a byte order mark");
  const parsed = parseStrictJson(text, { depthMax: inputDepthMax, memberCountMax });
  if (!parsed.ok)
    throw new Refused("malformed_json", `the body is not acceptable JSON: ${parsed.error.detail} (at character ${parsed.error.at})`);
  const issues = findJsonIssue(parsed.value);
  if (issues.length > 0) throw new Refused("invalid_input", "the body holds what control data may not hold", issues);
  return parsed.value;
}
