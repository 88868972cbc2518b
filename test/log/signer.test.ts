import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkpointText, openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { formatSignerKey, keyTypes, parseSignerKey } from "../../src/ledger/note-key.ts";
import { formatNote, signText } from "../../src/ledger/signed-note.ts";
import type { LogAlarmCode } from "../../src/runtime/log/log-alarm.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { growRuns, seedEntries } from "../support/ledger-rows.ts";
import { expectWholeLog, logSizes, makeLogFolder, origin, tendLog } from "../support/sealed-log.ts";
import type { LogFolder, TendedLog } from "../support/sealed-log.ts";
import { until } from "../support/until.ts";

let db: TestDatabase;
let folder: LogFolder;
beforeEach(async () => {
  db = await createTestDatabase();
  folder = makeLogFolder();
  await seedEntries(db, { runs: 4, entries: 5 });
});
afterEach(async () => {
  folder.remove();
  await db.drop();
});

async function sealedBefore(): Promise<void> {
  await (await tendLog(db.url, folder.settings)).close();
  expect(await logSizes(db)).toEqual({ tree: 20, checkpoint: 20 });
  await growRuns(db);
}

/** Entries are sealed, nothing is signed, and the alarm says why. */
async function expectUnsigned(code: LogAlarmCode, check: { readonly tree: number; readonly checkpoint: number }): Promise<TendedLog> {
  const log = await tendLog(db.url, folder.settings);
  await until("the alarm", 10_000, () => log.alarm()?.code === code);
  await until("entries are sealed", 10_000, async () => (await logSizes(db)).tree === check.tree);
  expect(await logSizes(db)).toEqual(check);
  return log;
}

test("a missing key: entries are sealed, nothing is signed; when it is back, all is signed", async () => {
  renameSync(folder.keyFile, `${folder.keyFile}.away`);
  const log = await expectUnsigned("key_missing", { tree: 20, checkpoint: 0 });
  renameSync(`${folder.keyFile}.away`, folder.keyFile);
  await until("it is signed", 15_000, async () => (await logSizes(db)).checkpoint === 20);
  await until("the alarm is over", 15_000, async () => log.alarms.at(-1) === null);
  await log.close();
});

test.each([
  ["nothing", ""],
  ["rubbish", "not a key"],
  ["a witness's key", formatSignerKey(origin, keyTypes.cosignature, Buffer.alloc(32, 5))],
])("a key file that holds %s is refused", async (_what, text) => {
  writeFileSync(folder.keyFile, text);
  await (await expectUnsigned("key_unreadable", { tree: 20, checkpoint: 0 })).close();
});

test("a folder in the place of the key file is refused", async () => {
  rmSync(folder.keyFile);
  const settings = { ...folder.settings, key: { file: folder.path } };
  const log = await tendLog(db.url, settings);
  await until("the alarm", 10_000, () => log.alarm()?.code === "key_unreadable");
  await log.close();
});

test("another key under the same name is noticed, at the start and while it runs", async () => {
  await sealedBefore();
  const log = await tendLog(db.url, folder.settings);
  await until("it is signed", 10_000, async () => (await logSizes(db)).checkpoint === 24);
  writeFileSync(folder.keyFile, formatSignerKey(origin, keyTypes.ed25519, randomBytes(32)));
  await growRuns(db);
  log.wake();
  await until("the alarm", 10_000, () => log.alarm()?.code === "key_changed");
  await log.close();
  await growRuns(db);
  const next = await expectUnsigned("key_changed", { tree: 32, checkpoint: 24 });
  await next.close();
});

test("a key of another name is refused", async () => {
  writeFileSync(folder.keyFile, formatSignerKey("example.org/other", keyTypes.ed25519, randomBytes(32)));
  await (await expectUnsigned("key_changed", { tree: 20, checkpoint: 0 })).close();
});

test("a tree that does not extend the last signed one is not signed, also when the database says nothing of it", async () => {
  await sealedBefore();
  // Somebody with the database in hand, but not with the key, makes another history of the same length.
  const key = parseSignerKey(readFileSync(folder.keyFile, "utf8").trim())!;
  const text = checkpointText({ origin, size: 20, root: randomBytes(32) });
  writeFileSync(folder.settings.stateFile, formatNote(text, [signText(text, key)]));
  const log = await expectUnsigned("not_an_extension", { tree: 24, checkpoint: 20 });
  await log.close();
});

test("a smaller tree than the last signed one is not signed", async () => {
  await sealedBefore();
  const key = parseSignerKey(readFileSync(folder.keyFile, "utf8").trim())!;
  const text = checkpointText({ origin, size: 1_000, root: randomBytes(32) });
  writeFileSync(folder.settings.stateFile, formatNote(text, [signText(text, key)]));
  await (await expectUnsigned("not_an_extension", { tree: 24, checkpoint: 20 })).close();
});

test("a state file that is no checkpoint of this log stops signing", async () => {
  await sealedBefore();
  writeFileSync(folder.settings.stateFile, "garbage");
  await (await expectUnsigned("signer_state_unreadable", { tree: 24, checkpoint: 20 })).close();
});

test("a lost state file: what was published and anchored still binds the signer", async () => {
  await sealedBefore();
  rmSync(folder.settings.stateFile);
  const log = await tendLog(db.url, folder.settings);
  await until("it is signed", 10_000, async () => (await logSizes(db)).checkpoint === 24);
  await log.close();
  expect(existsSync(folder.settings.stateFile)).toBe(true);
  await expectWholeLog(db, folder.verifier);
});

test("two processes with one key do not sign at the same time: the second waits until the first has gone", async () => {
  const first = await tendLog(db.url, folder.settings);
  await until("it is signed", 10_000, async () => (await logSizes(db)).checkpoint === 20);
  await growRuns(db);
  const second = await tendLog(db.url, folder.settings);
  await until(
    "the second finds it taken or done",
    10_000,
    async () => second.alarm()?.code === "signer_busy" || (await logSizes(db)).checkpoint === 24,
  );
  await first.close();
  await growRuns(db);
  second.wake();
  await until("the second signs", 15_000, async () => (await logSizes(db)).checkpoint === 28);
  await second.close();
  await expectWholeLog(db, folder.verifier);
});

test("an anchor that cannot be written delays nothing else, and is caught up with", async () => {
  writeFileSync(folder.settings.anchorFile!, "");
  chmodSync(folder.path, 0o755);
  rmSync(folder.settings.anchorFile!);
  const blocked = { ...folder.settings, anchorFile: `${folder.path}/absent/anchor.jsonl` };
  const log = await tendLog(db.url, blocked);
  await until("the alarm", 10_000, () => log.alarm()?.code === "anchor_unwritable");
  expect(await logSizes(db)).toEqual({ tree: 20, checkpoint: 20 });
  await log.close();
  await (await tendLog(db.url, folder.settings)).close();
  const [line] = readFileSync(folder.settings.anchorFile!, "utf8").trim().split("\n");
  const { checkpoint } = JSON.parse(line!) as { checkpoint: string };
  expect(openCheckpoint(checkpoint, { origin, logKeys: [folder.verifier], witnessKeys: [] })).toMatchObject({ ok: true });
});
