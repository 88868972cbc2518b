import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../domain/secret.ts";
import type { ModelSettings } from "../domain/task.ts";
import { isUsable, makeClients, resolveModel } from "./choose-model.ts";
import type { LlmConfig } from "./choose-model.ts";

const open: ModelSettings = { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null };
const base: LlmConfig = { provider: "stub", model: null, apiKey: null, baseUrl: null, timeoutSeconds: 60, maxConcurrency: 4 };
const apiKey = new Secret("sk-canary-000111222333");

describe("the model of a call", () => {
  it.each([
    ["the stub, where nothing is named", open, base, "stub", "stub-1"],
    ["the provider's own default", open, { ...base, provider: "openai" }, "openai", "gpt-5.4-mini"],
    ["the configured one", open, { ...base, provider: "anthropic", model: "claude-x" }, "anthropic", "claude-x"],
    ["the task's own", { ...open, model: "m" }, { ...base, provider: "openai", model: "x" }, "openai", "m"],
    [
      "not LLM_MODEL of another provider",
      { ...open, provider: "anthropic" },
      { ...base, provider: "openai", model: "x" },
      "anthropic",
      "claude-sonnet-5",
    ],
    ["the stub's, where a task written for a real model is rehearsed", { ...open, model: "gpt-5" }, base, "stub", "stub-1"],
    ["the stub's, where LLM_MODEL is meant for a real one", open, { ...base, model: "gpt-5" }, "stub", "stub-1"],
    [
      "a rehearsed failure",
      { ...open, provider: "stub", model: "stub-1/timeout" },
      { ...base, provider: "openai" },
      "stub",
      "stub-1/timeout",
    ],
  ] as const)("is %s", (_what, settings, config, provider, model) => {
    expect(resolveModel(settings, config)).toMatchObject({ provider, model });
  });

  it("keeps every other setting of the task", () => {
    expect(resolveModel({ ...open, temperature: 0.2, max_output_tokens: 9, seed: 3 }, base)).toEqual({
      provider: "stub",
      model: "stub-1",
      temperature: 0.2,
      max_output_tokens: 9,
      seed: 3,
    });
  });
});

describe("the clients of a process", () => {
  function providersOf(config: LlmConfig): readonly string[] {
    const clients = makeClients(config);
    return clients.ok ? [...clients.value.keys()] : [];
  }

  it("are the stub alone, or the stub and the one that is configured", () => {
    expect(providersOf(base)).toEqual(["stub"]);
    expect(providersOf({ ...base, provider: "openai", apiKey })).toEqual(["stub", "openai"]);
    expect(providersOf({ ...base, provider: "anthropic", apiKey })).toEqual(["stub", "anthropic"]);
    const clients = makeClients({ ...base, provider: "openai", apiKey });
    expect(clients.ok && [isUsable("openai", clients.value), isUsable("anthropic", clients.value)]).toEqual([true, false]);
  });

  it("need no key for a compatible server at another address", () => {
    expect(providersOf({ ...base, provider: "openai", baseUrl: "http://localhost:11434/v1" })).toEqual(["stub", "openai"]);
  });

  it.each<[string, Partial<LlmConfig>, readonly string[]]>([
    ["OpenAI without a key", { provider: "openai" }, ["LLM_API_KEY"]],
    ["OpenAI's address written out, without a key", { provider: "openai", baseUrl: "https://api.openai.com/v1" }, ["LLM_API_KEY"]],
    ["Anthropic without a key", { provider: "anthropic" }, ["LLM_API_KEY"]],
    ["a gateway to Anthropic without a key", { provider: "anthropic", baseUrl: "https://gateway.example/v1" }, ["LLM_API_KEY"]],
    ["a key with a line end", { provider: "openai", apiKey: new Secret("sk-canary\r\nx-evil: 1") }, ["LLM_API_KEY"]],
    ["an empty key", { provider: "openai", apiKey: new Secret("") }, ["LLM_API_KEY"]],
    ["a key beyond ASCII", { provider: "openai", apiKey: new Secret("sk-canary-é") }, ["LLM_API_KEY"]],
    ["a base URL with credentials", { provider: "openai", apiKey, baseUrl: "https://user:sk-canary@example.com" }, ["LLM_BASE_URL"]],
    ["several faults at once", { provider: "anthropic", baseUrl: "http://example.com" }, ["LLM_BASE_URL", "LLM_API_KEY"]],
  ])("are refused, never replaced by the stub: %s", (_what, config, variables) => {
    const clients = makeClients({ ...base, ...config });
    expect(!clients.ok && clients.error.map(({ variable }) => variable)).toEqual(variables);
    expect(inspect(clients, { depth: 9 })).not.toContain("canary");
  });
});
