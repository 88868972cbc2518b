import type { Database } from "./pool.ts";
import { sql } from "./sql.ts";

/** Says in words how far the service's own login is kept from history (LEDGER 2.1). */
export async function protectionLevel(db: Database): Promise<string> {
  const rows = await db.query<{ is_superuser: boolean; owns: boolean; may_write: boolean }>(sql`
    select (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
           pg_has_role(current_user, c.relowner, 'usage') as owns,
           has_table_privilege(c.oid, 'update') as may_write
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'reckoning' and c.relname = 'entry'`);
  const row = rows[0];
  if (row === undefined) return "guard rails only: the ledger's table is not there";
  if (row.is_superuser) return "guard rails only: the login is a superuser";
  if (row.owns) return "guard rails only: the login owns the tables";
  return row.may_write ? "guard rails only: the login may write the tables" : "separate roles: the login cannot change history";
}
