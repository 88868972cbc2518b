import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAnchor } from "../../src/runtime/log/anchor.ts";
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

const program = fileURLToPath(new URL("../support/log-process.ts", import.meta.url));
const stages = ["pending_read", "tree_durable", "signed", "cosigned", "published", "anchored"] as const;

/** A process that tends the log and dies by its own hand, as by kill -9, when it comes to `stage`. */
async function dieAt(stage: (typeof stages)[number]): Promise<void> {
  const child = spawn(process.execPath, [program, db.url, stage, JSON.stringify(folder.settings)], { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const limit = setTimeout(() => child.kill("SIGTERM"), 15_000);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  clearTimeout(limit);
  expect({ code, signal, said: said.join("") }).toEqual({ code: null, signal: "SIGKILL", said: "" });
}

/** What must be there when the process has died at that stage, given that `tree` entries were sealed before and `more` were pending. */
function left(stage: (typeof stages)[number], before: number, now: number): { readonly tree: number; readonly checkpoint: number } {
  return {
    tree: stage === "pending_read" ? before : now,
    checkpoint: stage === "published" || stage === "anchored" ? now : before,
  };
}

test.each(stages)("killed at %s: no fork, no gap, nothing signed that is not durable, and the next one goes on", async (stage) => {
  await seedEntries(db, { runs: 10, entries: 30 });
  await (await tendLog(db.url, folder.settings)).close();
  expect(await logSizes(db)).toEqual({ tree: 300, checkpoint: 300 });
  await growRuns(db);
  await dieAt(stage);
  expect(await logSizes(db)).toEqual(left(stage, 300, 310));
  expect((await readAnchor(folder.settings.anchorFile!))?.checkpoint.size).toBe(stage === "anchored" ? 310 : 300);

  await growRuns(db);
  const next = await tendLog(db.url, folder.settings);
  await until("all is signed", 15_000, async () => (await logSizes(db)).checkpoint === 320);
  await next.close();
  expect(next.errors).toEqual([]);
  expect(next.alarms.filter((alarm) => alarm !== null)).toEqual([]);
  expect(await expectWholeLog(db, folder.verifier)).toEqual({ size: 320 });
  expect((await readAnchor(folder.settings.anchorFile!))?.checkpoint.size).toBe(320);
});

test("killed at every stage in turn, again and again, while entries come in", async () => {
  await seedEntries(db, { runs: 20, entries: 3 });
  for (let round = 0; round < 3; round += 1) {
    for (const stage of stages) {
      await growRuns(db, round % 2 === 0 ? "waiting" : "running");
      await dieAt(stage);
    }
  }
  const next = await tendLog(db.url, folder.settings);
  await until("all is signed", 15_000, async () => (await logSizes(db)).checkpoint === 20 * 21);
  await next.close();
  expect(await expectWholeLog(db, folder.verifier)).toEqual({ size: 20 * 21 });
}, 120_000);
