import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { apiOf, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { openEvents } from "../support/event-stream.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { readAnswers } from "../support/wire.ts";

const waitMs = { timeout: 15_000, interval: 25 };
let database: TestDatabase;
const atEnd = closeAfterAll();
const sockets: Socket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function serverWith(environment: Readonly<Record<string, string>>): Promise<ReckonServer> {
  const server = await startServer(database.url, environment);
  atEnd(() => server.kill("SIGTERM"));
  return server;
}

interface Half {
  readonly received: () => string;
  readonly closed: Promise<void>;
  readonly end: () => void;
}

/** A connection that sends this much and no more. */
function halfSent({ url }: ReckonServer, text: string): Half {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.write(text);
  return {
    received: () => Buffer.concat(chunks).toString("latin1"),
    closed: new Promise((resolve) => void socket.on("close", () => resolve())),
    end: () => socket.destroy(),
  };
}

const halfBody = "POST /api/runs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";

test("a request whose head or body comes too slowly is 408, and its connection closed", async () => {
  const server = await serverWith({ RECKONING_HTTP_REQUEST_SECONDS: "1" });
  for (const text of ["GET /hea", "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ", halfBody]) {
    const slow = halfSent(server, text);
    await slow.closed;
    const [answer] = readAnswers(Buffer.from(slow.received(), "latin1"));
    expect(answer?.status, text).toBe(408);
    expect(JSON.parse(answer?.body.toString("utf8") ?? "")).toMatchObject({ code: "request_timeout", status: 408 });
  }
});

test("requests in progress are bounded: more are 503 with Retry-After, but for /health", async () => {
  const server = await serverWith({ RECKONING_HTTP_INFLIGHT_MAX: "3" });
  const held = [halfSent(server, halfBody), halfSent(server, halfBody), halfSent(server, halfBody)];
  await expect.poll(async () => (await fetch(`${server.url}/version`)).status, waitMs).toBe(503);
  const refused = await apiOf(server.url).send("GET", "/version");
  expect(refused).toMatchObject({ status: 503, body: { code: "overloaded" } });
  expect(refused.headers.get("retry-after")).toBe("2");
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  for (const { end } of held) end();
  await expect.poll(async () => (await fetch(`${server.url}/version`)).status, waitMs).toBe(200);
});

test("event streams and waits are bounded apart: a stream too many is 429, a wait too many is not waited for", async () => {
  const server = await serverWith({ RECKONING_HTTP_HELD_MAX: "2", RECKONING_HTTP_INFLIGHT_MAX: "2" });
  const api = apiOf(server.url);
  const run = await startRun(api, await putPausingManifest(api));
  const events = `/api/runs/${run.id}/events`;
  const streams = await Promise.all([openEvents(`${server.url}${events}`), openEvents(`${server.url}/api/events`)]);
  expect(await api.send("GET", events)).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
  // They are not requests in progress, of which there may be two.
  expect((await api.send("GET", "/version")).status).toBe(200);
  const body = { manifest_id: run.manifest_id, run_params: { topic: "rain" } };
  const unwaited = await api.send("POST", "/api/runs", body, { prefer: "wait=30" });
  expect(unwaited.status).toBe(201);
  expect(unwaited.headers.get("preference-applied")).toBeNull();
  for (const stream of streams) stream.close();
  await expect
    .poll(async () => (await api.send("POST", "/api/runs", body, { prefer: "wait=30" })).headers.get("preference-applied"), waitMs)
    .toBe("wait=30");
});

test("one address may have so many requests a second, and no other pays for it", async () => {
  const server = await serverWith({ RECKONING_HTTP_RATE_MAX: "5", HOST: "127.0.0.1" });
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(`${server.url}/version`)).status));
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
  const refused = await apiOf(server.url).send("GET", "/api/runs");
  if (refused.status === 429) expect(refused.headers.get("retry-after")).not.toBeNull();
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await expect.poll(async () => (await fetch(`${server.url}/version`)).status, waitMs).toBe(200);
});

test("wrong limits stop the start, each by its name", async () => {
  const wrong = {
    RECKONING_HTTP_HELD_MAX: "-1",
    RECKONING_HTTP_REQUEST_SECONDS: "0",
    RECKONING_HTTP_HEARTBEAT_SECONDS: "31",
    RECKONING_HTTP_RATE_MAX: "x",
  };
  const started = startServer(database.url, wrong);
  await expect(started).rejects.toThrow(/ended before it listened/);
  for (const name of Object.keys(wrong)) await expect(started).rejects.toThrow(name);
});
