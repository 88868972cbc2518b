import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { EffectiveModel } from "../../src/domain/plan.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { Provider } from "../../src/domain/task.ts";
import { makeClients } from "../../src/llm/choose-model.ts";
import type { ModelClient } from "../../src/llm/model-client.ts";
import { providerMessages } from "../../src/llm/provider-messages.ts";
import { hostileTexts, startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";

// The contract suite of `ModelClient`: every client passes it.

const schema: JsonObject = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};
const contract = { schema, taskName: "t" };
const options = { timeoutSeconds: 20, signal: new AbortController().signal };
let fake: FakeProvider;

beforeAll(async () => {
  fake = await startFakeProvider();
});
afterAll(async () => {
  await fake.close();
});

function clientOf(provider: Provider): ModelClient {
  const clients = makeClients({
    provider,
    model: null,
    apiKey: new Secret("sk-test-key"),
    baseUrl: fake.baseUrl,
    timeoutSeconds: 20,
    maxConcurrency: 8,
  });
  const client = clients.ok ? clients.value.get(provider) : undefined;
  if (client === undefined) throw new Error(`no client for ${provider}`);
  return client;
}

describe.each(["stub", "openai", "anthropic"] as const)("the client of %s", (provider) => {
  const model: EffectiveModel = {
    provider,
    model: provider === "stub" ? "stub-1" : "fake-model",
    temperature: 0.5,
    max_output_tokens: 64,
    seed: 3,
  };

  it("builds the same bytes from the same arguments, and other bytes from another prompt", () => {
    const [one, again, other] = ["a", "a", "b"].map((prompt) => clientOf(provider).buildRequest(prompt, model, contract));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one).toMatchObject({ method: "POST", path: expect.stringMatching(/^\//) as string });
  });

  it("builds what a replay builds again from the recorded request's options", () => {
    const request = clientOf(provider).buildRequest("a", model, contract);
    const messages = providerMessages[provider];
    expect(messages.buildRequest("a", model, contract, messages.optionsOf(request))).toEqual(request);
  });

  it("answers with a text that can be read, the same each time it is read", async () => {
    const client = clientOf(provider);
    expect(client.provider).toBe(provider);
    const reply = await client.call(client.buildRequest("Say it as JSON.", model, contract), options);
    const read = client.read(reply);
    expect(read.ok && JSON.parse(read.value.text)).toMatchObject({
      decision_rationale: { version: expect.any(String) as string },
      output_json: { answer: expect.any(String) as string },
    });
    expect(read.ok && read.value.model).toBe(model.model);
    expect(read.ok && read.value.usage.input_tokens).toBeGreaterThan(0);
    expect(client.read(reply)).toEqual(read);
    expect(providerMessages[provider].read(reply)).toEqual(read);
  });

  it("holds any prompt: empty, long, and of any script", async () => {
    const client = clientOf(provider);
    for (const prompt of ["", "x".repeat(100_000), '中文 "quoted" \u0000 \u2028 🙂 ]]> </s>']) {
      const reply = await client.call(client.buildRequest(prompt, model, contract), options);
      expect(client.read(reply).ok).toBe(true);
      if (provider !== "stub") expect(fake.calls.at(-1)?.prompt).toBe(prompt);
    }
  });

  it("gives up without an exception when its signal has fired", async () => {
    const client = clientOf(provider);
    const reply = await client.call(client.buildRequest("a", model, contract), { ...options, signal: AbortSignal.abort() });
    expect(client.read(reply)).toMatchObject({ ok: false, error: { code: "network" } });
  });
});

describe.each(["openai", "anthropic"] as const)("the client of %s against a failing provider", (provider) => {
  const model: EffectiveModel = { provider, model: "fake-model", temperature: null, max_output_tokens: null, seed: null };
  const cutOff = provider === "openai" ? "length" : "max_tokens";

  it.each([
    ["429", { kind: "status", status: 429, retryAfter: "3" }, "rate_limited"],
    ["500", { kind: "status", status: 500 }, "server_error"],
    ["503", { kind: "status", status: 503 }, "server_error"],
    ["401", { kind: "status", status: 401 }, "request_refused"],
    ["404", { kind: "status", status: 404 }, "request_refused"],
    ["408", { kind: "status", status: 408 }, "timeout"],
    ["a redirect", { kind: "redirect", to: "http://127.0.0.1:1/" }, "request_refused"],
    ["a reset before the reply", { kind: "reset", when: "before" }, "network"],
    ["a reset within the reply", { kind: "reset", when: "within" }, "network"],
    ["a reply of 1 GB", { kind: "flood", bytes: 1_000_000_000 }, "reply_too_large"],
    ["an empty body", { kind: "raw", body: "" }, "reply_unreadable"],
    ["a wrong envelope", { kind: "raw", body: '{"output":"x"}' }, "reply_unreadable"],
    ["HTML", { kind: "raw", body: "<html>busy</html>" }, "reply_unreadable"],
    ["an answer cut off", { kind: "ok", text: '{"a":', finishReason: cutOff }, "invalid_output"],
  ] as const)("says of %s its stable code", async (_what, behaviour, code) => {
    fake.script(behaviour);
    const client = clientOf(provider);
    const read = client.read(await client.call(client.buildRequest("a", model, contract), options));
    expect(read).toMatchObject({ ok: false, error: { code } });
  });

  it("ends a call at the shorter of the task's time and the process's", async () => {
    for (const [task, processWide] of [
      [0.2, 20],
      [20, 0.2],
    ] as const) {
      fake.script({ kind: "hang" });
      const config = {
        provider,
        model: null,
        apiKey: new Secret("sk-test-key"),
        baseUrl: fake.baseUrl,
        timeoutSeconds: processWide,
        maxConcurrency: 8,
      };
      const clients = makeClients(config);
      const client = clients.ok ? clients.value.get(provider) : undefined;
      const reply = await client?.call(client.buildRequest("a", model, contract), { ...options, timeoutSeconds: task });
      expect(reply).toMatchObject({ arrived: false, code: "timeout", detail: "no complete reply within 0.2 s" });
    }
  });

  it.each(Object.entries(hostileTexts))("hands on the text as it is, for the gate to refuse: %s", async (_what, text) => {
    fake.script({ kind: "ok", text });
    const client = clientOf(provider);
    const read = client.read(await client.call(client.buildRequest("a", model, contract), options));
    expect(read).toMatchObject({ ok: true, value: { text } });
  });

  it("says which model answered, also when it is not the one that was asked", async () => {
    fake.script({ kind: "ok", model: "another-model" });
    const client = clientOf(provider);
    expect(client.read(await client.call(client.buildRequest("a", model, contract), options))).toMatchObject({
      ok: true,
      value: { model: "another-model" },
    });
  });
});
