import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { hash } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { Fault } from "../../domain/fault.ts";
import { canReach, unprivilegedAccount } from "./account.ts";
import type { Account } from "./account.ts";
import { findBinaries } from "./binaries.ts";
import type { Binaries } from "./binaries.ts";

export interface EmbeddedOptions {
  /** Folder of the cluster; made when missing. */
  readonly dataDir: string;
  /** Folder with `initdb` and `postgres`; null: the packaged ones. */
  readonly pgBin?: string | null;
  /** Further settings of the server, for example `fsync=off` for tests. */
  readonly settings?: readonly string[];
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** The folder that is really used; differs from the one asked for when the server's account could not reach that. */
  readonly dataDir: string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** `fast` breaks connections off and writes a checkpoint, `immediate` ends as a crash would. */
  readonly stop: (mode?: "fast" | "immediate") => Promise<void>;
}

const startMsMax = 60_000;
const stopMsMax = 60_000;
const lookEveryMs = 40;
const role = "reckoning";

/**
 * Starts a real PostgreSQL in a folder of ours: fsync and checksums on, reached through a socket in a folder that only its
 * account may enter, so there is neither port nor password. A server left over from a killed parent is stopped first;
 * PostgreSQL's own recovery sees to its data.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = unprivilegedAccount();
  const dataDir = placeFor(resolve(options.dataDir), account);
  const sharedDir = join(account === null ? dirname(dataDir) : rootDir, "shared");
  const binaries = findBinaries({ pgBin: options.pgBin ?? null, account, sharedDir });
  const home: Home = { dataDir, account, binaries, socketDir: socketDirOf(dataDir) };
  makeCluster(home);
  await stopLeftOver(dataDir);
  const server = await startServer(home, options.settings ?? []);
  await makeDatabase(home);
  return { ...server, url: urlOf(home, role), dataDir };
}

/** The address of the embedded PostgreSQL that runs on this folder now, whoever started it; null when none does. */
export function runningEmbeddedUrl(dataDir: string): string | null {
  const place = placeFor(resolve(dataDir), unprivilegedAccount());
  return runningPostmaster(place) === null ? null : urlOf({ socketDir: socketDirOf(place) }, role);
}

/** Where a server goes that may not enter the folder it was meant for. */
const rootDir = "/var/lib/reckoning-machine";

function placeFor(wanted: string, account: Account | null): string {
  if (account === null || canReach(account, dirname(wanted))) return wanted;
  return join(rootDir, hash("sha256", wanted, "hex").slice(0, 16));
}

/** Socket paths hold at most 107 bytes, so the socket never stands below the data folder, wherever that is. */
function socketDirOf(dataDir: string): string {
  return join(tmpdir(), `reckoning-${hash("sha256", dataDir, "hex").slice(0, 16)}`);
}

interface Home {
  readonly dataDir: string;
  readonly socketDir: string;
  readonly account: Account | null;
  readonly binaries: Binaries;
}

function spawnOptions({ account, binaries }: Home) {
  const { libraryPath } = binaries;
  const env = { LC_ALL: "C.UTF-8", ...(libraryPath === null ? {} : { LD_LIBRARY_PATH: libraryPath, DYLD_LIBRARY_PATH: libraryPath }) };
  return account === null ? { env } : { env, uid: account.uid, gid: account.gid };
}

function makeOwnFolder(folder: string, account: Account | null): void {
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account !== null) chownSync(folder, account.uid, account.gid);
}

