import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

export interface Ping {
  readonly schema_version: number;
  readonly is_primary: boolean;
  readonly server_version: string;
  readonly latency_ms: number;
}

/** One real round trip. */
export async function ping(db: Database): Promise<Ping> {
  const started = performance.now();
  const rows = await db.query<{ schema_version: number; is_primary: boolean; server_version: string }>(sql`
    select coalesce(max(version), 0) as schema_version, not pg_is_in_recovery() as is_primary, current_setting('server_version') as server_version
      from reckoning.schema_migration`);
  const row = rows[0] ?? { schema_version: 0, is_primary: false, server_version: "" };
  return { ...row, latency_ms: Math.round((performance.now() - started) * 1000) / 1000 };
}
