-- Why: the login that serves requests may write through functions only, so that what it can do to the record is what they
-- do, and nothing else. `append` and the publishing functions stand in 0001 and 0002; these are the others.

create function reckoning.put_plan(p_digest bytea, p_body bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.plan (digest, body) values (p_digest, p_body) on conflict (digest) do nothing
$$;

-- Takes up to `p_limit` runs that could go on and that nobody holds, oldest first, each under a new epoch. Rows that another
-- worker is just taking are skipped, not waited for.
create function reckoning.claim_runs(p_worker uuid, p_lease interval, p_limit integer) returns table (run_id uuid, epoch bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    update reckoning.run_head h
       set epoch = h.epoch + 1, lease_holder = p_worker, lease_until = clock_timestamp() + p_lease
     where h.run_id in (
             select free.run_id
               from reckoning.run_head free
              where free.status = 'running'
                and (free.lease_until is null or free.lease_until < clock_timestamp())
              order by free.run_id
              limit p_limit
                for update skip locked
           )
    returning h.run_id, h.epoch::bigint;
end $$;

-- Prolongs the leases of these runs, each if its epoch and its holder are still the same; answers those.
create function reckoning.renew_leases(p_worker uuid, p_lease interval, p_runs uuid[], p_epochs bigint[]) returns setof uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    update reckoning.run_head h
       set lease_until = clock_timestamp() + p_lease
      from unnest(p_runs, p_epochs) as held (run_id, epoch)
     where h.run_id = held.run_id
       and h.epoch = held.epoch
       and h.lease_holder = p_worker
    returning h.run_id;
end $$;

-- Lets go of everything a worker holds.
create function reckoning.release_leases(p_worker uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update reckoning.run_head h
     set lease_holder = null, lease_until = null
   where h.status = 'running'
     and h.lease_holder = p_worker;
end $$;

-- Against accidents of the strong: a table of the record is neither dropped nor altered, and no guard taken off, unless the
-- session says that this is meant. Whoever says so can do it; what was done is then found by `reckon verify`. Only a superuser can
-- make event triggers, so roles.sql makes them where it can.
create function reckoning.refuse_ddl() returns event_trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  what text;
begin
  if current_setting('reckoning.maintenance', true) = 'on' then return; end if;
  if tg_event = 'sql_drop' then
    select object_identity into what from pg_event_trigger_dropped_objects()
     where schema_name = 'reckoning' or object_identity like '% on reckoning.%' limit 1;
  else
    select object_identity into what from pg_event_trigger_ddl_commands() where schema_name = 'reckoning' limit 1;
  end if;
  if what is not null then
    raise exception using errcode = 'RM001', message = format('%s of %s is refused: it holds the record', tg_tag, what),
                          hint = 'If this is meant: set reckoning.maintenance = on';
  end if;
end $$;

select reckoning.guard('schema_migration');

revoke all on all functions in schema reckoning from public;
