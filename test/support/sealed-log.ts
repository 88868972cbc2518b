import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { verifyConsistency } from "../../src/ledger/consistency.ts";
import { leafOf } from "../../src/ledger/leaf.ts";
import { emptyFrontier, pushLeaf, rootOf } from "../../src/ledger/merkle.ts";
import { formatSignerKey, formatVerifierKey, keyTypes, parseSignerKey } from "../../src/ledger/note-key.ts";
import type { VerifierKey } from "../../src/ledger/note-key.ts";
import type { LogAlarm } from "../../src/runtime/log/log-alarm.ts";
import { openSealedLog } from "../../src/runtime/log/open-sealed-log.ts";
import type { LogOptions, LogSettings, SealedLog } from "../../src/runtime/log/open-sealed-log.ts";
import { proveConsistency } from "../../src/runtime/log/prove.ts";
import { realTimers } from "../../src/runtime/real-timers.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import type { Database } from "../../src/storage/pool.ts";
import { readTile, readTreeHead } from "../../src/storage/read/log.ts";
import type { TestDatabase } from "./database.ts";

export const origin = "example.org/ledger";

/** A folder outside the database with the log's key, what its signer keeps, and its anchor. */
export interface LogFolder {
  readonly path: string;
  readonly settings: LogSettings;
  readonly keyFile: string;
  readonly verifier: VerifierKey;
  readonly vkey: string;
  readonly remove: () => void;
}

export function makeLogFolder(change: Partial<LogSettings> = {}): LogFolder {
  const path = mkdtempSync(join(tmpdir(), "reckoning-log-"));
  const keyFile = join(path, "log.key");
  const text = formatSignerKey(origin, keyTypes.ed25519, randomBytes(32));
  writeFileSync(keyFile, `${text}\n`, { mode: 0o600 });
  const { verifier } = parseSignerKey(text)!;
  const settings: LogSettings = {
    seals: true,
    key: { file: keyFile },
    stateFile: `${keyFile}.signed`,
    anchorFile: join(path, "anchor.jsonl"),
    anchorUrl: null,
    witnesses: [],
    quorum: 0,
    ...change,
  };
  return { path, settings, keyFile, verifier, vkey: formatVerifierKey(verifier), remove: () => rmSync(path, { recursive: true }) };
}

export interface TendedLog extends SealedLog {
  readonly db: Database;
  readonly alarms: readonly (LogAlarm | null)[];
  readonly errors: readonly string[];
  readonly published: readonly number[];
}

/** Tends the log of a database in this process until it is closed. */
export async function tendLog(url: string, settings: LogSettings, change: Partial<LogOptions> = {}): Promise<TendedLog> {
  const db = openDatabase({ url, applicationName: "test log", poolMax: 4 });
  const alarms: (LogAlarm | null)[] = [];
  const errors: string[] = [];
  const published: number[] = [];
  try {
    const log = await openSealedLog({
      db,
      settings,
      keyName: origin,
      origin,
      timers: realTimers,
      onError: (what, error) => void errors.push(`${what}: ${String(error)}`),
      onAlarm: (alarm) => void alarms.push(alarm),
      onPublished: ({ size }) => void published.push(size),
      onRollback: (fault) => void errors.push(fault.message),
      ...change,
    });
    const close = async (): Promise<void> => {
      await log.close();
      await db.close();
    };
    return { ...log, db, alarms, errors, published, close };
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** Every entry is in the log once, in its run's order, at places without gaps, and tree, tiles and checkpoints agree with them. */
export async function expectWholeLog(test: TestDatabase, verifier: VerifierKey): Promise<{ readonly size: number }> {
  const leaves = await test.rows<{ idx: string; run_id: string; seq: number; leaf: Buffer; body: Buffer }>(
    `select l.idx, l.run_id, l.seq, l.leaf, e.body from reckoning.log_leaf l join reckoning.entry e using (run_id, seq) order by l.idx`,
  );
  const [entries] = await test.rows<{ count: number }>("select count(*)::integer as count from reckoning.entry");
  expect(leaves.length).toBe(entries!.count);
  const next = new Map<string, number>();
  const roots = new Map<number, string>();
  let frontier = emptyFrontier;
  for (const [at, { idx, run_id, seq, leaf, body }] of leaves.entries()) {
    expect([Number(idx), seq]).toEqual([at, next.get(run_id) ?? 0]);
    next.set(run_id, seq + 1);
    expect(leaf.equals(leafOf(body))).toBe(true);
    frontier = pushLeaf(frontier, leaf);
    roots.set(at + 1, Buffer.from(rootOf(frontier)).toString("base64"));
  }
  for (const { size, root } of await test.rows<{ size: string; root: Buffer }>("select size, root from reckoning.log_tree order by size"))
    expect(root.toString("base64")).toBe(roots.get(Number(size)));
  await expectCheckpoints(test, { verifier, roots });
  return { size: leaves.length };
}

async function expectCheckpoints(
  test: TestDatabase,
  against: { readonly verifier: VerifierKey; readonly roots: ReadonlyMap<number, string> },
): Promise<void> {
  const rows = await test.rows<{ size: string; note: string }>("select size, note from reckoning.log_checkpoint order by size");
  const trust = { origin, logKeys: [against.verifier], witnessKeys: [] };
  const db = openDatabase({ url: test.url, applicationName: "test", poolMax: 1 });
  try {
    const head = await readTreeHead(db);
    for (const { size, note } of rows) {
      const opened = openCheckpoint(note, trust);
      if (!opened.ok) throw new Error(opened.error.detail);
      const { checkpoint } = opened.value;
      expect(checkpoint.size).toBe(Number(size));
      expect(Buffer.from(checkpoint.root).toString("base64")).toBe(against.roots.get(checkpoint.size));
      const hashes = await proveConsistency((tile) => readTile(db, tile), checkpoint.size, head!.size);
      expect(verifyConsistency(checkpoint, head!, hashes)).toBe(true);
    }
  } finally {
    await db.close();
  }
}

export async function logSizes(test: TestDatabase): Promise<{ readonly tree: number; readonly checkpoint: number }> {
  const [row] = await test.rows<{ tree: number; checkpoint: number }>(
    `select coalesce((select max(size) from reckoning.log_tree), 0)::integer as tree,
            coalesce((select max(size) from reckoning.log_checkpoint), 0)::integer as checkpoint`,
  );
  return row!;
}
