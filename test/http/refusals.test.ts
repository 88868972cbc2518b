import { generateKeyPairSync } from "node:crypto";
import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { problemKinds } from "../../src/http/problems.ts";
import { apiOf, attestation, putPausingManifest, startRun, statusesOf } from "../support/api.ts";
import type { Answer, Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { sendBytes } from "../support/wire.ts";

const unknown = "00000000-0000-4000-8000-000000000000";
let database: TestDatabase;
let server: ReckonServer;
let api: Api;
let base: URL;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
  base = new URL(server.url);
});

/** The first answer to these bytes, each character one byte. */
async function raw(
  text: string,
): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly code: string }> {
  const answers = await sendBytes(base, [Buffer.from(text, "latin1")], { halfClose: true });
  if (typeof answers === "string") throw new Error(`no answer: ${answers}`);
  const [answer] = answers;
  if (answer === undefined) throw new Error("no answer");
  const body = answer.body.toString("utf8");
  return {
    status: answer.status,
    headers: answer.headers,
    code: body.startsWith("{") ? String((JSON.parse(body) as { code?: string }).code) : "",
  };
}

async function post(
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; code: string; detail: string }> {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: { "content-type": "application/json", ...headers },
  });
  const problem = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code: problem.code, detail: problem.detail };
}

