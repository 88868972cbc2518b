import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { inputDepthMax, memberCountMax, parseStrictJson } from "../domain/strict-json.ts";
import type { Failure } from "../domain/failure.ts";

/** Characters of one reply's text; a longer one is refused unread. */
export const outputLengthMax = 4_194_304;

/** The two parts of a reply, in form only: neither has been checked yet. */
export interface ParsedOutput {
  readonly rationale: Json;
  readonly output: Json;
}

const limits = { depthMax: inputDepthMax + 1, memberCountMax };
const replyForm = "exactly one JSON object with the members decision_rationale and output_json";

/** Takes a reply apart. Nothing is stripped or repaired: text that is almost right is not right. */
export function parseOutput(text: string): Result<ParsedOutput, Failure> {
  if (text.length > outputLengthMax) return invalid(`it is longer than ${outputLengthMax} characters`);
  const parsed = parseStrictJson(text, limits);
  if (!parsed.ok) return invalid(`${parsed.error.detail} (at character ${parsed.error.at})`);
  const reply = parsed.value;
  if (!isJsonObject(reply)) return invalid("it is not an object");
  const { decision_rationale: rationale, output_json: output } = reply;
  if (rationale === undefined) return invalid("decision_rationale is missing");
  if (output === undefined) return invalid("output_json is missing");
  if (Object.keys(reply).length > 2) return invalid("it has members beyond these two");
  return ok({ rationale, output });
}

function invalid(why: string): Result<ParsedOutput, Failure> {
  return err({ code: "invalid_output", detail: `the reply is not ${replyForm}: ${why}` });
}
