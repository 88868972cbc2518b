import { canonicalBytes } from "../domain/canonical-json.ts";
import type { Failure } from "../domain/failure.ts";
import { isJsonArray } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ModelReply, ModelRequest, ReadReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { CallContract, MessageOptions, ProviderMessages } from "./model-client.ts";
import { cutOff, declined, member, readEnvelope, readUsage, recordableName, unreadable } from "./read-envelope.ts";
import { readJson } from "./read-json.ts";
import { structuredHint } from "./structured-hint.ts";

/** The Chat Completions protocol of OpenAI, which vLLM, llama.cpp, Ollama, LM Studio, LiteLLM and others speak too. */
export const openAiMessages: ProviderMessages = { buildRequest, read, optionsOf };

const path = "/chat/completions";

function buildRequest(prompt: string, model: EffectiveModel, contract: CallContract, options: MessageOptions): ModelRequest {
  const body: { [name: string]: Json } = { model: model.model, messages: [{ role: "user", content: prompt }] };
  if (model.temperature !== null) body["temperature"] = model.temperature;
  if (model.max_output_tokens !== null) body[tokenLimitName(model.model)] = model.max_output_tokens;
  if (model.seed !== null) body["seed"] = model.seed;
  const format = options.structuredOutput ? responseFormat(prompt, contract.schema) : null;
  if (format !== null) body["response_format"] = format;
  return { method: "POST", path, body: canonicalBytes(body) };
}

function optionsOf(request: ModelRequest): MessageOptions {
  return { structuredOutput: member(readJson(request.body), "response_format") !== undefined };
}

/**
 * OpenAI's own models take `max_completion_tokens` and its newer ones refuse `max_tokens`; Ollama and LM Studio know
 * only `max_tokens`, and OpenAI refuses both at once. The model's name decides, not the address, so that the request
 * can be built again from the plan alone. `gpt-oss` is an open model and is served by the others.
 */
function tokenLimitName(model: string): "max_completion_tokens" | "max_tokens" {
  return /^(openai\/)?(ft:)?(gpt-(?!oss)|chatgpt-|o[0-9])/.test(model) ? "max_completion_tokens" : "max_tokens";
}

/** A hint only: whatever comes back passes the gate. JSON mode is refused by OpenAI where the prompt never says JSON. */
function responseFormat(prompt: string, schema: JsonObject): JsonObject | null {
  const hint = structuredHint(schema);
  if (hint !== null) return { type: "json_schema", json_schema: { name: "step_reply", strict: true, schema: hint } };
  return /json/i.test(prompt) ? { type: "json_object" } : null;
}

function read(reply: ModelReply): Result<ReadReply, Failure> {
  const envelope = readEnvelope(reply);
  if (!envelope.ok) return envelope;
  const choices = member(envelope.value, "choices");
  const choice = isJsonArray(choices) ? choices[0] : undefined;
  if (choice === undefined) return unreadable("it holds no choice");
  const message = member(choice, "message");
  const finishReason = recordableName(member(choice, "finish_reason"));
  if (finishReason === "length") return cutOff();
  if (finishReason === "content_filter") return declined("content_filter");
  const refusal = member(message, "refusal");
  if (typeof refusal === "string" && refusal !== "") return declined("refusal");
  const text = member(message, "content");
  if (typeof text !== "string") return unreadable("its first choice holds no text");
  return ok({
    text,
    model: recordableName(member(envelope.value, "model")),
    usage: readUsage(member(envelope.value, "usage"), { input: "prompt_tokens", output: "completion_tokens" }),
    finishReason,
  });
}