describe("a refusal", () => {
  test("is RFC 9457 with a stable code, and says detail where FastAPI's clients look", async () => {
    const response = await fetch(`${server.url}/api/runs/${unknown}`);
    expect(response.status).toBe(404);
    // JSON has no charset (RFC 8259 section 11), so the type stands alone.
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "/problems/run_not_found",
      title: "No such run",
      status: 404,
      detail: `there is no run ${unknown}`,
      instance: `/api/runs/${unknown}`,
      code: "run_not_found",
    });
  });

  test.each(Object.entries(problemKinds))("%s has a page that explains it", async (code, { status, title }) => {
    const response = await fetch(`${server.url}/problems/${code}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const page = await response.text();
    expect(page).toContain(code);
    expect(page).toContain(`HTTP ${status}`);
    expect(page).toContain(title);
  });

  test("names every fault of a body at once, each with its pointer", async () => {
    const { status, body } = await api.send("POST", "/api/runs", { initiated_by: "", run_params: [], extra: 1 });
    expect(status).toBe(422);
    const { errors } = body as unknown as { errors: readonly { pointer: string }[] };
    expect([...new Set(errors.map(({ pointer }) => pointer))].sort()).toEqual(["/extra", "/initiated_by", "/manifest_id", "/run_params"]);
  });

  test("names at most 100 faults, however many there are", async () => {
    const artifacts = Array.from({ length: 5_000 }, () => 1);
    const { status, body } = await api.send("POST", `/api/runs/${unknown}/steps/${unknown}/attest`, {
      attested_by: "bob",
      outcome: "SUCCESS",
      artifacts,
    });
    expect(status).toBe(422);
    expect((body as unknown as { errors: readonly object[] }).errors).toHaveLength(100);
  });
});

describe("what does not exist", () => {
  const paths = [
    `/api/tasks/${unknown}`,
    `/api/tasks/${unknown}/versions`,
    `/api/tasks/${unknown}/versions/1`,
    `/api/manifests/${unknown}`,
    `/api/manifests/${unknown}/steps`,
    `/api/manifests/${unknown}/versions`,
    `/api/manifests/${unknown}/versions/1`,
    `/api/runs/${unknown}`,
    `/api/runs/${unknown}/steps`,
    `/api/runs/${unknown}/entries`,
    `/api/runs/${unknown}/plan`,
    `/api/runs/${unknown}/events`,
    `/api/runs/${unknown}/artifacts/0.0`,
    "/problems/nothing",
    "/nowhere",
    "//api/tasks",
  ];
  test.each(paths)("GET %s is 404", async (path) => {
    expect((await api.send("GET", path)).status).toBe(404);
  });

  test("commands to an unknown run are 404", async () => {
    expect((await api.send("POST", `/api/runs/${unknown}/resume`, {})).body).toMatchObject({ code: "run_not_found" });
    expect((await api.send("POST", `/api/runs/${unknown}/cancel`, { reason: "r", cancelled_by: "c" })).body).toMatchObject({
      code: "run_not_found",
    });
    expect((await api.send("POST", `/api/runs/${unknown}/steps/${unknown}/attest`, attestation)).body).toMatchObject({
      code: "run_not_found",
    });
    expect((await api.send("POST", "/api/runs", { manifest_id: unknown })).body).toMatchObject({ code: "manifest_not_found" });
    expect((await api.send("PUT", `/api/tasks/${unknown}`, { name: "n" })).body).toMatchObject({ code: "task_not_found" });
    expect((await api.send("PUT", `/api/manifests/${unknown}/steps`, [])).body).toMatchObject({ code: "manifest_not_found" });
  });

  test.each(["x", "1", "%00", "00000000-0000-4000-8000-00000000000g", `${unknown}%0a`, "x".repeat(5_000), "__proto__"])(
    "the id %s is no UUID: 422",
    async (id) => {
      for (const path of [`/api/tasks/${id}`, `/api/runs/${id}/steps`, `/api/manifests/${id}/versions`])
        expect(await api.send("GET", path)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    },
  );

  test("an id in upper case is the same id", async () => {
    const run = await startRun(api, await putPausingManifest(api));
    expect(await api.send("GET", `/api/runs/${run.id.toUpperCase()}`)).toMatchObject({ status: 200, body: { id: run.id } });
  });
});

describe("methods", () => {
  const addresses: readonly (readonly [string, string, string])[] = [
    ["DELETE", "/api/tasks", "GET, HEAD, POST, OPTIONS"],
    ["PATCH", `/api/tasks/${unknown}`, "GET, HEAD, PUT, OPTIONS"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["GET", `/api/runs/${unknown}/resume`, "POST, OPTIONS"],
    ["HEAD", `/api/runs/${unknown}/cancel`, "POST, OPTIONS"],
    ["DELETE", `/api/runs/${unknown}`, "GET, HEAD, OPTIONS"],
    ["PUT", `/api/runs/${unknown}/steps/${unknown}/attest`, "POST, OPTIONS"],
  ];
  test.each(addresses)("%s %s is 405 with Allow: %s", async (method, path, allow) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });

  test("OPTIONS says what there is and allows no other origin", async () => {
    const response = await fetch(`${server.url}/api/manifests/${unknown}/steps`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "PUT" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("GET, HEAD, PUT, OPTIONS");
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect((await fetch(`${server.url}/nowhere`, { method: "OPTIONS" })).status).toBe(404);
  });

  test("HEAD answers as GET does, without the body", async () => {
    for (const path of ["/health", "/api/tasks", "/openapi.json", `/api/runs/${unknown}`, "/docs"]) {
      const [head, get] = await Promise.all([fetch(`${server.url}${path}`, { method: "HEAD" }), fetch(`${server.url}${path}`)]);
      expect(head.status, path).toBe(get.status);
      expect(head.headers.get("content-type"), path).toBe(get.headers.get("content-type"));
      expect(head.headers.get("content-length"), path).toBe(get.headers.get("content-length"));
      expect(await head.text(), path).toBe("");
      await get.text();
    }
  });

  test("methods that nobody defined, and HTTP that is none, get a problem too", async () => {
    expect(await raw("PROPFIND /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(await raw("FROBNICATE /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")).toMatchObject({ status: 400, code: "request_refused" });
    expect(await raw("GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nnonsense\r\n\r\n")).toMatchObject({
      status: 400,
      code: "request_refused",
    });
  });
});

describe("the Host", () => {
  test.each(["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "a@127.0.0.1", "[::2]"])(
    "%s is not this server: 421",
    async (host) => {
      expect(await raw(`GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\n`)).toMatchObject({ status: 421, code: "misdirected_host" });
    },
  );

  test.each(["127.0.0.1", "localhost:1234", "127.0.0.1:8000", "[::1]:9"])("%s is", async (host) => {
    expect(await raw(`GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\n`)).toMatchObject({ status: 200 });
  });

  test("X-Forwarded-Host does not stand in for it", async () => {
    expect(await raw("GET /health HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: localhost\r\n\r\n")).toMatchObject({ status: 421 });
  });

  test("a request of HTTP/1.1 without one is 400", async () => {
    expect(await raw("GET /health HTTP/1.1\r\n\r\n")).toMatchObject({ status: 400, code: "request_refused" });
  });
});

describe("a body", () => {
  const start = `{"manifest_id":"${unknown}"`;
  const malformed: readonly (readonly [string, Buffer | string])[] = [
    ["NaN", `${start},"run_params":{"a":NaN}}`],
    ["1e400", `${start},"run_params":{"a":1e400}}`],
    ["an integer beyond 2^53", `${start},"run_params":{"a":9007199254740993}}`],
    ["a lone surrogate, escaped", `${start},"run_params":{"a":"\\ud800"}}`],
    ["a lone surrogate, as bytes", Buffer.from(`${start},"run_params":{"a":"\u00ed\u00a0\u0080"}}`, "latin1")],
    ["a NUL, escaped", `${start},"run_params":{"a":"\\u0000"}}`],
    ["a duplicate member", `${start},"run_params":{"a":1,"a":2}}`],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["a byte order mark", `\ufeff${start}}`],
    ["depth 100,000", `${start},"run_params":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
    ["a trailing comma", `${start},}`],
    ["two values", "{}{}"],
    ["half a value", start],
    ["more than 100,000 members", `{"run_params":{"a":[${"1,".repeat(100_001)}1]}}`],
  ];
  test.each(malformed)("with %s is 400", async (_, body) => {
    expect(await post("/api/runs", body)).toMatchObject({ status: 400, code: "malformed_json" });
  });

  test.each(["__proto__", "constructor", "prototype"])("with a member %s is 422", async (name) => {
    expect(await post("/api/runs", `${start},"run_params":{"${name}":{"polluted":true}}}`)).toMatchObject({
      status: 422,
      code: "invalid_input",
    });
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("that is missing is 422 where one is needed, and nothing where none is", async () => {
    expect(await post("/api/runs", "")).toMatchObject({ status: 422 });
    const response = await fetch(`${server.url}/api/runs/${unknown}/resume`, { method: "POST" });
    expect(response.status).toBe(404);
  });

  test("of more than 1 MiB is 413, announced or not, and is not read to its end", async () => {
    expect(
      await raw(`POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1048577\r\n\r\n{`),
    ).toMatchObject({ status: 413, code: "body_too_large" });
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    expect(
      await raw(
        `POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(17)}`,
      ),
    ).toMatchObject({ status: 413 });
    expect(await post("/api/runs", `${start},"run_params":{"a":"${"x".repeat(1_048_000)}"}}`)).toMatchObject({
      status: 404,
      code: "manifest_not_found",
    });
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "application/problem+json",
  ])("of type %s is 415", async (type) => {
    expect(await post("/api/runs", "{}", { "content-type": type })).toMatchObject({ status: 415, code: "unsupported_media_type" });
  });

  test.each(["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])("of type %s is read", async (type) => {
    expect(await post("/api/runs", `${start}}`, { "content-type": type })).toMatchObject({ status: 404 });
  });
});

