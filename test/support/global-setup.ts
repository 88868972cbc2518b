import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the database that every test database is cloned from. Nobody may stay connected to it. */
    readonly templateUrl: string;
    /** Folder of the programs it runs from; null: the packaged ones. */
    readonly pgBin: string | null;
  }
}

/** The newest PostgreSQL that npm offers, or the programs in the folder RECKONING_PG_BIN. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideTemplate(project, process.env["RECKONING_PG_BIN"] ?? null);
}

/** One real PostgreSQL for the whole test run, with its template migrated once. fsync is off: crash tests start their own. */
export async function provideTemplate(project: TestProject, pgBin: string | null): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-test-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, "data"),
    pgBin,
    settings: ["fsync=off", "max_connections=200", "wal_level=replica"],
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await postgres.stop("immediate");
    remove();
    rmSync(postgres.dataDir, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide("templateUrl", postgres.url);
  project.provide("pgBin", pgBin);
  return stop;
}
