import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ModelReply, ModelRequest } from "../../src/domain/model-call.ts";
import { Secret } from "../../src/domain/secret.ts";
import { parseEndpoint } from "../../src/llm/endpoint.ts";
import type { Endpoint } from "../../src/llm/endpoint.ts";
import { makePost, transportLimits } from "../../src/llm/transport.ts";
import type { TransportLimits } from "../../src/llm/transport.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeBehaviour, FakeProvider } from "../support/fake-provider.ts";
import { until } from "../support/until.ts";

const key = "sk-canary-000111222333";
const opened: FakeProvider[] = [];

afterEach(async () => {
  for (const fake of opened.splice(0)) await fake.close();
});

async function fakeWith(...behaviours: readonly FakeBehaviour[]): Promise<FakeProvider> {
  const fake = await startFakeProvider();
  opened.push(fake);
  fake.script(...behaviours);
  return fake;
}

function endpointOf(url: string): Endpoint {
  const endpoint = parseEndpoint(url);
  if (!endpoint.ok) throw new Error(endpoint.error);
  return endpoint.value;
}

const request: ModelRequest = { method: "POST", path: "/chat/completions", body: new TextEncoder().encode('{"model":"m"}') };

interface Asked {
  readonly timeoutSeconds?: number;
  readonly limits?: Partial<TransportLimits>;
  readonly signal?: AbortSignal;
}

function ask(
  baseUrl: string,
  { timeoutSeconds = 20, limits = {}, signal = new AbortController().signal }: Asked = {},
): Promise<ModelReply> {
  const headers = { authorization: `Bearer ${key}` };
  const post = makePost({ endpoint: endpointOf(baseUrl), headers, secret: new Secret(key), limits: { ...transportLimits, ...limits } });
  return post(request, { timeoutSeconds, signal });
}

const text = (body: Uint8Array | null): string => new TextDecoder().decode(body ?? new Uint8Array());

describe("one POST", () => {
  it("sends exactly the request's bytes once, with the credential in a header and nothing of a browser's", async () => {
    const fake = await fakeWith();
    const reply = await ask(fake.baseUrl);
    expect(reply).toMatchObject({ arrived: true, status: 200, retryAfterSeconds: null });
    expect(fake.calls).toHaveLength(1);
    const [call] = fake.calls;
    expect(call).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
    expect(text(call?.body ?? null)).toBe('{"model":"m"}');
    expect(call?.headers).toMatchObject({
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "accept-encoding": "identity",
      "content-length": "13",
    });
    expect(call?.headers).not.toHaveProperty("cookie");
  });

  it("keeps its connection for the next", async () => {
    const fake = await fakeWith();
    const post = makePost({ endpoint: endpointOf(fake.baseUrl), headers: {}, secret: null });
    const options = { timeoutSeconds: 20, signal: new AbortController().signal };
    for (let index = 0; index < 5; index += 1) expect(await post(request, options)).toMatchObject({ arrived: true });
    expect(fake.calls.map((call) => call.headers.connection)).toEqual(Array.from({ length: 5 }, () => "keep-alive"));
    expect(fake.connections()).toBe(1);
  });

  it("keeps no cookie that a provider sets", async () => {
    const fake = await fakeWith({ kind: "raw", body: "{}", headers: { "set-cookie": "a=b" } });
    const post = makePost({ endpoint: endpointOf(fake.baseUrl), headers: {}, secret: null });
    const options = { timeoutSeconds: 20, signal: new AbortController().signal };
    await post(request, options);
    await post(request, options);
    expect(fake.calls[1]?.headers).not.toHaveProperty("cookie");
  });

  it.each([
    ["7", 7],
    ["0.5", 1],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
    [new Date(Date.now() + 60_000).toUTCString(), expect.closeTo(60, -0.5) as number],
    ["soon", null],
    ["-5", null],
    ["1e9", null],
    ["99999999999", null],
  ])("reads Retry-After %j as %j seconds", async (retryAfter, seconds) => {
    const fake = await fakeWith({ kind: "status", status: 429, retryAfter });
    expect(await ask(fake.baseUrl)).toMatchObject({ arrived: true, status: 429, retryAfterSeconds: seconds });
  });

  it.each([400, 401, 429, 500, 503])("brings a status of %i with its bytes, and does not ask again", async (status) => {
    const fake = await fakeWith({ kind: "status", status, body: "as it stands" });
    const reply = await ask(fake.baseUrl);
    expect(reply).toMatchObject({ arrived: true, status });
    expect(text(reply.body)).toBe("as it stands");
    expect(fake.calls).toHaveLength(1);
  });

  it("does not follow a redirect, and so takes the credential nowhere else", async () => {
    const elsewhere = await fakeWith();
    const fake = await fakeWith({ kind: "redirect", to: `${elsewhere.baseUrl}/chat/completions` });
    expect(await ask(fake.baseUrl)).toMatchObject({ arrived: true, status: 307 });
    expect(elsewhere.calls).toHaveLength(0);
  });

  it("brings an empty body as no bytes", async () => {
    const fake = await fakeWith({ kind: "raw", body: "" });
    const reply = await ask(fake.baseUrl);
    expect(reply).toMatchObject({ arrived: true, status: 200 });
    expect(reply.body?.byteLength).toBe(0);
  });

  it("finds this machine by its name too", async () => {
    const fake = await fakeWith();
    expect(await ask(fake.baseUrl.replace("127.0.0.1", "localhost"))).toMatchObject({ arrived: true, status: 200 });
  });

  it("brings bytes untouched, whatever they are", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const fake = await fakeWith({ kind: "raw", body: bytes });
    expect(Buffer.from((await ask(fake.baseUrl)).body ?? []).equals(Buffer.from(bytes))).toBe(true);
  });

  it("takes its own key out of a reply that repeats it, and nothing else", async () => {
    const fake = await fakeWith({ kind: "raw", body: `{"a":"${key}","b":"Bearer ${key}"}` });
    const stars = "*".repeat(key.length);
    expect(text((await ask(fake.baseUrl)).body)).toBe(`{"a":"${stars}","b":"Bearer ${stars}"}`);
  });
});

