import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ModelReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { openAiMessages } from "./openai-messages.ts";

const closed: JsonObject = {
  type: "object",
  properties: { a: { type: "string", minLength: 3 } },
  required: ["a"],
  additionalProperties: false,
};
const model: EffectiveModel = { provider: "openai", model: "some-model", temperature: null, max_output_tokens: null, seed: null };

function body(
  more: Partial<EffectiveModel> = {},
  schema: JsonObject = closed,
  structuredOutput = true,
  prompt = "Say it as JSON.",
): { readonly [key: string]: Json } {
  const request = openAiMessages.buildRequest(prompt, { ...model, ...more }, { schema, taskName: "t" }, { structuredOutput });
  expect(openAiMessages.optionsOf(request).structuredOutput).toBe(structuredOutput && /json/i.test(prompt));
  return JSON.parse(new TextDecoder().decode(request.body)) as { readonly [key: string]: Json };
}

function read(envelope: unknown): ReturnType<typeof openAiMessages.read> {
  const reply: ModelReply = {
    arrived: true,
    status: 200,
    body: new TextEncoder().encode(JSON.stringify(envelope)),
    retryAfterSeconds: null,
    latencyMs: 1,
  };
  return openAiMessages.read(reply);
}

const choice = (message: unknown, finish: unknown = "stop"): unknown => ({ model: "m", choices: [{ message, finish_reason: finish }] });

describe("a request to an OpenAI-compatible server", () => {
  it("is canonical bytes with the prompt as one user message, and nothing the task left open", () => {
    const request = openAiMessages.buildRequest("Hello", model, { schema: closed, taskName: "t" }, { structuredOutput: false });
    expect(request.method).toBe("POST");
    expect(request.path).toBe("/chat/completions");
    expect(new TextDecoder().decode(request.body)).toBe('{"messages":[{"content":"Hello","role":"user"}],"model":"some-model"}');
  });

  it("carries what the task set", () => {
    expect(body({ temperature: 0, seed: 7 })).toMatchObject({ temperature: 0, seed: 7 });
  });

  it.each([
    ["gpt-4o-mini", "max_completion_tokens"],
    ["gpt-5.4-mini", "max_completion_tokens"],
    ["openai/gpt-5", "max_completion_tokens"],
    ["ft:gpt-4o:org", "max_completion_tokens"],
    ["o3-mini", "max_completion_tokens"],
    ["gpt-oss:20b", "max_tokens"],
    ["llama3.3:70b", "max_tokens"],
    ["qwen3", "max_tokens"],
    ["olmo", "max_tokens"],
  ])("limits the output of %s by %s, and by that alone", (name, field) => {
    const sent = body({ model: name, max_output_tokens: 100 });
    expect(Object.keys(sent).filter((key) => key.startsWith("max_"))).toEqual([field]);
    expect(sent[field]).toBe(100);
  });

  it("asks for the contract's form where strict mode can express it", () => {
    expect(body()["response_format"]).toEqual({
      type: "json_schema",
      json_schema: {
        name: "step_reply",
        strict: true,
        schema: {
          type: "object",
          additionalProperties: false,
          required: ["decision_rationale", "output_json"],
          properties: {
            decision_rationale: expect.objectContaining({
              additionalProperties: false,
              required: ["version", "summary", "nodes", "selected_path"],
            }) as Json,
            output_json: { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false },
          },
        },
      },
    });
  });

  it("asks for JSON where strict mode cannot express the contract, unless the prompt never speaks of JSON", () => {
    expect(body({}, { type: "object" })["response_format"]).toEqual({ type: "json_object" });
    expect(body({}, { type: "object" }, true, "Hello")["response_format"]).toBeUndefined();
  });

  it("asks for no mode where the server is said to have none", () => {
    expect(body({}, closed, false)["response_format"]).toBeUndefined();
  });
});

describe("a reply of an OpenAI-compatible server", () => {
  it("gives text, model, usage and finish reason", () => {
    const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
    expect(read({ model: "m-2026", usage, choices: [{ message: { content: "{}", refusal: null }, finish_reason: "stop" }] })).toEqual({
      ok: true,
      value: { text: "{}", model: "m-2026", usage: { input_tokens: 5, output_tokens: 6 }, finishReason: "stop" },
    });
  });

  it("gives the text untouched, whatever is in it", () => {
    const text = "a\u0000b \ud800 ```json\n{}\n```";
    expect(read(choice({ content: text }))).toMatchObject({ ok: true, value: { text } });
  });

  it("counts only the first choice", () => {
    expect(read({ choices: [{ message: { content: "a" } }, { message: { content: "b" } }] })).toMatchObject({
      ok: true,
      value: { text: "a" },
    });
  });

  it.each([
    ["cut off at the token limit", choice({ content: '{"a":' }, "length"), "invalid_output"],
    ["withheld by a content filter", choice({ content: "" }, "content_filter"), "request_refused"],
    ["a refusal", choice({ content: null, refusal: "I will not." }), "request_refused"],
    ["without choices", { choices: [] }, "reply_unreadable"],
    ["with a tool call in place of text", choice({ content: null, tool_calls: [] }, "tool_calls"), "reply_unreadable"],
    ["with parts in place of text", choice({ content: [{ type: "text", text: "{}" }] }), "reply_unreadable"],
    ["with a choice that is none", { choices: ["{}"] }, "reply_unreadable"],
  ])("%s fails", (_what, envelope, code) => {
    expect(read(envelope)).toMatchObject({ ok: false, error: { code } });
  });

  it.each([["a\u0000b"], ["\ud800"], ["x".repeat(201)], [""], [7], [null], [{ a: 1 }]])(
    "never takes a model name into the record that the record cannot hold: %j",
    (name) => {
      const answer = read({ model: name, choices: [{ message: { content: "{}" }, finish_reason: name }] });
      expect(answer).toMatchObject({ ok: true, value: { model: null, finishReason: null } });
    },
  );

  it.each([[-1], [1.5], [2 ** 60], ["7"], [null], [[]]])("never takes a token count that is none: %j", (count) => {
    const answer = read({ usage: { prompt_tokens: count, completion_tokens: 3 }, choices: [{ message: { content: "{}" } }] });
    expect(answer).toMatchObject({ ok: true, value: { usage: { input_tokens: null, output_tokens: 3 } } });
  });
});
