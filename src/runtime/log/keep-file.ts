import { open, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** The text of a file, or null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Puts `text` in the place of a file so that after any crash it is there whole, or the old one is. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncFolder(path);
}

/** Adds a line to a file, durably. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, "a", 0o644);
  try {
    await file.appendFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A claim on a file that one process at a time may have. It is given back by `release`, or when its holder is gone. */
export interface FileLock {
  readonly touch: () => Promise<void>;
  readonly release: () => Promise<void>;
}

const staleMs = 120_000;

/** Null while another process holds it. */
export async function lockFile(path: string): Promise<FileLock | null> {
  const mine = JSON.stringify({ host: hostname(), pid: process.pid });
  if (!(await takeLock(path, mine)) && !((await isAbandoned(path)) && (await takeOver(path, mine)))) return null;
  return {
    touch: () => utimes(path, new Date(), new Date()),
    async release() {
      if ((await readIfThere(path)) === mine) await unlink(path);
    },
  };
}

async function takeLock(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moved aside first: of two that find the same dead holder only one can move it. */
async function takeOver(path: string, mine: string): Promise<boolean> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
    await unlink(aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
  return takeLock(path, mine);
}

async function isAbandoned(path: string): Promise<boolean> {
  const [, host, pid] = /^\{"host":"([^"]*)","pid":(\d+)\}$/.exec((await readIfThere(path)) ?? "") ?? [];
  if (host === hostname() && pid !== undefined) return Number(pid) === process.pid || !isAlive(Number(pid));
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > staleMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}
