import { createHash } from "node:crypto";
import { canonicalBytes, canonicalJson } from "../domain/canonical-json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { ModelReply, ModelRequest } from "../domain/model-call.ts";
import { makeDraw } from "./draw.ts";
import type { ModelClient } from "./model-client.ts";
import { parseJson } from "./read-json.ts";
import { compileSample } from "./sample-schema.ts";
import type { Sampler } from "./sample-schema.ts";
import { parseStubRequest, stubMessages, stubModel } from "./stub-messages.ts";
import type { StubRequest } from "./stub-messages.ts";

/**
 * The built-in model that is none: from the SHA-256 of the request it makes an answer that satisfies the contract, so
 * that any manifest can be rehearsed end to end, at no cost and always alike. Everything it makes says `stub`.
 *
 * Failures are rehearsed by the model name: a task whose model is `stub-1/timeout` (or any name in `rehearsals`) gets
 * just that failure, at once. Any other name but `stub-1` is refused as a provider refuses a model it does not have.
 */
export function stub(): ModelClient {
  return {
    provider: "stub",
    buildRequest: (prompt, model, contract) => stubMessages.buildRequest(prompt, model, contract, { structuredOutput: true }),
    read: stubMessages.read,
    call: (request, { signal }) =>
      Promise.resolve(signal.aborted ? broken("network", "the call was given up by the process that made it") : answer(request)),
  };
}

/** By model name: the failure that a run rehearses with it. */
const rehearsals: ReadonlyMap<string, () => ModelReply> = new Map([
  [`${stubModel}/network`, () => broken("network", "rehearsed: the stub broke the connection")],
  [`${stubModel}/timeout`, () => broken("timeout", "rehearsed: the stub gave no reply in time")],
  [`${stubModel}/rate_limited`, () => refused(429, "rate_limited", "rehearsed: the stub limits the rate")],
  [`${stubModel}/server_error`, () => refused(503, "server_error", "rehearsed: the stub had an error of its own")],
  [`${stubModel}/request_refused`, () => refused(400, "request_refused", "rehearsed: the stub refused the request")],
  [`${stubModel}/reply_unreadable`, () => arrived(200, new TextEncoder().encode("stub: this is no envelope"))],
  [`${stubModel}/invalid_output`, () => arrived(200, envelope("", "stub: this is no JSON object"))],
]);

function answer(request: ModelRequest): ModelReply {
  const asked = parseStubRequest(request);
  if (asked.model !== stubModel) {
    return rehearsals.get(asked.model)?.() ?? refused(404, "model_not_found", "the stub has no model of that name");
  }
  const seed = createHash("sha256").update(request.body).digest();
  const output = samplerOf(asked).make(makeDraw(seed));
  if (!output.ok) return refused(422, "contract_beyond_stub", `the stub cannot make an output for this contract: ${output.error}`);
  return arrived(200, envelope(asked.prompt, canonicalJson({ decision_rationale: rationale, output_json: output.value })));
}

const rationale: JsonObject = { summary: "Made by the stub from the contract; no model was asked.", version: stubModel };

/** A token is taken as four characters, as a rule of thumb; the stub has no tokens of its own. */
const charactersPerToken = 4;

function envelope(prompt: string, text: string): Uint8Array {
  const usage = { input_tokens: Math.ceil(prompt.length / charactersPerToken), output_tokens: Math.ceil(text.length / charactersPerToken) };
  return canonicalBytes({ model: stubModel, provider: "stub", text, usage });
}

function arrived(status: number, body: Uint8Array): ModelReply {
  return { arrived: true, status, body, retryAfterSeconds: null, latencyMs: 0 };
}

function refused(status: number, code: string, explanation: string): ModelReply {
  return arrived(status, canonicalBytes({ error: { code, explanation: explanation.slice(0, 200) }, provider: "stub" }));
}

function broken(code: "network" | "timeout", detail: string): ModelReply {
  return { arrived: false, code, detail, body: null, latencyMs: 0 };
}

/** Contracts whose samplers are kept; the one compiled longest ago goes first. */
const samplersMax = 512;
const samplers = new Map<string, Sampler>();

function samplerOf({ contractText }: StubRequest): Sampler {
  const known = samplers.get(contractText);
  if (known !== undefined) return known;
  const sampler = compileSample(parseJson(contractText));
  for (const oldest of samplers.keys()) {
    if (samplers.size < samplersMax) break;
    samplers.delete(oldest);
  }
  samplers.set(contractText, sampler);
  return sampler;
}
