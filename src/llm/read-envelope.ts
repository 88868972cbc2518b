import type { Failure } from "../domain/failure.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ModelReply, Usage } from "../domain/model-call.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { tryReadJson } from "./read-json.ts";

/** Longest model name or finish reason taken over from a reply into the record. */
const nameLengthMax = 200;
/** Longest error name of a provider that a failure's detail repeats. */
const errorNameLengthMax = 64;

/**
 * The JSON object that a provider answered with, or the failure that the reply amounts to. The codes:
 * not arrived: its own code · 429 `rate_limited` · 408 and 504 `timeout` · other 5xx `server_error` · any other status
 * but 2xx (redirects too, which are never followed) `request_refused` · body that is not a JSON object in UTF-8
 * `reply_unreadable`.
 */
export function readEnvelope(reply: ModelReply): Result<JsonObject, Failure> {
  if (!reply.arrived) return err({ code: reply.code, detail: reply.detail });
  const value = tryReadJson(reply.body);
  const envelope = isJsonObject(value) ? value : null;
  if (reply.status >= 200 && reply.status < 300) {
    return envelope === null ? unreadable(`its ${reply.body.byteLength} bytes are not a JSON object in UTF-8`) : ok(envelope);
  }
  const name = envelope === null ? null : errorName(envelope);
  return err({ code: codeOfStatus(reply.status), detail: `the provider answered ${reply.status}${name === null ? "" : ` (${name})`}` });
}

export function unreadable(why: string): Result<never, Failure> {
  return err({ code: "reply_unreadable", detail: `the provider's reply cannot be read: ${why}` });
}

/** The reply was in order but the model had to stop: its text is cut and no JSON object can be expected of it. */
export function cutOff(): Result<never, Failure> {
  return err({ code: "invalid_output", detail: "the model's answer was cut off at its limit of output tokens" });
}

export function declined(reason: string): Result<never, Failure> {
  return err({ code: "request_refused", detail: `the model declined to answer (${reason})` });
}

/** The own member of that name. The reply decides which members there are, so nothing inherited is ever read. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A name out of a reply, or null where it is none: it goes into the record, which holds no control character or lone surrogate. */
export function recordableName(value: Json | undefined): string | null {
  if (typeof value !== "string" || value === "" || value.length > nameLengthMax) return null;
  return value.isWellFormed() && !/\p{Cc}/u.test(value) ? value : null;
}

export function readUsage(usage: Json | undefined, names: { readonly input: string; readonly output: string }): Usage {
  return { input_tokens: tokenCount(member(usage, names.input)), output_tokens: tokenCount(member(usage, names.output)) };
}

function tokenCount(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function codeOfStatus(status: number): Failure["code"] {
  if (status === 429) return "rate_limited";
  if (status === 408 || status === 504) return "timeout";
  return status >= 500 ? "server_error" : "request_refused";
}

/** The provider's own short name of the error. Its message is never repeated: it may quote the prompt or the key. */
function errorName(envelope: JsonObject): string | null {
  const error = member(envelope, "error");
  for (const value of [member(error, "code"), member(error, "type"), error]) {
    if (typeof value === "string" && value.length <= errorNameLengthMax && /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(value)) return value;
  }
  return null;
}
