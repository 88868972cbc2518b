import { Fault } from "../domain/fault.ts";
import type { Database } from "./pool.ts";
import { sql } from "./sql.ts";

/** Refuses a database that may lose what it has acknowledged. */
export async function assertDurable(db: Database): Promise<void> {
  const rows = await db.query<{ name: string; setting: string }>(sql`
    select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`);
  // The operator of a throw-away database may say so in the database itself, where it stays on record with it.
  const allowed = await db.query<{ allowed: string | null }>(sql`select current_setting('reckoning.allow_data_loss', true) as allowed`);
  if (rows.length === 0 || allowed[0]?.allowed === "on") return;
  const off = rows.map((row) => row.name).join(", ");
  throw new Fault(
    "database_refused",
    `the database runs with ${off} off and may lose what it acknowledged: turn it on (or, for a database without value, alter database … set reckoning.allow_data_loss = on)`,
  );
}
