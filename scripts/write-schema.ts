// Writes migrations/schema.sql from a fresh database of an embedded PostgreSQL, which is made for it and removed again.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../src/storage/migrate.ts";
import { schemaDump } from "./schema-dump.ts";

const folder = mkdtempSync(join(tmpdir(), "reckoning-schema-"));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), settings: ["fsync=off"] });
try {
  await migrate(postgres.url);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  // Nothing of the login's own name may stand before the names of the catalog.
  await client.query("set search_path = pg_catalog");
  const text = await schemaDump(async <Row extends object>(statement: string) => (await client.query<Row>(statement)).rows);
  await client.end();
  writeFileSync(new URL("../migrations/schema.sql", import.meta.url), text);
} finally {
  await postgres.stop("immediate");
  rmSync(folder, { recursive: true, force: true });
  rmSync(postgres.dataDir, { recursive: true, force: true });
}
