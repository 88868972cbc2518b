import { describe, expect, it } from "vitest";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { ModelReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import { stub } from "./stub.ts";

const schema: JsonObject = {
  type: "object",
  properties: { n: { type: "integer", minimum: 1, maximum: 9 } },
  required: ["n"],
  additionalProperties: false,
};
const model: EffectiveModel = { provider: "stub", model: "stub-1", temperature: null, max_output_tokens: null, seed: null };
const client = stub();
const decode = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array());

function request(
  prompt: string,
  more: Partial<EffectiveModel> = {},
  contract: JsonObject = schema,
): ReturnType<typeof client.buildRequest> {
  return client.buildRequest(prompt, { ...model, ...more }, { schema: contract, taskName: "t" });
}

function call(prompt: string, more: Partial<EffectiveModel> = {}, contract: JsonObject = schema): Promise<ModelReply> {
  return client.call(request(prompt, more, contract), { timeoutSeconds: 1, signal: new AbortController().signal });
}

describe("the stub", () => {
  it("answers alike when asked alike, and otherwise when the prompt or the seed differs", async () => {
    const prompts = await Promise.all(["a", "a", "b", "c", "d"].map((prompt) => call(prompt)));
    const texts = prompts.map((reply) => decode(reply.body));
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBeGreaterThan(1);
    expect(decode(request("a", { seed: 1 }).body)).not.toBe(decode(request("a").body));
  });

  it("answers from the request's bytes alone, wherever they were built", async () => {
    const built = request("a prompt");
    const elsewhere = { ...built, body: Uint8Array.from(built.body) };
    expect(decode((await stub().call(elsewhere, { timeoutSeconds: 1, signal: new AbortController().signal })).body)).toBe(
      decode((await call("a prompt")).body),
    );
  });

  it("does not record the contract a second time where the prompt states it", () => {
    const stated = decode(request(`Do it. The contract: ${canonicalJson(schema)}\nEnd.`).body);
    expect(stated.split("minimum").length).toBe(2);
    expect(JSON.parse(stated)).toMatchObject({ contract: { at: 21, length: canonicalJson(schema).length } });
    expect(JSON.parse(decode(request("Do it.").body))).toMatchObject({ contract: { schema } });
  });

  it("makes the same answer to the contract wherever the contract stands", async () => {
    for (const prompt of ["Do it.", `Ünï ${canonicalJson(schema)}`, `${canonicalJson(schema)} twice ${canonicalJson(schema)}`]) {
      const read = client.read(await call(prompt));
      expect(read.ok && JSON.parse(read.value.text)).toMatchObject({ output_json: { n: expect.any(Number) as number } });
    }
  });

  it("marks everything it makes", async () => {
    const reply = await call("a");
    expect(JSON.parse(decode(reply.body))).toMatchObject({ provider: "stub", model: "stub-1" });
    const read = client.read(reply);
    expect(read.ok && read.value).toMatchObject({ model: "stub-1", finishReason: "stop", usage: { input_tokens: 1 } });
    expect(read.ok && JSON.parse(read.value.text)).toMatchObject({
      decision_rationale: { version: "stub-1", summary: expect.stringContaining("stub") as string },
    });
  });

  it.each(["network", "timeout", "rate_limited", "server_error", "request_refused", "reply_unreadable"])(
    "rehearses the failure %s when the model name asks for it",
    async (code) => {
      expect(client.read(await call("a", { model: `stub-1/${code}` }))).toMatchObject({ ok: false, error: { code } });
    },
  );

  it("rehearses an answer that is no JSON object", async () => {
    const read = client.read(await call("a", { model: "stub-1/invalid_output" }));
    expect(read.ok && read.value.text).toBe("stub: this is no JSON object");
  });

  it("refuses a model it does not have", async () => {
    expect(client.read(await call("a", { model: "stub-2" }))).toMatchObject({
      ok: false,
      error: { code: "request_refused", detail: "the stub has no model of that name" },
    });
  });

  it("says so where it can make nothing for a contract, and never answers beside it", async () => {
    const read = client.read(await call("a", {}, { type: "object", required: ["a"], properties: { a: false } }));
    expect(read).toMatchObject({
      ok: false,
      error: { code: "request_refused", detail: expect.stringContaining("cannot make an output for this contract") as string },
    });
  });

  it("gives up where the process that asked has given up", async () => {
    expect(await client.call(request("a"), { timeoutSeconds: 1, signal: AbortSignal.abort() })).toMatchObject({
      arrived: false,
      code: "network",
    });
  });
});
