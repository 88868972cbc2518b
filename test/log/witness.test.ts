import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCheckpoint } from "../../src/ledger/checkpoint.ts";
import { parseVerifierKey } from "../../src/ledger/note-key.ts";
import { addCheckpointBody } from "../../src/ledger/witness-messages.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { growRuns, seedEntries } from "../support/ledger-rows.ts";
import { logSizes, makeLogFolder, origin, tendLog } from "../support/sealed-log.ts";
import type { LogFolder } from "../support/sealed-log.ts";
import { runReckon, startReckon } from "../support/server.ts";
import type { ReckonProcess } from "../support/server.ts";
import { until } from "../support/until.ts";

interface RunningWitness extends ReckonProcess {
  readonly url: string;
  readonly vkey: string;
}

let db: TestDatabase;
let folder: LogFolder;
let home: string;
const running: ReckonProcess[] = [];
beforeEach(async () => {
  db = await createTestDatabase();
  folder = makeLogFolder();
  home = mkdtempSync(join(tmpdir(), "reckoning-witness-"));
  await seedEntries(db, { runs: 4, entries: 5 });
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.kill("SIGTERM");
  rmSync(home, { recursive: true });
  folder.remove();
  await db.drop();
});

const witnessed = (size: number) => async () => (await logSizes(db)).checkpoint === size;

async function startWitness(name: string, port = 0): Promise<RunningWitness> {
  const keyFile = join(home, `${name}.key`);
  await runReckon(["key", "log", keyFile, "--witness", "--name", `witness.example/${name}`], {});
  const args = ["witness", "--key", keyFile, "--log", folder.vkey, "--state", join(home, `${name}.json`), "--port", String(port)];
  const started = startReckon(args, {});
  running.push(started);
  let found: RegExpExecArray | null = null;
  await until("the witness listens", 20_000, () => {
    if (started.process.exitCode !== null) throw new Error(`the witness ended: ${started.output()}`);
    found = /witness (\S+)\ncosigning at (\S+)\/add-checkpoint/.exec(started.output());
    return found !== null;
  });
  const [, vkey, url] = found!;
  return { ...started, vkey: vkey!, url: url! };
}

const settingsFor = (witnesses: readonly RunningWitness[], quorum: number) => ({
  ...folder.settings,
  witnesses: witnesses.map(({ vkey, url }) => ({ key: parseVerifierKey(vkey)!, url })),
  quorum,
});

