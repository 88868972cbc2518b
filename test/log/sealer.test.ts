import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/storage/pool.ts";
import { readLogTree } from "../../src/storage/read/log.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { growRuns, seedEntries } from "../support/ledger-rows.ts";
import { expectWholeLog, logSizes, makeLogFolder, tendLog } from "../support/sealed-log.ts";
import type { LogFolder } from "../support/sealed-log.ts";
import { until } from "../support/until.ts";

let db: TestDatabase;
let folder: LogFolder;
beforeEach(async () => {
  db = await createTestDatabase();
  folder = makeLogFolder();
});
afterEach(async () => {
  folder.remove();
  await db.drop();
});

async function published(size: number): Promise<void> {
  await until(`a checkpoint over ${size} entries`, 15_000, async () => (await logSizes(db)).checkpoint === size);
}

async function unsealed(): Promise<number> {
  const [row] = await db.rows<{ count: number }>("select count(*)::integer as count from reckoning.run_head where not sealed");
  return row!.count;
}

test("every entry gets one place, in the order of its run, and the tree over them is signed and anchored", async () => {
  await seedEntries(db, { runs: 40, entries: 17 });
  const log = await tendLog(db.url, folder.settings);
  await published(680);
  await seedEntries(db, { runs: 3, entries: 5 });
  log.wake();
  await published(695);
  await log.close();
  expect(await expectWholeLog(db, folder.verifier)).toEqual({ size: 695 });
  const anchored = readFileSync(folder.settings.anchorFile!, "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { checkpoint: string }).checkpoint);
  const notes = await db.rows<{ note: string }>("select note from reckoning.log_checkpoint order by size");
  expect(anchored).toEqual(notes.map((row) => row.note));
  expect(readFileSync(folder.settings.stateFile, "utf8")).toBe(anchored.at(-1));
  expect(log.errors).toEqual([]);
});

test("runs leave the search when they rest with all entries sealed, and an append brings them back", async () => {
  await seedEntries(db, { runs: 5, entries: 2 });
  const log = await tendLog(db.url, folder.settings);
  await published(10);
  expect(await unsealed()).toBe(0);
  await growRuns(db, "waiting");
  expect(await unsealed()).toBe(5);
  log.wake();
  await published(15);
  expect(await unsealed()).toBe(0);
  await growRuns(db, "running");
  log.wake();
  await published(20);
  expect(await unsealed()).toBe(5);
  await log.close();
  await expectWholeLog(db, folder.verifier);
});

test("what is written just before a stop is sealed and signed by the stop", async () => {
  const log = await tendLog(db.url, folder.settings);
  await seedEntries(db, { runs: 2, entries: 3 });
  await log.close();
  expect(await logSizes(db)).toEqual({ tree: 6, checkpoint: 6 });
});

test("a backlog of many batches is sealed whole, tiles of two levels with it, and is read back by the next sealer", async () => {
  await seedEntries(db, { runs: 700, entries: 100 });
  const log = await tendLog(db.url, folder.settings);
  await published(70_000);
  await log.close();
  await expectWholeLog(db, folder.verifier);
  expect(await db.rows("select level, count(*)::integer as tiles from reckoning.log_tile group by level order by level")).toEqual([
    { level: 0, tiles: 273 },
    { level: 1, tiles: 1 },
  ]);
  const reader = openDatabase({ url: db.url, applicationName: "test", poolMax: 1 });
  const tree = await readLogTree(reader);
  await reader.close();
  expect(tree.tails.map((tail) => tail.length)).toEqual([112, 17, 1]);
}, 60_000);

test("several sealers at once do not fork the log, and nothing is sealed twice or left", async () => {
  const logs = await Promise.all([1, 2, 3].map(() => tendLog(db.url, { ...folder.settings, key: null, anchorFile: null })));
  const signing = await tendLog(db.url, folder.settings);
  for (let round = 0; round < 10; round += 1) {
    await seedEntries(db, { runs: 100, entries: 11 });
    for (const log of logs) log.wake();
  }
  for (const log of [...logs, signing]) await log.close();
  const last = await tendLog(db.url, folder.settings);
  await published(11_000);
  await last.close();
  expect(await expectWholeLog(db, folder.verifier)).toEqual({ size: 11_000 });
}, 60_000);

test("a sealer refuses to build on tiles that do not lead to the root on record", async () => {
  await seedEntries(db, { runs: 30, entries: 20 });
  await (await tendLog(db.url, folder.settings)).close();
  expect((await logSizes(db)).tree).toBe(600);
  await db.rows("set reckoning.maintenance = on; alter table reckoning.log_leaf disable trigger append_only");
  await db.rows("update reckoning.log_leaf set leaf = sha256('forged') where idx = 599");
  await seedEntries(db, { runs: 1, entries: 1 });
  const log = await tendLog(db.url, folder.settings);
  await until("the sealer complains", 10_000, () => log.errors.some((line) => /do not lead to the root/.test(line)));
  await log.close();
  expect((await logSizes(db)).tree).toBe(600);
});

test("an index, an entry and a size cannot be given twice", async () => {
  await seedEntries(db, { runs: 1, entries: 2 });
  await (await tendLog(db.url, folder.settings)).close();
  const twice = "insert into reckoning.log_leaf (idx, run_id, seq, leaf) select";
  await expect(db.rows(`${twice} idx, run_id, seq + 5, leaf from reckoning.log_leaf`)).rejects.toMatchObject({ code: "23505" });
  await expect(db.rows(`${twice} idx + 5, run_id, seq, leaf from reckoning.log_leaf`)).rejects.toMatchObject({ code: "23505" });
  const tree = "insert into reckoning.log_tree (size, root, frontier) select size, sha256('other'), frontier from reckoning.log_tree";
  await expect(db.rows(tree)).rejects.toMatchObject({ code: "23505" });
});
