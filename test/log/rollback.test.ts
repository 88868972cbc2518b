import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAnchor } from "../../src/runtime/log/anchor.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { growRuns, seedEntries } from "../support/ledger-rows.ts";
import { startReckon } from "../support/server.ts";
import { logSizes, makeLogFolder, origin, tendLog } from "../support/sealed-log.ts";
import type { LogFolder } from "../support/sealed-log.ts";
import { until } from "../support/until.ts";

let folder: LogFolder;
let db: TestDatabase;
beforeEach(async () => {
  folder = makeLogFolder();
  db = await createTestDatabase();
});
afterEach(async () => {
  folder.remove();
  await db.drop();
});

test("an embedded database from before the last checkpoint does not start, and says why with a code of its own", async () => {
  const home = mkdtempSync(join(tmpdir(), "reckoning-rollback-"));
  // The database's account may enter, so that its files are where this test looks for them.
  chmodSync(home, 0o755);
  const data = join(home, "data");
  const start = () => startReckon(["dev", "--port", "0", "--no-example"], { RECKONING_DATA_DIR: data, RECKONING_LOG_LEVEL: "warn" });
  const live = async (name: string): Promise<void> => {
    const dev = start();
    let url: string | undefined;
    await until("the server is there", 60_000, () => (url = /at (http:\S+)/.exec(dev.output())?.[1]) !== undefined);
    const task = await post(`${url}/api/tasks`, { name, prompt_template: "say something", extract_schema: { type: "object" } });
    const manifest = await post(`${url}/api/manifests`, { name, steps: [{ step_key: "one", task_id: task["id"] }] });
    const run = await post(`${url}/api/runs`, { manifest_id: manifest["id"] });
    await until(
      "the run ends",
      20_000,
      async () => ((await (await fetch(`${url}/api/runs/${run["id"]}`)).json()) as { status: string }).status !== "running",
    );
    await dev.kill("SIGTERM");
    expect(await dev.ended, dev.output()).toBe(0);
  };
  try {
    await live("first");
    copy(join(data, "postgres"), join(home, "yesterday"));
    const anchoredYesterday = readFileSync(join(data, "anchor.jsonl"), "utf8");
    await live("second");
    expect(readFileSync(join(data, "anchor.jsonl"), "utf8").length).toBeGreaterThan(anchoredYesterday.length);
    rmSync(join(data, "postgres"), { recursive: true });
    copy(join(home, "yesterday"), join(data, "postgres"));
    const refused = start();
    expect(await refused.ended, refused.output()).toBe(9);
    expect(refused.output()).toMatch(/ROLLBACK DETECTED: the last anchored checkpoint has \d+ entries, the database's log has \d+/);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 180_000);

/** With owners and rights, as a backup keeps them. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}

async function post(url: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const json = (await answer.json()) as Record<string, string>;
  expect(answer.status, JSON.stringify(json)).toBeLessThan(300);
  return json;
}

async function sealed(): Promise<void> {
  await seedEntries(db, { runs: 5, entries: 4 });
  await (await tendLog(db.url, folder.settings)).close();
  expect(await logSizes(db)).toEqual({ tree: 20, checkpoint: 20 });
}

test("a log of the same size with another history is refused", async () => {
  await sealed();
  const other = await createTestDatabase();
  try {
    await seedEntries(other, { runs: 5, entries: 4 });
    await (await tendLog(other.url, { ...folder.settings, key: null, anchorFile: null })).close();
    await expect(tendLog(other.url, folder.settings)).rejects.toThrow(
      "ROLLBACK DETECTED: the database's log of 20 entries does not begin with the 20",
    );
    await growRuns(other);
    await (await tendLog(other.url, { ...folder.settings, key: null, anchorFile: null })).close();
    await expect(tendLog(other.url, folder.settings)).rejects.toThrow(
      "ROLLBACK DETECTED: the database's log of 25 entries does not begin with the 20",
    );
  } finally {
    await other.drop();
  }
});

test("an empty database is refused where something was anchored, and a log of another name too", async () => {
  await sealed();
  const empty = await createTestDatabase();
  try {
    await expect(tendLog(empty.url, folder.settings)).rejects.toMatchObject({ code: "rollback_detected" });
  } finally {
    await empty.drop();
  }
  await expect(tendLog(db.url, folder.settings, { origin: "example.org/other" })).rejects.toThrow(
    `is of ${origin}, the database is of example.org/other`,
  );
});

test("a line that a crash cut off is passed over", async () => {
  await sealed();
  const whole = readFileSync(folder.settings.anchorFile!, "utf8");
  writeFileSync(folder.settings.anchorFile!, `${whole}{"checkpoint":"example.org/led`);
  await growRuns(db);
  const log = await tendLog(db.url, folder.settings);
  await until("it is signed", 10_000, async () => (await logSizes(db)).checkpoint === 25);
  await log.close();
  expect((await readAnchor(folder.settings.anchorFile!))?.checkpoint.size).toBe(25);
});

test("reckon serve, worker and sealer do not start on a database that was rolled back", async () => {
  await sealed();
  const empty = await createTestDatabase();
  try {
    const env = { DATABASE_URL: empty.url, RECKONING_LOG_ORIGIN: origin, RECKONING_ANCHOR_FILE: folder.settings.anchorFile!, PORT: "0" };
    for (const command of ["serve", "worker", "sealer"]) {
      const refused = startReckon([command], env);
      expect([command, await refused.ended], refused.output()).toEqual([command, 9]);
      expect(refused.output()).toContain("ROLLBACK DETECTED");
    }
  } finally {
    await empty.drop();
  }
}, 60_000);
