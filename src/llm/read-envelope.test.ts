import { describe, expect, it } from "vitest";
import type { ModelReply } from "../domain/model-call.ts";
import { providerMessages } from "./provider-messages.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function reply(status: number, body: string | Uint8Array): ModelReply {
  return { arrived: true, status, body: typeof body === "string" ? encode(body) : body, retryAfterSeconds: null, latencyMs: 1 };
}

const providers = ["stub", "openai", "anthropic"] as const;

describe.each(providers)("reading a reply of %s", (provider) => {
  const { read } = providerMessages[provider];

  it.each([
    [429, "rate_limited"],
    [408, "timeout"],
    [504, "timeout"],
    [500, "server_error"],
    [503, "server_error"],
    [529, "server_error"],
    [599, "server_error"],
    [301, "request_refused"],
    [307, "request_refused"],
    [400, "request_refused"],
    [401, "request_refused"],
    [403, "request_refused"],
    [404, "request_refused"],
    [413, "request_refused"],
    [422, "request_refused"],
  ])("a status of %i is %s", (status, code) => {
    const answer = read(reply(status, "whatever"));
    expect(answer).toEqual({ ok: false, error: { code, detail: `the provider answered ${status}` } });
  });

  it.each(["network", "timeout", "reply_too_large"] as const)(
    "a reply that did not arrive keeps its code %s, whatever of it came",
    (code) => {
      const body = encode('{"choices":[{"message":{"content":"x"}}]}');
      expect(read({ arrived: false, code, detail: "said so", body, latencyMs: 1 })).toEqual({
        ok: false,
        error: { code, detail: "said so" },
      });
    },
  );

  it.each([
    ["nothing", ""],
    ["no JSON", "<html>"],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"x"'],
    ["an empty object", "{}"],
    ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["a byte order mark before the object", new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ["UTF-16", new Uint8Array([0x7b, 0, 0x7d, 0])],
    ["depth 100,000", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["members of the wrong types", '{"choices":{"0":1},"content":"x","text":7}'],
    ["inherited names only", '{"__proto__":{"text":"x","choices":[{"message":{"content":"x"}}]}}'],
  ])("a good status with %s is reply_unreadable", (_what, body) => {
    expect(read(reply(200, body))).toMatchObject({ ok: false, error: { code: "reply_unreadable" } });
  });
});

describe("the detail of a refusal", () => {
  const { read } = providerMessages.openai;

  it("names the provider's error by its code or type", () => {
    expect(read(reply(401, '{"error":{"code":"invalid_api_key","message":"x"}}'))).toMatchObject({
      error: { detail: "the provider answered 401 (invalid_api_key)" },
    });
    expect(read(reply(404, '{"type":"error","error":{"type":"not_found_error"}}'))).toMatchObject({
      error: { detail: "the provider answered 404 (not_found_error)" },
    });
    expect(read(reply(404, '{"error":"model_not_found"}'))).toMatchObject({
      error: { detail: "the provider answered 404 (model_not_found)" },
    });
  });

  it("never repeats the provider's words, which may quote the key or the prompt", () => {
    for (const quoted of ["Incorrect key sk-canary-1", "SK-CANARY", "a".repeat(65), "with space", 7, null, ["a"]]) {
      const body = JSON.stringify({ error: { code: quoted, type: quoted, message: "sk-canary-1" } });
      expect(read(reply(401, body))).toEqual({ ok: false, error: { code: "request_refused", detail: "the provider answered 401" } });
    }
  });
});
