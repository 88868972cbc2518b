import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../../src/domain/failure.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ModelReply, ReadReply } from "../../src/domain/model-call.ts";
import type { EffectiveModel } from "../../src/domain/plan.ts";
import type { Result } from "../../src/domain/result.ts";
import { Secret } from "../../src/domain/secret.ts";
import { makeClients } from "../../src/llm/choose-model.ts";

// A mock of both providers that others wrote: it shares no misunderstanding with our own fake.

const schema: JsonObject = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};
const mock = new LLMock({ port: 0 });
let baseUrl = "";

beforeAll(async () => {
  mock.onMessage(/say hello/, {
    content: '{"answer":"hello"}',
    usage: { prompt_tokens: 12, completion_tokens: 34, input_tokens: 12, output_tokens: 34 },
  });
  mock.onMessage(/too often/, { error: { message: "slow down", type: "rate_limit_error" }, status: 429, retryAfter: 9 });
  mock.onMessage(/overloaded/, { error: { message: "busy", type: "overloaded_error" }, status: 503 });
  mock.onMessage(/wrong key/, { error: { message: "no", type: "authentication_error" }, status: 401 });
  mock.onMessage(/malformed/, { content: "never seen" }, { chaos: { malformedRate: 1 } });
  mock.onMessage(/disconnect/, { content: "never seen" }, { chaos: { disconnectRate: 1 } });
  baseUrl = await mock.start();
});
afterAll(async () => {
  await mock.stop();
});

describe.each(["openai", "anthropic"] as const)("the client of %s against a foreign mock", (provider) => {
  async function ask(
    prompt: string,
  ): Promise<{ readonly reply: ModelReply | undefined; readonly read: Result<ReadReply, Failure> | undefined }> {
    const config = {
      provider,
      model: null,
      apiKey: new Secret("sk-test-key"),
      baseUrl: `${baseUrl}/v1`,
      timeoutSeconds: 20,
      maxConcurrency: 4,
    };
    const clients = makeClients(config);
    const client = clients.ok ? clients.value.get(provider) : undefined;
    const model: EffectiveModel = { provider, model: "some-model", temperature: 0, max_output_tokens: 50, seed: 1 };
    const request = client?.buildRequest(`${prompt}, as JSON`, model, { schema, taskName: "t" });
    const reply =
      request === undefined ? undefined : await client?.call(request, { timeoutSeconds: 20, signal: new AbortController().signal });
    return { reply, read: reply === undefined ? undefined : client?.read(reply) };
  }

  it("reads text, usage and model of a good answer", async () => {
    expect((await ask("say hello")).read).toMatchObject({
      ok: true,
      value: {
        text: '{"answer":"hello"}',
        usage: { input_tokens: 12, output_tokens: 34 },
        model: "some-model",
        finishReason: provider === "openai" ? "stop" : "end_turn",
      },
    });
  });

  it("reads a rate limit with its Retry-After, asked once", async () => {
    const before = mock.getRequests().length;
    const { reply, read } = await ask("too often");
    expect(read).toMatchObject({ ok: false, error: { code: "rate_limited" } });
    expect(reply).toMatchObject({ retryAfterSeconds: 9 });
    expect(mock.getRequests()).toHaveLength(before + 1);
  });

  it.each([
    ["overloaded", "server_error"],
    ["wrong key", "request_refused"],
    ["malformed", "reply_unreadable"],
    ["disconnect", "network"],
    ["nobody scripted this", "request_refused"],
  ])("reads %s as %s", async (prompt, code) => {
    expect((await ask(prompt)).read).toMatchObject({ ok: false, error: { code } });
  });
});
