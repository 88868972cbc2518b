import { canonicalBytes } from "../domain/canonical-json.ts";
import type { Failure } from "../domain/failure.ts";
import { isJsonArray } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import type { ModelReply, ModelRequest, ReadReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { CallContract, MessageOptions, ProviderMessages } from "./model-client.ts";
import { cutOff, declined, member, readEnvelope, readUsage, recordableName, unreadable } from "./read-envelope.ts";
import { readJson } from "./read-json.ts";
import { structuredHint } from "./structured-hint.ts";

/** The Messages protocol of Anthropic. It has no seed: a task's seed stands in the plan and is not sent. */
export const anthropicMessages: ProviderMessages = { buildRequest, read, optionsOf };

const path = "/v1/messages";
/** The protocol demands a limit; this one is sent for a task that names none. */
const outputTokensDefault = 8192;

function buildRequest(prompt: string, model: EffectiveModel, contract: CallContract, options: MessageOptions): ModelRequest {
  const body: { [name: string]: Json } = {
    model: model.model,
    max_tokens: model.max_output_tokens ?? outputTokensDefault,
    messages: [{ role: "user", content: prompt }],
  };
  if (model.temperature !== null) body["temperature"] = model.temperature;
  const hint = options.structuredOutput ? structuredHint(contract.schema) : null;
  if (hint !== null) body["output_config"] = { format: { type: "json_schema", schema: hint } };
  return { method: "POST", path, body: canonicalBytes(body) };
}

function optionsOf(request: ModelRequest): MessageOptions {
  return { structuredOutput: member(readJson(request.body), "output_config") !== undefined };
}

function read(reply: ModelReply): Result<ReadReply, Failure> {
  const envelope = readEnvelope(reply);
  if (!envelope.ok) return envelope;
  const finishReason = recordableName(member(envelope.value, "stop_reason"));
  if (finishReason === "max_tokens" || finishReason === "model_context_window_exceeded") return cutOff();
  if (finishReason === "refusal") return declined("refusal");
  const text = joinText(member(envelope.value, "content"));
  if (text === null) return unreadable("it holds no text block");
  return ok({
    text,
    model: recordableName(member(envelope.value, "model")),
    usage: readUsage(member(envelope.value, "usage"), { input: "input_tokens", output: "output_tokens" }),
    finishReason,
  });
}

/** The text of all text blocks in order; blocks of other kinds (thinking) are no part of the answer. */
function joinText(content: Json | undefined): string | null {
  if (!isJsonArray(content)) return null;
  const texts: string[] = [];
  for (const block of content) {
    if (member(block, "type") !== "text") continue;
    const text = member(block, "text");
    if (typeof text !== "string") return null;
    texts.push(text);
  }
  return texts.length === 0 ? null : texts.join("");
}
