import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { registerIdOf } from "../../src/ledger/derived-id.ts";
import { parseVerifierKey } from "../../src/ledger/note-key.ts";
import { readAnchor } from "../../src/runtime/log/anchor.ts";
import { apiOf, putPausingManifest, startRun } from "../support/api.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { growRuns, seedEntries } from "../support/ledger-rows.ts";
import { logSizes, makeLogFolder, origin, tendLog } from "../support/sealed-log.ts";
import type { LogFolder } from "../support/sealed-log.ts";
import { runReckon, startReckon, startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

let folder: LogFolder;
let db: TestDatabase;
let env: Record<string, string>;
beforeEach(async () => {
  folder = makeLogFolder();
  db = await createTestDatabase();
  env = {
    DATABASE_URL: db.url,
    RECKONING_LOG_ORIGIN: origin,
    RECKONING_LOG_KEY_FILE: folder.keyFile,
    RECKONING_ANCHOR_FILE: folder.settings.anchorFile!,
    PORT: "0",
  };
});
afterEach(async () => {
  folder.remove();
  await db.drop();
});

/** The database as a backup from before the last sealing would have it. */
async function restoreYesterday(): Promise<void> {
  await seedEntries(db, { runs: 5, entries: 4 });
  await (await tendLog(db.url, folder.settings)).close();
  await growRuns(db);
  await (await tendLog(db.url, folder.settings)).close();
  expect(await logSizes(db)).toEqual({ tree: 25, checkpoint: 25 });
  const tables = ["log_leaf", "log_tree", "log_checkpoint", "entry", "entry_other", "entry_2026_11"];
  const off = tables.map((table) => `alter table if exists reckoning.${table} disable trigger user;`).join("");
  const on = off.replaceAll("disable", "enable always").replaceAll("trigger user", "trigger append_only");
  await db.rows(`set reckoning.maintenance = on; ${off}
    delete from reckoning.log_leaf where idx >= 20; delete from reckoning.log_tree where size > 20;
    delete from reckoning.log_checkpoint where size > 20; delete from reckoning.entry where seq = 4;
    update reckoning.run_head set entry_count = 4; ${on}`);
}

const accept = ["recover", "--accept-rollback", "--reason", "disk failure", "--by", "Ada Lovelace"];

test("after a loss nothing starts until it is accepted; then the log goes on under another name that names the old", async () => {
  await restoreYesterday();
  const refused = startReckon(["serve"], env);
  expect(await refused.ended, refused.output()).toBe(9);
  const before = readFileSync(folder.settings.anchorFile!, "utf8");

  const recovered = await runReckon(accept, env);
  expect(recovered.code, recovered.err).toBe(0);
  expect(recovered.out).toBe(`the log goes on as ${origin}/epoch-2 with 20 entries; 5 were lost\n`);
  const vkey = /verifier key is now (\S+):/.exec(recovered.err)![1]!;

  const [epoch] = await db.rows("select epoch, origin, accepted_by, reason, kept_size::integer, lost_checkpoint from reckoning.log_epoch");
  expect(epoch).toMatchObject({
    epoch: 2,
    origin: `${origin}/epoch-2`,
    accepted_by: "Ada Lovelace",
    reason: "disk failure",
    kept_size: 20,
  });
  const register = await db.rows<{ body: Buffer }>("select body from reckoning.entry where run_id = $1", [registerIdOf(origin)]);
  expect(register.map(({ body }) => JSON.parse(body.toString()) as object)).toMatchObject([
    {
      kind: "backup.restored",
      log: `${origin}/epoch-2`,
      data: { accepted_by: "Ada Lovelace", reason: "disk failure", kept_size: 20, lost_size: 25 },
    },
  ]);
  const old = openCheckpoint((epoch as { lost_checkpoint: string }).lost_checkpoint, {
    origin,
    logKeys: [folder.verifier],
    witnessKeys: [],
  });
  expect(old).toMatchObject({ ok: true, value: { checkpoint: { size: 25 } } });
  const anchored = readFileSync(folder.settings.anchorFile!, "utf8");
  expect(anchored.startsWith(before)).toBe(true);
  expect(JSON.parse(anchored.slice(before.length))).toMatchObject({
    recovered: { by: "Ada Lovelace", reason: "disk failure", origin: `${origin}/epoch-2`, kept_size: 20, lost_size: 25 },
  });

  const server = await startServer(db.url, env);
  try {
    const api = apiOf(server.url);
    const run = await startRun(api, await putPausingManifest(api));
    const [entry] = await api.entries(run.id);
    expect(entry!.body).toMatchObject({ log: `${origin}/epoch-2` });
    await until("it is signed under the new name", 15_000, async () => (await logSizes(db)).checkpoint > 20);
    const note = await (await fetch(`${server.url}/log/checkpoint`)).text();
    const opened = openCheckpoint(note, { origin: `${origin}/epoch-2`, logKeys: [parseVerifierKey(vkey)!], witnessKeys: [] });
    expect(opened).toMatchObject({ ok: true });
  } finally {
    await server.kill("SIGTERM");
  }
  expect((await readAnchor(folder.settings.anchorFile!))?.checkpoint.origin).toBe(`${origin}/epoch-2`);
}, 60_000);

test("nothing is accepted where nothing was lost, without a key, or without a word of consent", async () => {
  await seedEntries(db, { runs: 1, entries: 3 });
  const unanchored = await runReckon(accept, env);
  expect([unanchored.code, unanchored.err]).toEqual([78, expect.stringContaining("holds no checkpoint")]);
  await (await tendLog(db.url, folder.settings)).close();
  const whole = await runReckon(accept, env);
  expect([whole.code, whole.err]).toEqual([78, expect.stringContaining("there is nothing to accept")]);
  const { RECKONING_LOG_KEY_FILE: _key, ...keyless } = env;
  expect(await runReckon(accept, keyless)).toMatchObject({ code: 78 });
  expect(await runReckon(["recover", "--reason", "r", "--by", "b"], env)).toMatchObject({ code: 2 });
  expect(await runReckon(["recover", "--accept-rollback", "--reason", " ", "--by", "b"], env)).toMatchObject({ code: 2 });
  expect(await db.rows("select from reckoning.log_epoch")).toEqual([]);
}, 60_000);

test("a backup from before a recovery is refused again, and its recovery opens a third name", async () => {
  await restoreYesterday();
  expect((await runReckon(accept, env)).code).toBe(0);
  await db.rows("set reckoning.maintenance = on; alter table reckoning.log_epoch disable trigger user; delete from reckoning.log_epoch");
  const refused = startReckon(["sealer"], env);
  expect(await refused.ended, refused.output()).toBe(9);
  const again = await runReckon(accept, env);
  expect([again.code, again.out]).toEqual([0, expect.stringContaining(`${origin}/epoch-3 with 20 entries`)]);
}, 60_000);

test("reckon key makes a key once, and writes over none", async () => {
  const file = `${folder.path}/new.key`;
  const made = await runReckon(["key", "log", file], env);
  expect(made.code, made.err).toBe(0);
  expect(parseVerifierKey(made.out.trim())).toMatchObject({ name: origin, type: 1 });
  expect(readFileSync(file, "utf8")).toMatch(/^PRIVATE\+KEY\+/);
  expect(made.out + made.err).not.toContain("PRIVATE");
  expect(await runReckon(["key", "log", file], env)).toMatchObject({ code: 78 });
  const witness = await runReckon(["key", "log", `${folder.path}/w.key`, "--witness", "--name", "w.example/1"], env);
  expect(parseVerifierKey(witness.out.trim())).toMatchObject({ name: "w.example/1", type: 4 });
  expect(await runReckon(["key", "log", `${folder.path}/x.key`, "--name", "a b"], env)).toMatchObject({ code: 78 });
  expect(await runReckon(["key", "log", `${folder.path}/x.key`, "--witness"], env)).toMatchObject({ code: 2 });
});