describe("a query", () => {
  test.each([
    "/api/runs?limit=-1",
    "/api/runs?limit=1&limit=2",
    "/api/runs?limit=1e3",
    "/api/runs?status=RUNNING",
    "/api/runs?cursor=x",
    "/api/runs?manifest_id=x",
    "/api/runs?unknown=1",
    "/api/tasks?cursor=%00",
    "/api/manifests?cursor=a%00b",
    `/api/tasks?cursor=${"x".repeat(1_001)}`,
    `/api/runs/${unknown}/entries?after=-1`,
    `/api/tasks/${unknown}/versions?cursor=a`,
  ])("%s is 422", async (path) => {
    expect(await api.send("GET", path)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  });

  test("that is not percent-encoded is read as it stands or refused, never an error of the server", async () => {
    expect(await api.send("GET", "/api/tasks/%zz")).toMatchObject({ status: 400, body: { code: "request_refused" } });
    expect((await api.send("GET", "/api/tasks?cursor=%zz")).status).toBeLessThan(500);
    expect((await api.send("GET", "/api/tasks?cursor=%ED%A0%80")).status).toBeLessThan(500);
  });
});

describe("headers", () => {
  test("every answer forbids sniffing, framing, referring and caching, also one that no handler saw", async () => {
    for (const path of ["/health", "/nowhere", "/api/tasks/%zz", "/docs"]) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("referrer-policy"), path).toBe("no-referrer");
      expect(headers.get("cache-control"), path).toBe("no-store");
      expect(headers.get("content-security-policy"), path).toContain("default-src 'none'");
    }
  });

  test("of more than 16 KiB are 431", async () => {
    expect(await raw(`GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a: ${"a".repeat(17_000)}\r\n\r\n`)).toMatchObject({
      status: 431,
      code: "headers_too_large",
    });
    expect(await raw(`GET /${"a".repeat(17_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)).toMatchObject({ status: 431 });
  });

  test("an expectation that nobody knows is ignored", async () => {
    expect(await raw("GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: a-miracle\r\n\r\n")).toMatchObject({ status: 200 });
  });

  test.each(["two words", "caf\u00e9", "k".repeat(256), ""])("the idempotency key %j is refused", async (key) => {
    const manifest_id = await putPausingManifest(api);
    expect(await post("/api/runs", JSON.stringify({ manifest_id, run_params: { topic: "t" } }), { "idempotency-key": key })).toMatchObject({
      status: 422,
    });
    expect((await api.send("GET", `/api/runs?manifest_id=${manifest_id}`)).body).toEqual([]);
  });

  test("answers are never compressed", async () => {
    const response = await fetch(`${server.url}/openapi.json`, { headers: { "accept-encoding": "gzip, deflate, br" } });
    expect(response.headers.get("content-encoding")).toBeNull();
  });
});

describe("a name of a person", () => {
  test("of a million characters is refused at once: its pattern takes linear time", async () => {
    const started = performance.now();
    const name = `${"a".repeat(900_000)}\\u0001`;
    expect(await post("/api/runs", `{"manifest_id":"${unknown}","initiated_by":"${name}"}`)).toMatchObject({ status: 422 });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test.each(["", " ", "a\\u0001", "a\\nb", "x".repeat(201)])("that is %j is refused", async (name) => {
    expect(await post("/api/runs", `{"manifest_id":"${unknown}","initiated_by":"${name}"}`)).toMatchObject({ status: 422 });
  });
});

test("of many revocations of one token at once one is carried out, and the others are late", async () => {
  const made = await api.send<{ readonly token: { readonly id: string } }>("POST", "/api/tokens", { subject: "dora", roles: ["runner"] });
  expect(made.status).toBe(201);
  const revoke = async (): Promise<number> =>
    (await api.send("POST", `/api/tokens/${made.body.token.id}/revoke`, { reason: "left" })).status;
  expect((await Promise.all(Array.from({ length: 6 }, revoke))).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409]);
});

test("of many revocations of one key at once one is carried out, and of many enrolments one", async () => {
  const public_key = `ed25519:${generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x}`;
  const enroll = async (): Promise<Answer<{ readonly id: string }>> =>
    api.send("POST", "/api/keys", { subject: "dora", printed_name: "Dora", public_key });
  const made = await Promise.all(Array.from({ length: 6 }, enroll));
  expect(statusesOf(made)).toEqual([201, 409, 409, 409, 409, 409]);
  const id = made.find(({ status }) => status === 201)?.body.id;
  const revoked = await Promise.all(Array.from({ length: 6 }, () => api.send("POST", `/api/keys/${id}/revoke`, { reason: "left" })));
  expect(statusesOf(revoked)).toEqual([200, 409, 409, 409, 409, 409]);
});

test("a file that claims to be JSON is refused before it is gathered", async () => {
  const response = await fetch(`${server.url}/api/artifacts`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(response.status).toBe(415);
});

test("a pipelined request that is garbage does not break the answer before it", async () => {
  const answers = await sendBytes(base, [Buffer.from("GET /version HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n\u0001garbage\r\n\r\n", "latin1")], {
    halfClose: true,
  });
  expect(Array.isArray(answers) && answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
});

test("a connection that is closed in the middle of a request leaves nothing behind", async () => {
  for (let n = 0; n < 50; n += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(base.port), base.hostname, () => {
        socket.write("POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{", () =>
          socket.resetAndDestroy(),
        );
      });
      socket.on("close", () => resolve());
      socket.on("error", () => undefined);
    });
  }
  await expect.poll(async () => inflight(await (await fetch(`${server.url}/metrics`)).text())).toBe(1);
});

/** Requests in progress, the one that asks included. */
function inflight(metrics: string): number {
  return Number(/^reckoning_http_requests_in_progress ([0-9]+)$/m.exec(metrics)?.[1]);
}
