import { Fault } from "../domain/fault.ts";
import type { Database } from "./pool.ts";
import { sql } from "./sql.ts";
import type { Statement } from "./sql.ts";

interface LoginRow {
  readonly login: string;
  readonly is_superuser: boolean;
  readonly owns: boolean;
  readonly may_write: boolean;
  readonly may_make_roles: boolean;
}

const separateRoles = "separate roles";

/** Says in words how far the service's own login is kept from history (LEDGER 2.1). */
export async function protectionLevel(db: Database): Promise<string> {
  const rows = await db.query<LoginRow>(sql`
    select current_user as login, r.rolsuper as is_superuser, r.rolcreaterole as may_make_roles,
           bool_or(pg_has_role(current_user, c.relowner, 'member')) as owns,
           bool_or(has_table_privilege(c.oid, 'insert, update, delete, truncate, trigger')) as may_write
      from pg_roles r
      join pg_namespace n on n.nspname = 'reckoning'
      join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
     where r.rolname = current_user
     group by r.rolsuper, r.rolcreaterole`);
  const row = rows[0];
  if (row === undefined) return "guard rails only: the ledger's tables are not there";
  if (row.is_superuser) return `guard rails only: the login ${row.login} is a superuser`;
  if (row.owns) return `guard rails only: the login ${row.login} owns the tables`;
  if (row.may_write) return `guard rails only: the login ${row.login} may write the tables`;
  if (row.may_make_roles) return `guard rails only: the login ${row.login} may make roles, and itself a member of any`;
  return `${separateRoles}: the login cannot change history`;
}

/** Refuses a login that something other than its rights keeps from changing history. */
export function assertSeparateRoles(protection: string): void {
  if (protection.startsWith(separateRoles)) return;
  const remedy = "serve with a login that is a member of rm_app and nothing else (RUNBOOK.md, Roles)";
  throw new Fault("database_refused", `RECKONING_PROFILE is strict, and this is ${protection}: ${remedy}`);
}

/** Refuses a login that could not write a run, before it takes one on. */
export async function assertMayServe(db: Database): Promise<void> {
  const rows = await db.query<{ login: string; may: boolean }>(sql`
    select current_user as login, bool_and(has_function_privilege(p.oid, 'execute')) and has_schema_privilege(n.oid, 'usage') as may
      from pg_namespace n
      join pg_proc p on p.pronamespace = n.oid and p.proname in ('append', 'claim_runs', 'put_plan')
     where n.nspname = 'reckoning'
     group by n.oid`);
  const row = rows[0];
  if (row === undefined || row.may) return;
  const remedy = `grant rm_app to ${row.login}, after reckon migrate has made that role (RUNBOOK.md, Roles)`;
  throw new Fault("database_refused", `the login ${row.login} may not write runs: ${remedy}`);
}

/** What the database as a whole is prepared for, whoever logs in to it. */
export const databaseProtection: Statement = sql`
  select case
           when to_regrole('rm_app') is null
             then 'guard rails only: there is no role rm_app'
           when not has_function_privilege('rm_app', p.oid, 'execute')
             then 'guard rails only: rm_app may not write runs'
           when c.relowner is distinct from to_regrole('rm_owner')
             then 'separate roles, for logins that are members of rm_app and nothing else; ' || pg_get_userbyid(c.relowner) || ' owns the tables'
           else 'separate roles, for logins that are members of rm_app and nothing else; rm_owner owns the tables'
         end as protection
    from pg_class c, pg_proc p
   where c.oid = to_regclass('reckoning.entry')
     and p.pronamespace = c.relnamespace
     and p.proname = 'append'`;
