import { assert } from "../domain/assert.ts";
import { canonicalBytes, canonicalJson } from "../domain/canonical-json.ts";
import type { Failure } from "../domain/failure.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ModelReply, ModelRequest, ReadReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { CallContract, MessageOptions, ProviderMessages } from "./model-client.ts";
import { readJson, tryReadJson } from "./read-json.ts";
import { member, readEnvelope, readUsage, recordableName, unreadable } from "./read-envelope.ts";

/** The model name under which everything the stub makes is recorded. */
export const stubModel = "stub-1";

/**
 * The stub's own small protocol. The request holds all that the answer is made from: the prompt and where the contract
 * stands in it (its canonical text, which the closing section of every prompt states), so it is not recorded twice.
 */
export const stubMessages: ProviderMessages = { buildRequest, read, optionsOf: () => ({ structuredOutput: true }) };

/** What `stub.ts` answers from. */
export interface StubRequest {
  readonly model: string;
  readonly prompt: string;
  /** Canonical text of the contract. */
  readonly contractText: string;
}

const path = "/stub";

function buildRequest(prompt: string, model: EffectiveModel, contract: CallContract, _options: MessageOptions): ModelRequest {
  const text = canonicalText(contract.schema);
  const at = prompt.lastIndexOf(text);
  const stated: Json = at === -1 ? { schema: contract.schema } : { at, length: text.length };
  const body: { [name: string]: Json } = { contract: stated, model: model.model, prompt };
  if (model.seed !== null) body["seed"] = model.seed;
  return { method: "POST", path, body: canonicalBytes(body) };
}

/** The inverse of `buildRequest`; what it is given was built here, so anything else is our own fault. */
export function parseStubRequest(request: ModelRequest): StubRequest {
  const body = readJson(request.body);
  const [model, prompt, contract] = [member(body, "model"), member(body, "prompt"), member(body, "contract")];
  assert(typeof model === "string" && typeof prompt === "string", "a stub request names its model and its prompt");
  const schema = member(contract, "schema");
  if (schema !== undefined) return { model, prompt, contractText: canonicalJson(schema) };
  const [at, length] = [member(contract, "at"), member(contract, "length")];
  assert(
    typeof at === "number" && typeof length === "number" && at + length <= prompt.length,
    "a stub request says where its contract stands",
  );
  return { model, prompt, contractText: prompt.slice(at, at + length) };
}

function read(reply: ModelReply): Result<ReadReply, Failure> {
  const envelope = readEnvelope(reply);
  if (!envelope.ok) {
    // The stub's error names are its own words, so its own sentence may follow them.
    const explanation = reply.arrived ? explanationOf(reply.body) : null;
    return explanation === null ? envelope : { ok: false, error: { code: envelope.error.code, detail: explanation } };
  }
  const text = member(envelope.value, "text");
  if (typeof text !== "string") return unreadable("it holds no text");
  const usage = readUsage(member(envelope.value, "usage"), { input: "input_tokens", output: "output_tokens" });
  return ok({ text, model: recordableName(member(envelope.value, "model")), usage, finishReason: "stop" });
}

function explanationOf(body: Uint8Array): string | null {
  return recordableName(member(member(tryReadJson(body) ?? null, "error"), "explanation"));
}

const texts = new WeakMap<JsonObject, string>();

/** Contracts are few and used often, so each is written canonically once. */
function canonicalText(schema: JsonObject): string {
  const known = texts.get(schema);
  if (known !== undefined) return known;
  const text = canonicalJson(schema);
  texts.set(schema, text);
  return text;
}
