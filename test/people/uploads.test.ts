import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { chunkBytes } from "../../src/domain/upload.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { apiOf, putManifest, putTask, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const closing = closeAfterAll();
let database: TestDatabase;
let server: ReckonServer;
let api: Api;

/** Bytes of the large upload: enough to see memory grow if it did. `UPLOAD_MIB=1024` tries a gibibyte. */
const largeMib = Number(process.env["UPLOAD_MIB"] ?? "48");
const mib = 1_048_576;

beforeAll(async () => {
  database = await createTestDatabase();
  closing(() => database.drop());
  server = await startServer(database.url, {
    RECKONING_UPLOAD_MIB_MAX: String(Math.max(largeMib, 4)),
    RECKONING_HTTP_REQUEST_SECONDS: "3600",
  });
  closing(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

interface Stored {
  readonly status: number;
  readonly body: JsonObject & { readonly id: string; readonly uri: string };
}

async function upload(content: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Stored> {
  const response = await fetch(`${server.url}/api/artifacts`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream", ...headers },
    body: Buffer.from(content),
  });
  return { status: response.status, body: (await response.json()) as Stored["body"] };
}

function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function contentDigest(content: Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
}

async function counts(): Promise<unknown> {
  return database.rows(
    "select (select count(*)::int from reckoning.upload) as uploads, (select count(*)::int from reckoning.upload_chunk) as chunks",
  );
}

describe("a file", () => {
  test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes + 7])("of %i bytes comes back as it was", async (size) => {
    const content = randomBytes(size);
    const stored = await upload(content, { "content-digest": contentDigest(content) });
    expect(stored).toMatchObject({ status: 201, body: { sha256: digestOf(content), bytes: size, uploaded_by: "anonymous" } });
    const response = await fetch(`${server.url}${stored.body.uri}`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${stored.body.id}"`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
      "repr-digest": contentDigest(content),
    });
  });

  const content = randomBytes(2 * chunkBytes + 10);
  const size = content.length;
  test.each<readonly [string, number, number, number]>([
    ["bytes=0-0", 206, 0, 1],
    ["bytes=5-9", 206, 5, 10],
    [`bytes=${chunkBytes - 1}-${chunkBytes}`, 206, chunkBytes - 1, chunkBytes + 1],
    [`bytes=${chunkBytes}-`, 206, chunkBytes, size],
    ["bytes=-10", 206, size - 10, size],
    [`bytes=0-${size * 2}`, 206, 0, size],
    ["bytes=9-5", 200, 0, size],
    ["bytes=0-1,3-4", 200, 0, size],
    ["lines=1-2", 200, 0, size],
    ["bytes=-", 200, 0, size],
  ])("is read in parts: %s", async (range, status, from, to) => {
    const { body } = await upload(content);
    const response = await fetch(`${server.url}${body.uri}`, { headers: { range } });
    expect(response.status).toBe(status);
    expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(from, to))).toBe(true);
    if (status === 206) expect(response.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/${size}`);
  });

  test.each([`bytes=${size}-`, "bytes=-0"])("has no part %s", async (range) => {
    const { body } = await upload(content);
    const response = await fetch(`${server.url}${body.uri}`, { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${size}`);
    expect(await response.json()).toMatchObject({ code: "range_not_satisfiable" });
  });
});

describe("nothing is kept of a file", () => {
  test("whose bytes are not the ones that were claimed", async () => {
    const before = await counts();
    const refused = await upload(Buffer.from("these"), { "content-digest": contentDigest(Buffer.from("those")) });
    expect(refused).toMatchObject({ status: 422, body: { code: "digest_mismatch" } });
    expect(await counts()).toEqual(before);
  });

  test("whose claim cannot be read, or whose type is another", async () => {
    const before = await counts();
    expect(await upload(Buffer.from("x"), { "content-digest": "md5=:AAAA:" })).toMatchObject({
      status: 422,
      body: { code: "invalid_input" },
    });
    expect((await upload(Buffer.from("x"), { "content-type": "text/html" })).status).toBe(415);
    expect(await counts()).toEqual(before);
  });

  test("that is larger than the limit, whether it says so or not", async () => {
    const before = await counts();
    const small = await startServer(database.url, { RECKONING_UPLOAD_MIB_MAX: "1" });
    try {
      const response = await fetch(`${small.url}/api/artifacts`, {
        method: "PUT",
        headers: { "content-type": "application/octet-stream" },
        body: Readable.toWeb(Readable.from(pieces(2 * mib))) as ReadableStream<Uint8Array>,
        duplex: "half",
      });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: "upload_too_large" });
    } finally {
      await small.kill("SIGTERM");
    }
    expect(await counts()).toEqual(before);
  });

  test("whose sender goes away in the middle", async () => {
    const before = await counts();
    const { hostname, port } = new URL(server.url);
    const sent = request({
      hostname,
      port,
      method: "PUT",
      path: "/api/artifacts",
      headers: { "content-type": "application/octet-stream" },
    });
    sent.on("error", () => undefined);
    sent.write(randomBytes(chunkBytes * 2));
    await expect
      .poll(async () => database.rows("select 1 from pg_stat_activity where query like '%put_chunk%' and state = 'idle in transaction'"))
      .toHaveLength(1);
    sent.destroy();
    await expect
      .poll(async () => database.rows("select 1 from pg_stat_activity where state = 'idle in transaction' and query like '%put_chunk%'"))
      .toEqual([]);
    expect(await counts()).toEqual(before);
  });
});

