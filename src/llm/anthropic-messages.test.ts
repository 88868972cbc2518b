import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../domain/json.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { anthropicMessages } from "./anthropic-messages.ts";

const closed: JsonObject = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const model: EffectiveModel = { provider: "anthropic", model: "claude-sonnet-5", temperature: null, max_output_tokens: null, seed: 7 };

function body(more: Partial<EffectiveModel>, schema: JsonObject, structuredOutput: boolean): { readonly [key: string]: Json } {
  const request = anthropicMessages.buildRequest("Hello", { ...model, ...more }, { schema, taskName: "t" }, { structuredOutput });
  expect(request.path).toBe("/v1/messages");
  expect(
    anthropicMessages.buildRequest("Hello", { ...model, ...more }, { schema, taskName: "t" }, anthropicMessages.optionsOf(request)),
  ).toEqual(request);
  return JSON.parse(new TextDecoder().decode(request.body)) as { readonly [key: string]: Json };
}

function read(envelope: unknown): ReturnType<typeof anthropicMessages.read> {
  const body = new TextEncoder().encode(JSON.stringify(envelope));
  return anthropicMessages.read({ arrived: true, status: 200, body, retryAfterSeconds: null, latencyMs: 1 });
}

describe("a request to Anthropic", () => {
  it("carries the limit the protocol demands, and no seed, which it does not know", () => {
    expect(body({}, { type: "object" }, true)).toEqual({
      model: "claude-sonnet-5",
      max_tokens: 8192,
      messages: [{ role: "user", content: "Hello" }],
    });
    expect(body({ max_output_tokens: 50, temperature: 0.5 }, { type: "object" }, true)).toMatchObject({ max_tokens: 50, temperature: 0.5 });
  });

  it("asks for the contract's form where it can be expressed, unless told not to", () => {
    expect(body({}, closed, true)["output_config"]).toMatchObject({
      format: { type: "json_schema", schema: { properties: { output_json: closed } } },
    });
    expect(body({}, closed, false)["output_config"]).toBeUndefined();
  });
});

describe("a reply of Anthropic", () => {
  it("gives the text of the text blocks in order, and nothing of other blocks", () => {
    const content = [
      { type: "thinking", thinking: "hm", text: "never" },
      { type: "text", text: '{"a":' },
      { type: "text", text: "1}" },
    ];
    expect(read({ model: "claude-x", content, stop_reason: "end_turn", usage: { input_tokens: 3, output_tokens: 4 } })).toEqual({
      ok: true,
      value: { text: '{"a":1}', model: "claude-x", usage: { input_tokens: 3, output_tokens: 4 }, finishReason: "end_turn" },
    });
  });

  it.each([
    ["cut off at the token limit", { content: [{ type: "text", text: "{" }], stop_reason: "max_tokens" }, "invalid_output"],
    [
      "cut off at the context window",
      { content: [{ type: "text", text: "{" }], stop_reason: "model_context_window_exceeded" },
      "invalid_output",
    ],
    ["a refusal", { content: [], stop_reason: "refusal" }, "request_refused"],
    ["without content", { content: [], stop_reason: "end_turn" }, "reply_unreadable"],
    ["with a tool call only", { content: [{ type: "tool_use", input: {} }], stop_reason: "tool_use" }, "reply_unreadable"],
    ["with a text block that has no text", { content: [{ type: "text", text: 7 }] }, "reply_unreadable"],
    ["with a string for content", { content: "{}" }, "reply_unreadable"],
  ])("%s fails", (_what, envelope, code) => {
    expect(read(envelope)).toMatchObject({ ok: false, error: { code } });
  });
});
