import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EffectiveModel } from "../../src/domain/plan.ts";
import { Secret } from "../../src/domain/secret.ts";
import { makeClients } from "../../src/llm/choose-model.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeBehaviour, FakeProvider } from "../support/fake-provider.ts";

const canary = "sk-canary-000111222333";
const options = { timeoutSeconds: 1, signal: new AbortController().signal };
let fake: FakeProvider;

beforeAll(async () => {
  fake = await startFakeProvider();
});
afterAll(async () => {
  await fake.close();
});

const behaviours: readonly FakeBehaviour[] = [
  { kind: "ok" },
  { kind: "ok", text: `the key is ${canary}`, model: canary },
  { kind: "status", status: 401, body: JSON.stringify({ error: { code: canary, type: canary, message: `Incorrect API key: ${canary}` } }) },
  { kind: "raw", body: canary },
  { kind: "reset", when: "within" },
  { kind: "hang" },
];

describe.each(["openai", "anthropic"] as const)("the key of %s", (provider) => {
  it("stands in a header of the call and in nothing that is recorded, printed or said", async () => {
    const config = { provider, model: null, apiKey: new Secret(canary), baseUrl: fake.baseUrl, timeoutSeconds: 1, maxConcurrency: 2 };
    const clients = makeClients(config);
    const client = clients.ok ? clients.value.get(provider) : undefined;
    if (client === undefined) throw new Error("no client");
    const model: EffectiveModel = { provider, model: "m", temperature: null, max_output_tokens: null, seed: null };
    const request = client.buildRequest("a", model, { schema: {}, taskName: "t" });
    const seen: unknown[] = [config, clients, client, request, new TextDecoder().decode(request.body)];
    fake.script(...behaviours);
    for (let index = 0; index < behaviours.length; index += 1) {
      const reply = await client.call(request, options);
      seen.push(reply, new TextDecoder().decode(reply.body ?? new Uint8Array()), client.read(reply));
    }
    expect(JSON.stringify(fake.calls.at(-1)?.headers)).toContain(canary);
    for (const one of seen) {
      const prints = `${inspect(one, { depth: 12, showHidden: true, maxStringLength: null })} ${JSON.stringify(one)}`;
      expect(prints).not.toContain(canary);
    }
  });
});
