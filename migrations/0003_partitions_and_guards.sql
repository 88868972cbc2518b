-- Why: history must be impossible to change for the roles that serve requests, and hard to change by accident for stronger
-- ones; and a ledger of hundreds of millions of rows must stay in pieces that can be dumped, frozen and archived.
--
-- A superuser can switch triggers off, so the guards are not the evidence: the hash chain is.

-- Months are ranges of UUIDv7 (RFC 9562 section 5.7): the first 48 bits are milliseconds since 1970, so the primary key stays
-- (run_id, seq), a run lives in one partition, and no time has to stand in a key.
create function reckoning.first_run_id(moment timestamptz) returns uuid language sql immutable parallel safe
return (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;
comment on function reckoning.first_run_id(timestamptz) is
  'The smallest id a run of this moment can have. Ids sort by time, so `where run_id >= reckoning.first_run_id(''2026-11-01 UTC'')` reads only the partitions and index pages of that time.';

-- Makes the partitions of the months from `first` on; those that exist are left alone. Safe to call at every start and from
-- every host. A new table is attached, not created in place, so that nobody who reads or appends has to wait; a report that
-- holds the default partition is waited for shortly, and the next call tries again.
create function reckoning.make_partitions(first timestamptz, months integer) returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
  asked constant text := coalesce(current_setting('reckoning.maintenance', true), '');
  made integer := 0;
  month timestamptz;
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(7166274018);
  perform set_config('reckoning.maintenance', 'on', true);
  for i in 0 .. months - 1 loop
    month := date_trunc('month', first at time zone 'UTC') at time zone 'UTC' + make_interval(months => i);
    foreach parent in array array['entry', 'artifact'] loop
      child := format('%s_%s', parent, to_char(month at time zone 'UTC', 'YYYY_MM'));
      continue when to_regclass(format('reckoning.%I', child)) is not null;
      begin
        execute format('create table reckoning.%I (like reckoning.%I including defaults including constraints including storage including compression)', child, parent);
        execute format('alter table reckoning.%I attach partition reckoning.%I for values from (%L) to (%L)', parent, child,
                       reckoning.first_run_id(month), reckoning.first_run_id(month + interval '1 month'));
        perform reckoning.guard(child);
        made := made + 1;
      exception when check_violation then
        -- Runs of that month stand in the default partition already, and there they stay: rows are never moved.
        raise notice 'no partition % is made: rows of its month stand in reckoning.%_other', child, parent;
      end;
    end loop;
  end loop;
  perform set_config('reckoning.maintenance', asked, true);
  return made;
end $$;

-- Refuses UPDATE, DELETE and TRUNCATE on a table, also under session_replication_role = replica.
create function reckoning.guard(name text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_trigger where tgrelid = format('reckoning.%I', name)::regclass and tgname = 'append_only') then
    execute format('create trigger append_only before update or delete on reckoning.%I for each row execute function reckoning.refuse_change()', name);
  end if;
  execute format('alter table reckoning.%I enable always trigger append_only', name);
  execute format('create trigger never_truncated before truncate on reckoning.%I for each statement execute function reckoning.refuse_change()', name);
  execute format('alter table reckoning.%I enable always trigger never_truncated', name);
end $$;

select reckoning.guard(name)
  from unnest(array['task_version', 'manifest_version', 'manifest_step', 'plan', 'entry', 'artifact', 'command']) as t (name);

-- Catches what no month covers, so that an append is never refused because a calendar page was turned.
create table reckoning.entry_other partition of reckoning.entry default;
create table reckoning.artifact_other partition of reckoning.artifact default;
select reckoning.guard(name) from unnest(array['entry_other', 'artifact_other']) as t (name);

select reckoning.make_partitions(now(), 4);

-- Rows of these may be updated by their own functions, but never removed.
create function reckoning.refuse_removal() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'RM001', message = format('%s of %I is refused: what ran stays on record', tg_op, tg_table_name);
end $$;
do $$
declare name text;
begin
  foreach name in array array['run', 'step_run', 'run_head', 'task', 'manifest'] loop
    execute format('create trigger never_removed before delete or truncate on reckoning.%I for each statement execute function reckoning.refuse_removal()', name);
    execute format('alter table reckoning.%I enable always trigger never_removed', name);
  end loop;
end $$;

revoke all on schema reckoning from public;
revoke all on all functions in schema reckoning from public;
