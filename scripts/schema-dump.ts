/** Rows of one statement. */
export type Query = <Row extends object>(text: string) => Promise<readonly Row[]>;

/**
 * The schema of a database as one text: what the migrations and roles.sql add up to, in an order that does not depend on how it came
 * about. For reading and comparing; the migrations are what is run. The partitions of months are left out, since they
 * depend on the day.
 */
export async function schemaDump(query: Query): Promise<string> {
  const parts = [types, functions, tables, views, indexes, triggers, eventTriggers, comments, grants];
  const sections: string[] = [];
  for (const { title, text } of parts) {
    const rows = await query<{ readonly line: string }>(text);
    // Functions bring the line ends of the file they came from.
    sections.push(`-- ${title}\n\n${rows.map((row) => `${row.line.trimEnd()}\n`).join("")}`);
  }
  return `${head}\n${sections.join("\n")}`;
}

const head = `-- The sum of the migrations, made by \`npm run schema\` and compared by a test. Nothing runs this file: read it, do not apply it.
-- Each month has partitions entry_YYYY_MM and artifact_YYYY_MM beside the default ones; reckoning.make_partitions makes them.
`;

// Relations of ours: the private schema without the partitions of months, and the views that carry our guard.
const ours = `
  (select c.*, c.relnamespace::regnamespace::text || '.' || c.relname as name
     from pg_class c
    where (c.relnamespace = 'reckoning'::regnamespace
           or c.relkind = 'v' and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'read_only'))
      and c.relname !~ '_[0-9]{4}_[0-9]{2}(_pkey)?$')`;

const types = {
  title: "Domains and types",
  text: `
    select case typtype
             when 'd' then 'create domain ' || oid::regtype || ' as ' || format_type(typbasetype, typtypmod)
                           || coalesce((select string_agg(' ' || pg_get_constraintdef(k.oid), '' order by conname) from pg_constraint k where contypid = t.oid), '')
             else 'create type ' || oid::regtype || ' as ('
                  || (select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum) from pg_attribute where attrelid = typrelid and attnum > 0)
                  || ')'
           end || ';' as line
      from pg_type t
     where typnamespace = 'reckoning'::regnamespace
       and (typtype = 'd' or typtype = 'c' and exists (select from pg_class where pg_class.oid = typrelid and relkind = 'c'))
     order by typname`,
};

const functions = {
  title: "Functions",
  text: `
    select pg_get_functiondef(oid) || case prokind when 'f' then ';' end || chr(10) as line
      from pg_proc
     where pronamespace = 'reckoning'::regnamespace
     order by proname, pg_get_function_identity_arguments(oid)`,
};

const tables = {
  title: "Tables",
  text: `
    select 'create table ' || name || ' (' || chr(10)
           || concat_ws(',' || chr(10), columns, constraints) || chr(10) || ')'
           || coalesce(' partition by ' || pg_get_partkeydef(oid), '')
           || coalesce(' with (' || array_to_string(reloptions, ', ') || ')', '') || ';'
           || coalesce((select chr(10) || 'alter table ' || inhparent::regclass || ' attach partition ' || name || ' ' || pg_get_expr(c.relpartbound, c.oid) || ';'
                          from pg_inherits where inhrelid = c.oid), '')
           || chr(10) as line
      from ${ours} c,
           lateral (select string_agg('  ' || attname || ' ' || format_type(atttypid, atttypmod)
                                      || case when attnotnull then ' not null' else '' end
                                      || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
                                      || case attstorage when (select typstorage from pg_type where pg_type.oid = atttypid) then ''
                                              else ' storage ' || case attstorage when 'e' then 'external' when 'm' then 'main' when 'p' then 'plain' else 'extended' end end
                                      || case attcompression when 'l' then ' compression lz4' when 'p' then ' compression pglz' else '' end,
                                      ',' || chr(10) order by attnum) as columns
                      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
                     where attrelid = c.oid and attnum > 0 and not attisdropped) a,
           lateral (select string_agg('  constraint ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid), ',' || chr(10) order by contype, conname) as constraints
                      from pg_constraint where conrelid = c.oid and contype in ('c', 'f', 'p', 'u', 'x')) k
     where relkind in ('r', 'p')
     order by name`,
};

const views = {
  title: "Views",
  text: `
    select 'create view ' || name || ' as' || chr(10) || pg_get_viewdef(oid, true) || chr(10) as line
      from ${ours} c where relkind = 'v' order by name`,
};

const indexes = {
  title: "Indexes beside those of constraints",
  text: `
    select pg_get_indexdef(oid) || ';' as line
      from ${ours} c
     where relkind in ('i', 'I') and not exists (select from pg_constraint where conindid = c.oid) and not relispartition
     order by 1`,
};

const triggers = {
  title: "Triggers (A: also under session_replication_role = replica)",
  text: `
    select pg_get_triggerdef(t.oid) || '; -- ' || tgenabled::text as line
      from pg_trigger t join ${ours} c on c.oid = tgrelid
     where not tgisinternal
     order by name, tgname`,
};

const eventTriggers = {
  title: "Event triggers",
  text: `
    select 'create event trigger ' || evtname || ' on ' || evtevent || coalesce(' when tag in (' || array_to_string(evttags, ', ') || ')', '')
           || ' execute function ' || evtfoid::regproc || '(); -- ' || evtenabled::text as line
      from pg_event_trigger order by evtname`,
};

const comments = {
  title: "Comments",
  text: `
    select 'comment on ' || case relkind when 'v' then 'view ' else 'table ' end || name || ' is ' || quote_literal(obj_description(oid, 'pg_class')) || ';'
           || coalesce((select string_agg(chr(10) || 'comment on column ' || name || '.' || attname || ' is ' || quote_literal(col_description(c.oid, attnum)) || ';', '' order by attnum)
                          from pg_attribute where attrelid = c.oid and attnum > 0 and col_description(c.oid, attnum) is not null), '') || chr(10) as line
      from ${ours} c where relkind in ('r', 'p', 'v') and obj_description(oid, 'pg_class') is not null
     order by name`,
};

const grants = {
  title: "Owners and grants",
  text: `
    select kind || ' ' || name || ': owner ' || owner || coalesce('; ' || string_agg(grantee || ' ' || rights, '; ' order by grantee), '') as line
      from (select kind, name, owner, case grantee when 0 then 'everybody' else grantee::regrole::text end as grantee,
                   string_agg(lower(privilege_type), ', ' order by privilege_type) as rights
              from (select 'schema' as kind, nspname::text as name, nspowner::regrole::text as owner, nspowner as owner_id, nspacl as acl from pg_namespace where nspname = 'reckoning'
                    union all
                    select case relkind when 'v' then 'view' else 'table' end, name, relowner::regrole::text, relowner, relacl from ${ours} c where relkind in ('r', 'p', 'v')
                    union all
                    select 'function', oid::regprocedure::text, proowner::regrole::text, proowner, coalesce(proacl, acldefault('f', proowner)) from pg_proc
                     where pronamespace = 'reckoning'::regnamespace) o
              left join lateral (select grantee, privilege_type from aclexplode(acl) where grantee <> owner_id) g on true
             group by kind, name, owner, grantee) r
     group by kind, name, owner
     order by kind desc, name`,
};
