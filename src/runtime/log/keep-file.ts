import { link, open, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
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

/** Adds a line to a file, durably. What a crash cut off before is ended first, so that it spoils no other line. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, "a+", 0o644);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    await file.appendFile(`${size > 0 && buffer.toString() !== "\n" ? "\n" : ""}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A claim on a file that one process at a time may have. It is given back by `release`, or when its holder is gone. */
export interface FileLock {
  /** Prolongs the claim; false when it was lost to another process, which took this one for dead. */
  readonly renew: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

const staleMs = 120_000;
/** A lock file with this process's number that is not in here was left by an earlier process of the same number. */
const heldHere = new Set<string>();

/** Null while another process holds it. */
export async function lockFile(path: string): Promise<FileLock | null> {
  const mine = JSON.stringify({ host: hostname(), pid: process.pid });
  if (heldHere.has(path)) return null;
  if (!(await takeLock(path, mine)) && !((await isAbandoned(path)) && (await takeOver(path, mine)))) return null;
  heldHere.add(path);
  return {
    async renew() {
      if ((await readIfThere(path)) !== mine) return false;
      await utimes(path, new Date(), new Date());
      return true;
    },
    async release() {
      heldHere.delete(path);
      if ((await readIfThere(path)) === mine) await unlink(path);
    },
  };
}

/** Written aside and linked to its place: a process killed half way leaves no lock that names nobody. */
async function takeLock(path: string, mine: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.new`;
  await writeFile(aside, mine, { mode: 0o600 });
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(aside);
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