function makeCluster(home: Home): void {
  const { dataDir, account, binaries } = home;
  makeOwnFolder(home.socketDir, account);
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  // A first start that was killed half way leaves a folder that initdb refuses; nothing of value can be in it.
  rmSync(dataDir, { recursive: true, force: true });
  makeOwnFolder(dataDir, account);
  const args = ["-D", dataDir, "-U", role, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=trust", "--no-instructions"];
  const made = spawnSync(join(binaries.bin, "initdb"), args, { ...spawnOptions(home), encoding: "utf8" });
  if (made.status === 0) return;
  rmSync(dataDir, { recursive: true, force: true });
  throw new Fault("database_unavailable", `initdb failed: ${made.error?.message ?? made.stderr.trim()}`);
}

/** Ends a postmaster that still runs in this folder, and waits until it is gone. */
async function stopLeftOver(dataDir: string): Promise<void> {
  const pid = runningPostmaster(dataDir);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  await waitFor(`the server left over from an earlier start (process ${pid}) ends`, stopMsMax, () => Promise.resolve(!isAlive(pid)));
}

function runningPostmaster(dataDir: string): number | null {
  const file = join(dataDir, "postmaster.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
  return Number.isSafeInteger(pid) && pid > 1 && isPostmasterOf(pid, dataDir) ? pid : null;
}

/** The number in a stale file may belong to a stranger by now; on Linux the command line tells. */
function isPostmasterOf(pid: number, dataDir: string): boolean {
  if (!isAlive(pid)) return false;
  const cmdline = `/proc/${pid}/cmdline`;
  return existsSync(cmdline) ? readFileSync(cmdline, "utf8").split("\0").includes(dataDir) : true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function startServer(home: Home, settings: readonly string[]): Promise<Omit<EmbeddedPostgres, "url" | "dataDir">> {
  const fixed = ["listen_addresses=", `unix_socket_directories=${home.socketDir}`, "unix_socket_permissions=0700"];
  const args = ["-D", home.dataDir, ...[...fixed, ...settings].flatMap((setting) => ["-c", setting])];
  const deadline = performance.now() + startMsMax;
  for (;;) {
    // In a session of its own: a Ctrl-C at the terminal is for the parent, which then stops the server in order.
    const child = spawn(join(home.binaries.bin, "postgres"), args, {
      ...spawnOptions(home),
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    const log = keepTail(child);
    const ended = new Promise<void>((done) => void child.once("exit", () => done()).once("error", () => done()));
    const ready = await isReady(home, child, deadline);
    if (ready) return { pid: child.pid ?? 0, ended, stop: (mode = "fast") => stopServer(child, ended, mode) };
    if (child.exitCode === null) child.kill("SIGQUIT");
    await ended;
    // After a crash the orphaned backends hold the shared memory for a moment; then the next try succeeds.
    const passing = /pre-existing shared memory block|lock file .* already exists/.test(log());
    if (!passing || performance.now() > deadline)
      throw new Fault("database_unavailable", `the embedded PostgreSQL did not start: ${log()}`);
    await pause(lookEveryMs * 5);
  }
}

const logCharactersMax = 4_000;

function keepTail(child: ChildProcess): () => string {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-logCharactersMax);
  });
  // The parent may end without waiting for this pipe.
  child.stderr?.on("error", () => undefined);
  child.unref();
  return () => tail.trim();
}

async function isReady(home: Home, child: ChildProcess, deadline: number): Promise<boolean> {
  while (child.exitCode === null && child.pid !== undefined && performance.now() < deadline) {
    const client = new pg.Client({ connectionString: urlOf(home, "postgres") });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await pause(lookEveryMs);
    }
  }
  return false;
}

async function stopServer(child: ChildProcess, ended: Promise<void>, mode: "fast" | "immediate"): Promise<void> {
  child.ref();
  if (child.exitCode === null && child.signalCode === null) child.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
  await ended;
}

async function makeDatabase(home: Home): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(home, "postgres") });
  await client.connect();
  try {
    const found = await client.query("select from pg_database where datname = $1", [role]);
    if (found.rowCount === 0) await client.query(`create database ${role}`);
  } finally {
    await client.end();
  }
}

function urlOf({ socketDir }: Pick<Home, "socketDir">, database: string): string {
  return `postgresql://${role}@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
}

async function waitFor(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Fault("database_unavailable", `${what}: not within ${limitMs} ms`);
    await pause(lookEveryMs);
  }
}
