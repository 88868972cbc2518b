import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendLine, lockFile, readIfThere, replaceFile } from "./keep-file.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "keep-file-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const deadPid = 2 ** 22 + 1;
const holder = (host: string, pid: number): string => JSON.stringify({ host, pid });

test("a file is replaced whole and leaves nothing beside it", async () => {
  const path = join(folder, "state");
  expect(await readIfThere(path)).toBeNull();
  await replaceFile(path, "one");
  await replaceFile(path, "two");
  expect(await readIfThere(path)).toBe("two");
  expect(readdirSync(folder)).toEqual(["state"]);
});

test("lines are added", async () => {
  const path = join(folder, "lines");
  await appendLine(path, "a");
  await appendLine(path, "b");
  expect(readFileSync(path, "utf8")).toBe("a\nb\n");
});

test("one holder at a time, until it lets go", async () => {
  const path = join(folder, "lock");
  const first = await lockFile(path);
  expect(first).not.toBeNull();
  expect(await lockFile(path)).toBeNull();
  expect(await first!.renew()).toBe(true);
  await first!.release();
  expect(readdirSync(folder)).toEqual([]);
  const second = await lockFile(path);
  expect(second).not.toBeNull();
  await second!.release();
});

test.each([
  ["a dead process of this host", holder(hostname(), deadPid), 0],
  ["an earlier process with this one's number", holder(hostname(), process.pid), 0],
  ["a process of another host that has been silent for long", holder("elsewhere", 1), 200],
  ["nobody who can be read, and for long", "", 200],
])("a lock left by %s is taken over", async (_who, text, ageSeconds) => {
  const path = join(folder, "lock");
  writeFileSync(path, text);
  const then = Date.now() / 1000 - ageSeconds;
  utimesSync(path, then, then);
  const lock = await lockFile(path);
  expect(lock).not.toBeNull();
  await lock!.release();
});

test.each([
  ["a living process of this host", holder(hostname(), process.ppid)],
  ["a process of another host that was just there", holder("elsewhere", 1)],
])("a lock held by %s is left alone", async (_who, text) => {
  const path = join(folder, "lock");
  writeFileSync(path, text);
  expect(await lockFile(path)).toBeNull();
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("a lock that was taken over is not renewed and not released by the one before", async () => {
  const path = join(folder, "lock");
  const lock = await lockFile(path);
  writeFileSync(path, holder("elsewhere", 1));
  expect(await lock!.renew()).toBe(false);
  await lock!.release();
  expect(readFileSync(path, "utf8")).toBe(holder("elsewhere", 1));
});