async function lastCheckpoint(witnesses: readonly RunningWitness[]) {
  const [row] = await db.rows<{ note: string }>("select note from reckoning.log_checkpoint order by size desc limit 1");
  const opened = openCheckpoint(row!.note, {
    origin,
    logKeys: [folder.verifier],
    witnessKeys: witnesses.map(({ vkey }) => parseVerifierKey(vkey)!),
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

test("checkpoints carry the cosignatures of the witnesses, which follow the log as it grows", async () => {
  const witnesses = [await startWitness("w1"), await startWitness("w2")];
  const log = await tendLog(db.url, settingsFor(witnesses, 2));
  await until("it is published", 15_000, witnessed(20));
  await growRuns(db);
  log.wake();
  await until("it is published", 15_000, witnessed(24));
  await log.close();
  const { witnessedBy } = await lastCheckpoint(witnesses);
  expect(witnessedBy.map(({ key }) => key.name)).toEqual(["witness.example/w1", "witness.example/w2"]);
  for (const { atSeconds } of witnessedBy) expect(Math.abs(atSeconds - Date.now() / 1_000)).toBeLessThan(60);
  expect(JSON.parse(readFileSync(join(home, "w1.json"), "utf8"))).toMatchObject({ [origin]: { size: 24 } });
  // A process that starts anew asks from nothing and is told how far the witness has come.
  await growRuns(db);
  const next = await tendLog(db.url, settingsFor(witnesses, 2));
  await until("it is published", 15_000, witnessed(28));
  await next.close();
  expect(next.errors).toEqual([]);
});

test("a missing quorum delays checkpoints and nothing else, and is made good", async () => {
  const [w1, w2] = [await startWitness("w1"), await startWitness("w2")];
  await w2.kill("SIGKILL");
  const log = await tendLog(db.url, settingsFor([w1, w2], 2));
  await until("the alarm", 15_000, () => log.alarm()?.code === "quorum_missing");
  await growRuns(db);
  log.wake();
  await until("entries are sealed", 10_000, async () => (await logSizes(db)).tree === 24);
  expect((await logSizes(db)).checkpoint).toBe(0);
  expect(log.errors.join("\n")).toContain("the witness witness.example/w2 did not sign");
  running.push(
    startReckon(
      ["witness", "--key", join(home, "w2.key"), "--log", folder.vkey, "--state", join(home, "w2.json"), "--port", new URL(w2.url).port],
      {},
    ),
  );
  await until("it is published", 20_000, witnessed(24));
  await until("the alarm is over", 10_000, () => log.alarm() === null);
  await log.close();
  expect((await lastCheckpoint([w1, w2])).witnessedBy.length).toBe(2);
}, 60_000);

test("one of two is enough where one must sign", async () => {
  const [w1, w2] = [await startWitness("w1"), await startWitness("w2")];
  await w1.kill("SIGKILL");
  const log = await tendLog(db.url, settingsFor([w1, w2], 1));
  await until("it is published", 15_000, witnessed(20));
  await log.close();
  expect((await lastCheckpoint([w1, w2])).witnessedBy.map(({ key }) => key.name)).toEqual(["witness.example/w2"]);
});

test("a rebuilt log with the right key is not cosigned: the witness has seen another", async () => {
  const witness = await startWitness("w1");
  const settings = settingsFor([witness], 1);
  await (await tendLog(db.url, settings)).close();
  expect((await logSizes(db)).checkpoint).toBe(20);
  const forged = await createTestDatabase();
  try {
    await seedEntries(forged, { runs: 6, entries: 5 });
    // Whoever holds database and key also takes away what the signer and the anchor remember.
    rmSync(folder.settings.stateFile);
    const log = await tendLog(forged.url, { ...settings, anchorFile: null });
    await until("the alarm", 15_000, () => log.alarm()?.code === "quorum_missing");
    expect(log.errors.join("\n")).toContain("answered 422");
    expect((await logSizes(forged)).checkpoint).toBe(0);
    await log.close();
  } finally {
    await forged.drop();
  }
});

test("a witness that is killed remembers what it signed", async () => {
  const witness = await startWitness("w1");
  await (await tendLog(db.url, settingsFor([witness], 1))).close();
  await witness.kill("SIGKILL");
  const again = startReckon(
    ["witness", "--key", join(home, "w1.key"), "--log", folder.vkey, "--state", join(home, "w1.json"), "--port", "0"],
    {},
  );
  running.push(again);
  await until("the witness listens", 20_000, () => again.output().includes("cosigning at"));
  const url = /cosigning at (\S+)/.exec(again.output())![1]!;
  const [row] = await db.rows<{ note: string }>("select note from reckoning.log_checkpoint");
  const answer = await fetch(url, { method: "POST", body: addCheckpointBody({ oldSize: 0, hashes: [], checkpoint: row!.note }) });
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([409, "text/x.tlog.size", "20\n"]);
});

test("requests at the same time are judged one after the other: of two that extend the same tree one wins", async () => {
  const witness = await startWitness("w1");
  const log = await tendLog(db.url, folder.settings);
  await until("it is published", 10_000, witnessed(20));
  await growRuns(db);
  log.wake();
  await until("it is published", 10_000, witnessed(24));
  await log.close();
  const notes = await db.rows<{ note: string }>("select note from reckoning.log_checkpoint order by size");
  const bodies = Array.from({ length: 20 }, (_, i) => addCheckpointBody({ oldSize: 0, hashes: [], checkpoint: notes[i % 2]!.note }));
  const answers = await Promise.all(bodies.map((body) => fetch(`${witness.url}/add-checkpoint`, { method: "POST", body })));
  expect(answers.filter((answer) => answer.status === 200).length).toBe(1);
  expect(answers.filter((answer) => answer.status === 409).length).toBe(19);
});

test("a witness answers nothing else, bears rubbish, and is one process", async () => {
  const witness = await startWitness("w1");
  expect((await fetch(`${witness.url}/`)).status).toBe(404);
  expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
  for (const body of ["", "rubbish", Buffer.from([0xff, 0xfe]), "x".repeat(300_000)])
    expect((await fetch(`${witness.url}/add-checkpoint`, { method: "POST", body })).status).toBe(400);
  const twin = await runReckon(
    ["witness", "--key", join(home, "w1.key"), "--log", folder.vkey, "--state", join(home, "w1.json"), "--port", "0"],
    {},
  );
  expect([twin.code, twin.err]).toEqual([1, expect.stringContaining("another process is this witness")]);
});

test.each([
  ["a log's key in the place of a witness's state", { state: "garbage" }, 1],
  ["no key", { key: "absent" }, 78],
  ["a log that is none", { log: "rubbish" }, 78],
])("with %s it does not start", async (_what, wrong: { state?: string; key?: string; log?: string }, code) => {
  await runReckon(["key", "log", join(home, "w.key"), "--witness", "--name", "w.example"], {});
  const state = join(home, "w.json");
  if (wrong.state !== undefined) writeFileSync(state, wrong.state);
  const args = ["--key", wrong.key ?? join(home, "w.key"), "--log", wrong.log ?? folder.vkey, "--state", state, "--port", "0"];
  expect(await runReckon(["witness", ...args], {})).toMatchObject({ code });
});

test("a witness that lies, signs another thing, or sends without end gives no cosignature", async () => {
  const w1 = await startWitness("w1");
  let answer = (): { readonly status: number; readonly type?: string; readonly body: string | Buffer } => ({ status: 200, body: "" });
  let asked = 0;
  const liar = createServer((_request, response) => {
    const { status, type = "text/plain", body } = answer();
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => void liar.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  try {
    const settings = { ...settingsFor([w1], 1), witnesses: [{ key: parseVerifierKey(w1.vkey)!, url }] };
    const lies: readonly (() => ReturnType<typeof answer>)[] = [
      () => ({ status: 200, body: "\u2014 witness.example/w1 AAAAAAAA\n" }),
      () => ({ status: 200, body: "nothing of the kind" }),
      () => ({ status: 200, body: Buffer.alloc(100_000, 120) }),
      () => ({ status: 409, type: "text/x.tlog.size", body: "9007199254740991\n" }),
      () => ({ status: 409, type: "text/x.tlog.size", body: `${(asked += 1) % 2 === 0 ? 3 : 4}\n` }),
      () => ({ status: 500, body: "" }),
    ];
    for (const lie of lies) {
      answer = lie;
      const log = await tendLog(db.url, settings);
      await until("the alarm", 10_000, () => log.alarm()?.code === "quorum_missing");
      await log.close();
    }
    expect((await logSizes(db)).checkpoint).toBe(0);
  } finally {
    liar.closeAllConnections();
    await new Promise((resolve) => liar.close(resolve));
  }
});