describe("a call that does not arrive", () => {
  it("is network when the connection is refused", async () => {
    const fake = await startFakeProvider();
    await fake.close();
    expect(await ask(fake.baseUrl)).toMatchObject({
      arrived: false,
      code: "network",
      detail: "the call to the provider failed (ECONNREFUSED)",
      body: null,
    });
  });

  it("is network when the connection breaks before the reply", async () => {
    const fake = await fakeWith({ kind: "reset", when: "before" });
    expect(await ask(fake.baseUrl)).toMatchObject({ arrived: false, code: "network", body: null });
    expect(fake.calls).toHaveLength(1);
  });

  it.each(["within", "ended"] as const)(
    "is network when the connection breaks within the reply (%s), and keeps what had come",
    async (when) => {
      const fake = await fakeWith({ kind: "reset", when });
      const reply = await ask(fake.baseUrl);
      expect(reply).toMatchObject({ arrived: false, code: "network" });
      expect(text(reply.body)).toBe('{"choices":[');
    },
  );

  it("is timeout when no reply comes within the call's time", async () => {
    const fake = await fakeWith({ kind: "hang" });
    expect(await ask(fake.baseUrl, { timeoutSeconds: 0.2 })).toMatchObject({
      arrived: false,
      code: "timeout",
      detail: "no complete reply within 0.2 s",
      body: null,
    });
    await until("the fake's call is dropped", 5000, () => fake.openCalls() === 0);
  });

  it("is not cut short by a time limit beyond what a timer can hold", async () => {
    const fake = await fakeWith();
    expect(await ask(fake.baseUrl, { timeoutSeconds: 10_000_000 })).toMatchObject({ arrived: true });
  });

  it("is timeout when a reply drips on beyond the call's time", async () => {
    const fake = await fakeWith({ kind: "drip", everyMs: 5 });
    const reply = await ask(fake.baseUrl, { timeoutSeconds: 0.3 });
    expect(reply).toMatchObject({ arrived: false, code: "timeout" });
    expect(text(reply.body)).toMatch(/^ +$/);
    await until("the fake's call is dropped", 5000, () => fake.openCalls() === 0);
  });

  it("is timeout when a reply that has begun falls silent", async () => {
    const fake = await fakeWith({ kind: "stall" });
    const reply = await ask(fake.baseUrl, { limits: { idleMsMax: 100 } });
    expect(reply).toMatchObject({ arrived: false, code: "timeout", detail: "the reply stopped for 100 ms" });
    expect(text(reply.body)).toBe('{"choices":[');
  });

  it("is not silent while bytes still come, however slowly", async () => {
    const fake = await fakeWith({ kind: "drip", everyMs: 20 });
    const reply = await ask(fake.baseUrl, { timeoutSeconds: 1, limits: { idleMsMax: 300 } });
    expect(reply).toMatchObject({ arrived: false, code: "timeout", detail: "no complete reply within 1 s" });
  });

  it("is reply_too_large when a reply of 1 GB begins to pour, and keeps just the limit", async () => {
    const fake = await fakeWith({ kind: "flood", bytes: 1_000_000_000 });
    const before = process.memoryUsage().rss;
    const reply = await ask(fake.baseUrl);
    expect(reply).toMatchObject({ arrived: false, code: "reply_too_large" });
    expect(reply.body?.byteLength).toBe(transportLimits.replyBytesMax);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await until("the fake's call is dropped", 5000, () => fake.openCalls() === 0);
  });

  it("is given up when its signal fires, before or after it was sent", async () => {
    const fake = await fakeWith({ kind: "hang" });
    const giveUp = new AbortController();
    const asked = ask(fake.baseUrl, { signal: giveUp.signal });
    await fake.untilCalls(1);
    giveUp.abort();
    expect(await asked).toMatchObject({ arrived: false, code: "network", detail: "the call was given up by the process that made it" });
    expect(await ask(fake.baseUrl, { signal: AbortSignal.abort() })).toMatchObject({ arrived: false, code: "network" });
    expect(fake.calls).toHaveLength(1);
    await until("the fake's call is dropped", 5000, () => fake.openCalls() === 0);
  });

  it("is network when what answers does not speak HTTP", async () => {
    const fake = await fakeWith({ kind: "garbage" });
    expect(await ask(fake.baseUrl)).toMatchObject({
      arrived: false,
      code: "network",
      detail: expect.stringMatching(/\(HPE_[A-Z_]+\)$/) as string,
    });
  });

  it("is timeout when a connection is taken but never made secure", async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as AddressInfo;
    const reply = await ask(`https://localhost:${port}`, { limits: { connectMsMax: 100 } });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
    expect(reply).toMatchObject({ arrived: false, code: "timeout", detail: "no connection within 100 ms" });
  });

  it("is network when the certificate is not to be trusted or absent", async () => {
    const fake = await fakeWith();
    expect(await ask(fake.baseUrl.replace("http:", "https:"))).toMatchObject({ arrived: false, code: "network" });
    expect(fake.calls).toHaveLength(0);
  });

  it("leaves the next call on the same client unharmed", async () => {
    const fake = await fakeWith({ kind: "reset", when: "within" }, { kind: "hang" }, { kind: "flood", bytes: 9_000_000 });
    const post = makePost({ endpoint: endpointOf(fake.baseUrl), headers: {}, secret: null });
    const options = { timeoutSeconds: 1, signal: new AbortController().signal };
    for (let index = 0; index < 3; index += 1) expect(await post(request, options)).toMatchObject({ arrived: false });
    expect(await post(request, options)).toMatchObject({ arrived: true, status: 200 });
  });

  it("does not outnumber the listeners of a signal that many calls share", async () => {
    const fake = await fakeWith();
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.name);
    process.on("warning", note);
    const post = makePost({ endpoint: endpointOf(fake.baseUrl), headers: {}, secret: null });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 60 }, () => post(request, { timeoutSeconds: 20, signal })));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});
