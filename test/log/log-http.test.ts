import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { LogView } from "../../src/domain/view.ts";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { verifyInclusion } from "../../src/ledger/inclusion.ts";
import { formatTilePath, parseEntryBundle } from "../../src/ledger/tiles.ts";
import { parseTlogProof } from "../../src/ledger/tlog-proof.ts";
import { reckon } from "../cli/command-line.ts";
import { apiOf, putPausingManifest, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { seedEntries } from "../support/ledger-rows.ts";
import { expectWholeLog, logSizes, makeLogFolder, origin } from "../support/sealed-log.ts";
import type { LogFolder } from "../support/sealed-log.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let server: ReckonServer;
let folder: LogFolder;
let api: Api;
let runId: string;
let size: number;
const atEnd = closeAfterAll();

const seeded = 600;

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  folder = makeLogFolder();
  atEnd(() => folder.remove());
  await seedEntries(database, { runs: 6, entries: seeded / 6 });
  server = await startServer(database.url, {
    RECKONING_LOG_ORIGIN: origin,
    RECKONING_LOG_KEY_FILE: folder.keyFile,
    RECKONING_ANCHOR_FILE: join(folder.path, "anchor.jsonl"),
  });
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
  runId = (await startRun(api, await putPausingManifest(api))).id;
  const [row] = await database.rows<{ count: number }>("select count(*)::integer as count from reckoning.entry");
  size = row!.count;
  await until("all of it is published", 20_000, async () => (await logSizes(database)).checkpoint === size);
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => fetch(`${server.url}${path}`, { headers });
const bytesOf = async (path: string): Promise<Buffer> => Buffer.from(await (await get(path)).arrayBuffer());

test("a monitor that knows nothing but the standards rebuilds the signed root from entries", async () => {
  const note = await (await get("/log/checkpoint")).text();
  const opened = openCheckpoint(note, { origin, logKeys: [folder.verifier], witnessKeys: [] });
  if (!opened.ok) throw new Error(opened.error.detail);
  expect(opened.value.checkpoint.size).toBe(size);
  const leaves: Buffer[] = [];
  for (let n = 0; n * 256 < size; n += 1) {
    const width = Math.min(256, size - n * 256);
    const entries = parseEntryBundle(await bytesOf(`/log/tile/${formatTilePath({ level: "entries", n, width })}`));
    const hashes = entries!.map((entry) => createHash("sha256").update("\x00").update(entry).digest());
    expect(await bytesOf(`/log/tile/${formatTilePath({ level: 0, n, width })}`)).toEqual(Buffer.concat(hashes));
    leaves.push(...hashes);
  }
  expect(treeHash(leaves)).toEqual(Buffer.from(opened.value.checkpoint.root));
  const full = Math.floor(size / 256);
  const roots = Array.from({ length: full }, (_, n) => treeHash(leaves.slice(n * 256, (n + 1) * 256)));
  expect(await bytesOf(`/log/tile/${formatTilePath({ level: 1, n: 0, width: full })}`)).toEqual(Buffer.concat(roots));
});

/** RFC 6962 section 2.1, from nothing of ours. */
function treeHash(of: readonly Buffer[]): Buffer {
  if (of.length === 1) return of[0]!;
  let k = 1;
  while (k * 2 < of.length) k *= 2;
  return createHash("sha256")
    .update("\x01")
    .update(treeHash(of.slice(0, k)))
    .update(treeHash(of.slice(k)))
    .digest();
}

describe("answers", () => {
  test("are of the types and keeping that the standard asks for", async () => {
    const checkpoint = await get("/log/checkpoint");
    expect(checkpoint.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(checkpoint.headers.get("cache-control")).toBe("no-cache");
    for (const path of ["/log/tile/0/000", "/log/tile/entries/000", "/log/tile/1/000.p/2"]) {
      const tile = await get(path);
      expect([path, tile.status, tile.headers.get("content-type")]).toEqual([path, 200, "application/octet-stream"]);
      expect(tile.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
    expect((await bytesOf("/log/tile/0/000")).length).toBe(8_192);
    expect((await bytesOf("/log/tile/0/000.p/7")).length).toBe(7 * 32);
  });

  test("with entries are packed for whoever takes that, and hold the same", async () => {
    const packed = await get("/log/tile/entries/000", { "accept-encoding": "gzip" });
    const plain = await get("/log/tile/entries/000", { "accept-encoding": "identity" });
    expect([packed.headers.get("content-encoding"), plain.headers.get("content-encoding")]).toEqual(["gzip", null]);
    expect(await packed.arrayBuffer()).toEqual(await plain.arrayBuffer());
    expect((await get("/log/tile/entries/000", { "accept-encoding": "gzip;q=0" })).headers.get("content-encoding")).toBeNull();
  });

  test.each([
    "0/002",
    "0/009",
    "0/002.p/255",
    "entries/002",
    "entries/900.p/1",
    "1/000",
    "2/000.p/1",
    "63/000.p/1",
    "64/000.p/1",
    "0/0",
    "0/000.p/0",
    "0/000.p/256",
    "0/x000/000",
    "data/000",
    "entries",
    "",
    "0/000.p",
    "..%2f..%2fhealth",
    "0/x999/x999/x999/x999/x999/x999/999",
  ])("to tile %j are refusals, since the published log has none there", async (path) => {
    const answer = await get(`/log/tile/${path}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ status: 404 });
  });
});

test("each entry of a run has a proof that holds offline, and nothing else has one", async () => {
  const entries = await api.entries(runId);
  expect(entries.length).toBeGreaterThan(2);
  for (const { seq, leaf } of entries) {
    const answer = await get(`/api/runs/${runId}/entries/${seq}/proof`);
    const proof = parseTlogProof(await answer.text())!;
    const opened = openCheckpoint(proof.checkpoint, { origin, logKeys: [folder.verifier], witnessKeys: [] });
    if (!opened.ok) throw new Error(opened.error.detail);
    const { size: of, root } = opened.value.checkpoint;
    expect(verifyInclusion({ index: proof.index, size: of, leaf: Buffer.from(leaf, "hex"), hashes: proof.hashes }, root)).toBe(true);
  }
  for (const path of [`${runId}/entries/${entries.length}`, `01a19467-e800-7000-8000-00000000dead/entries/0`])
    expect((await api.send("GET", `/api/runs/${path}/proof`)).body).toMatchObject({ status: 404, code: "not_in_log" });
  expect((await get(`/api/runs/${runId}/entries/x/proof`)).status).toBe(422);
});

test("the state of the log is shown, over HTTP and on the command line", async () => {
  const { body } = await api.send<LogView>("GET", "/api/log");
  expect(body).toMatchObject({ origin, size, pending: 0, seals: true, signs: true, verifier_key: folder.vkey, alarm: null });
  expect(body.checkpoint).toMatchObject({ size, signatures: [origin] });
  const env = { RECKONING_URL: server.url };
  const shown = await reckon(["log"], { env });
  expect(shown.out).toContain(`${size} sealed, 0 pending`);
  expect(shown.out).toContain(folder.vkey);
  expect(JSON.parse((await reckon(["log", "--json"], { env })).out)).toEqual(body);
  expect((await reckon(["log", "checkpoint"], { env })).out).toBe(await (await get("/log/checkpoint")).text());
  const proof = await reckon(["log", "proof", runId], { env });
  expect(parseTlogProof(proof.out)?.checkpoint).toContain(`${origin}\n${size}\n`);
  expect((await reckon(["log", "proof"], { env })).code).toBe(2);
  expect((await reckon(["log", "prof"], { env })).code).toBe(2);
  expect((await reckon(["log", "proof", runId, "x"], { env })).code).toBe(2);
});

test("metrics tell size and checkpoint", async () => {
  const text = await (await get("/metrics")).text();
  expect(text).toContain(`reckoning_log_size ${size}`);
  expect(text).toContain(`reckoning_log_checkpoint_size ${size}`);
});

test("a server without a key seals, says that it does not sign, and shows nothing that is not signed", async () => {
  const other = await createTestDatabase();
  try {
    await seedEntries(other, { runs: 2, entries: 300 });
    const unsigned = await startServer(other.url, { RECKONING_LOG_ORIGIN: origin });
    try {
      expect(unsigned.output()).toContain("the log is sealed but not signed");
      await until("it is sealed", 15_000, async () => (await logSizes(other)).tree === 600);
      for (const path of ["/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000"])
        expect((await fetch(`${unsigned.url}${path}`)).status).toBe(404);
      const { body } = await apiOf(unsigned.url).send<LogView>("GET", "/api/log");
      expect(body).toMatchObject({ size: 600, checkpoint: null, seals: true, signs: false, verifier_key: null, alarm: null });
    } finally {
      await unsigned.kill("SIGTERM");
    }
  } finally {
    await other.drop();
  }
});

test("the log that a server and a stop leave is whole, and the anchor ends with the last checkpoint", async () => {
  await server.kill("SIGTERM");
  await expectWholeLog(database, folder.verifier);
  const lines = readFileSync(join(folder.path, "anchor.jsonl"), "utf8").trim().split("\n");
  const last = JSON.parse(lines.at(-1)!) as { checkpoint: string };
  expect(last.checkpoint.split("\n")[1]).toBe(String((await logSizes(database)).checkpoint));
});