test(`a file of ${largeMib} MiB passes both ways in bounded memory`, async () => {
  const bytes = largeMib * mib;
  const headers = { "content-type": "application/octet-stream" };
  const warm = await upload(randomBytes(mib));
  await (await fetch(`${server.url}${warm.body.uri}`)).arrayBuffer();
  const before = residentBytes();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes())), 50);
  try {
    const body = Readable.toWeb(Readable.from(pieces(bytes))) as ReadableStream<Uint8Array>;
    const response = await fetch(`${server.url}/api/artifacts`, { method: "PUT", headers, body, duplex: "half" });
    expect(response.status).toBe(201);
    const stored = (await response.json()) as { readonly uri: string; readonly bytes: number; readonly sha256: string };
    expect(stored.bytes).toBe(bytes);
    const back = await fetch(`${server.url}${stored.uri}`);
    const digest = createHash("sha256");
    let received = 0;
    for await (const part of back.body ?? []) {
      const piece = part as Uint8Array;
      digest.update(piece);
      received += piece.length;
    }
    expect({ received, sha256: digest.digest("hex") }).toEqual({ received: bytes, sha256: stored.sha256 });
  } finally {
    clearInterval(watch);
  }
  console.log(`resident memory grew by ${((peak - before) / mib).toFixed(1)} MiB for ${largeMib} MiB`);
  // Not in proportion to the file: garbage of pieces on their way, and no more, however large it is.
  expect(peak - before).toBeLessThan(192 * mib);
}, 3_600_000);

function* pieces(bytes: number): Generator<Uint8Array> {
  const piece = randomBytes(65_536);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece.subarray(0, Math.min(piece.length, bytes - sent));
}

/** Resident memory of the server's process (the launcher starts it as its child). */
function residentBytes(): number {
  const pids = [server.process.pid, ...childrenOf(server.process.pid ?? 0)];
  return Math.max(...pids.map((pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(statusOf(pid ?? 0))?.[1] ?? 0) * 1024));
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

describe("artifact_upload", () => {
  async function waiting(verification: string): Promise<{ readonly id: string; readonly path: string }> {
    const task_id = await putTask(api);
    const compute_contract = { executor: "spreadsheet", inputs: [], outputs: ["model"], verification };
    const manifest = await putManifest(api, [
      { step_key: "first", task_id },
      { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract },
    ]);
    const run = await startRun(api, manifest);
    return { id: run.id, path: `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest` };
  }

  const content = Buffer.from("quarter,revenue\nQ1,7\n");
  const attest = (artifact: JsonObject): JsonObject => ({
    attested_by: "bob",
    outcome: "SUCCESS",
    artifacts: [{ name: "model", ...artifact }],
  });

  test("takes a file that is here and is the one that is claimed, and shows it as verified", async () => {
    const { body } = await upload(content);
    const run = await waiting("artifact_upload");
    expect(await api.send("POST", run.path, attest({ uri: body.uri, sha256: digestOf(content), bytes: content.length }))).toMatchObject({
      status: 200,
    });
    expect((await api.steps(run.id)).at(-1)?.attestation?.artifacts).toMatchObject([{ uri: body.uri, is_verified: true }]);
  });

  test("refuses an address, a file that is not here, another digest, another size and no claim at all", async () => {
    const { body } = await upload(content);
    const run = await waiting("artifact_upload");
    const right = { uri: body.uri, sha256: digestOf(content) };
    const unknown = "/api/artifacts/019ac7f0-0000-7000-8000-000000000001";
    const cases: readonly (readonly [JsonObject, string])[] = [
      [{ ...right, uri: "https://example.org/model.csv" }, "/artifacts/0/uri"],
      [{ ...right, uri: unknown }, "/artifacts/0/uri"],
      [{ ...right, sha256: "a".repeat(64) }, "/artifacts/0/sha256"],
      [{ uri: body.uri }, "/artifacts/0/sha256"],
      [{ ...right, bytes: 1 }, "/artifacts/0/bytes"],
    ];
    for (const [artifact, pointer] of cases) {
      expect(await api.send("POST", run.path, attest(artifact))).toMatchObject({
        status: 422,
        body: { code: "attestation_incomplete", errors: [{ pointer }] },
      });
    }
    expect(await api.run(run.id)).toMatchObject({ status: "waiting", waiting_for: { attested: false } });
    expect(await api.send("POST", run.path, { attested_by: "bob", outcome: "FAIL" })).toMatchObject({ status: 200 });
  });

  test("elsewhere an address is taken, and shown as claimed, not verified", async () => {
    const run = await waiting("operator_attest");
    await api.send("POST", run.path, attest({ uri: "https://example.org/model.csv", sha256: "a".repeat(64) }));
    expect((await api.steps(run.id)).at(-1)?.attestation?.artifacts).toMatchObject([{ is_verified: false }]);
  });

  test("reckon attest --upload hands the files over and names them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reckoning-upload-"));
    try {
      writeFileSync(join(folder, "model.csv"), content);
      const run = await waiting("artifact_upload");
      const args = ["attest", run.id, "--by", "bob", "--outcome", "SUCCESS", "--artifact", `model=@${join(folder, "model.csv")}`];
      const without = startReckon(args, { RECKONING_URL: server.url });
      expect(await without.ended).toBe(1);
      const attested = startReckon([...args, "--upload"], { RECKONING_URL: server.url });
      expect(await attested.ended, attested.output()).toBe(0);
      expect((await api.steps(run.id)).at(-1)?.attestation?.artifacts).toMatchObject([{ sha256: digestOf(content), is_verified: true }]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
