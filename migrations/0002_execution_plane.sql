-- Why: a run's record must be written in one statement with everything that is derived from it, fenced per run, and be
-- impossible to change afterwards for any role that serves requests.
--
-- No foreign key leads from these tables to run_head: the only writer is reckoning.append, which moves the head in the
-- same statement, and a key check per row would cost more than the row.

create table reckoning.run_head (
  run_id uuid primary key,
  lease_until timestamptz,
  epoch bigint not null check (epoch > 0),
  entry_count integer not null check (entry_count > 0),
  lease_holder uuid,
  leaf bytea not null check (octet_length(leaf) = 32),
  status text not null check (status in ('running', 'waiting', 'success', 'error', 'cancelled')),
  -- True once every entry of a run that rests stands in the sealed log (0005). An append takes it back in the same statement.
  sealed boolean not null default false,
  check ((lease_holder is null) = (lease_until is null)),
  check (lease_holder is null or status = 'running')
) with (fillfactor = 50);
-- Small for ever: only runs that somebody could advance. No column that an append changes stands in it, so appends stay HOT.
create index run_head_running on reckoning.run_head (run_id) where status = 'running';
-- Runs that may have entries which the log does not have yet. Runs enter it when they begin or wake and leave it when they rest,
-- so the appends in between stay HOT as well.
create index run_head_unsealed on reckoning.run_head (run_id) where not sealed;

create table reckoning.run (
  run_id uuid primary key,
  manifest_id uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  manifest_version integer not null,
  status text not null check (status in ('running', 'waiting', 'success', 'error', 'cancelled')),
  initiated_by text not null,
  -- Database time of the last change of this row: what a follower of all runs asks from. Never evidence.
  changed_at timestamptz not null default clock_timestamp(),
  plan_digest bytea not null check (octet_length(plan_digest) = 32),
  waiting_step text,
  error_step text,
  error_code text,
  check ((ended_at is not null) = (status in ('success', 'error', 'cancelled'))),
  check ((error_code is not null) = (status = 'error'))
);
create index run_by_status on reckoning.run (status, run_id desc);
create index run_by_manifest on reckoning.run (manifest_id, run_id desc);
create index run_by_person on reckoning.run (initiated_by, run_id desc);

create index run_by_change on reckoning.run (changed_at, run_id);

create table reckoning.step_run (
  run_id uuid not null,
  position integer not null check (position >= 0),
  attempts integer not null check (attempts >= 0),
  started_at timestamptz,
  ended_at timestamptz,
  started_seq integer,
  ended_seq integer,
  attested_seq integer,
  step_key text not null,
  status text not null check (status in ('RUNNING', 'WAITING_FOR_ATTESTATION', 'SUCCESS', 'FAIL', 'SKIPPED')),
  failure_code text,
  skipped_because text,
  primary key (run_id, position),
  check ((ended_seq is not null) = (status in ('SUCCESS', 'FAIL', 'SKIPPED'))),
  check ((failure_code is not null) = (status = 'FAIL'))
) with (fillfactor = 80);

create table reckoning.entry (
  run_id uuid not null,
  seq integer not null check (seq >= 0),
  leaf bytea not null,
  body bytea not null check (octet_length(body) between 2 and 16384),
  primary key (run_id, seq),
  constraint leaf_is_hash_of_body check (leaf = sha256('\x00'::bytea || body))
) partition by range (run_id);

create table reckoning.artifact (
  run_id uuid not null,
  seq integer not null check (seq >= 0),
  n smallint not null check (n >= 0),
  role text not null check (role in ('params', 'request', 'reply', 'outcome', 'attestation', 'envelope', 'reason')),
  media_type text not null,
  salt bytea not null check (octet_length(salt) = 32),
  content bytea not null,
  primary key (run_id, seq, n)
) partition by range (run_id);

create table reckoning.command (
  command_id uuid primary key,
  run_id uuid not null,
  payload bytea not null check (octet_length(payload) = 32)
);

-- Writes the transitions of many runs as one statement. Element i of every t_ array is transition i; entries, artifacts
-- and step rows name the transition they belong to (from 1). Bytes stand in `blob`, the rest are offsets (from 1) into it.
-- A transition whose fence (entry_count, epoch, leaf) no longer holds, or whose command was carried out before, writes
-- nothing and leaves the others alone. Lock order: run_head rows, in the order of run_id.
create function reckoning.append(
  origin uuid, blob bytea, lease interval,
  t_run uuid[], t_from integer[], t_from_epoch bigint[], t_from_leaf integer[],
  t_count integer[], t_epoch bigint[], t_leaf integer[], t_holder uuid[],
  t_command uuid[], t_payload integer[],
  t_changes_run boolean[], t_status text[], t_started timestamptz[], t_ended timestamptz[], t_waiting text[], t_error_step text[], t_error_code text[],
  t_manifest uuid[], t_manifest_version integer[], t_plan integer[], t_by text[], t_created timestamptz[],
  e_of integer[], e_seq integer[], e_at integer[], e_bytes integer[],
  a_of integer[], a_seq integer[], a_n smallint[], a_role text[], a_type text[], a_at integer[], a_bytes integer[],
  s_of integer[], s_position integer[], s_key text[], s_status text[], s_attempts integer[], s_started timestamptz[], s_ended timestamptz[],
  s_started_seq integer[], s_ended_seq integer[], s_attested_seq integer[], s_code text[], s_because text[],
  out appended integer[], out repeated_of integer[], out repeated_run uuid[], out repeated_same boolean[], out at timestamptz
) language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  commands constant boolean := array_length(array_remove(t_command, null), 1) > 0;
begin
  repeated_of := '{}';
  if commands then
    select coalesce(array_agg(c.i), '{}'), array_agg(k.run_id), array_agg(k.payload = substring(blob from t_payload[c.i] for 32))
      into repeated_of, repeated_run, repeated_same
      from unnest(t_command) with ordinality as c (id, i)
      join reckoning.command k on k.command_id = c.id;
  end if;

  if 0 = any (t_from) then
    with created as (
      insert into reckoning.run_head (run_id, entry_count, leaf, epoch, lease_holder, lease_until, status)
      select t.run_id, t.count, substring(blob from t.leaf for 32), t.epoch, t.holder, case when t.holder is not null then clock_timestamp() + lease end, t.status
        from unnest(t_run, t_from, t_count, t_leaf, t_epoch, t_holder, t_status) with ordinality as t (run_id, was, count, leaf, epoch, holder, status, i)
       where t.was = 0 and t.i <> all (repeated_of)
       order by t.run_id
      on conflict (run_id) do nothing
      returning run_id
    )
    select coalesce(array_agg(t.i::integer), '{}') into appended
      from created join unnest(t_run) with ordinality as t (run_id, i) using (run_id);

    insert into reckoning.run (run_id, manifest_id, manifest_version, plan_digest, initiated_by, created_at, status, started_at, ended_at, waiting_step, error_step, error_code)
    select t_run[i], t_manifest[i], t_manifest_version[i], substring(blob from t_plan[i] for 32), t_by[i], t_created[i],
           t_status[i], t_started[i], t_ended[i], t_waiting[i], t_error_step[i], t_error_code[i]
      from unnest(appended) as won (i);
  else
    appended := '{}';
  end if;

  with asked as (
    select t.* from unnest(t_run, t_from, t_from_epoch, t_from_leaf, t_count, t_leaf, t_epoch, t_holder, t_status) with ordinality
                      as t (run_id, was, was_epoch, was_leaf, count, leaf, epoch, holder, status, i)
     where t.was > 0 and t.i <> all (repeated_of)
     order by t.run_id
  ), moved as (
    update reckoning.run_head h
       set entry_count = a.count, leaf = substring(blob from a.leaf for 32), epoch = a.epoch, status = a.status, sealed = false,
           lease_holder = a.holder, lease_until = case when a.holder is not null then clock_timestamp() + lease end
      from asked a
     where h.run_id = a.run_id
       and h.entry_count = a.was and h.epoch = a.was_epoch and h.leaf = substring(blob from a.was_leaf for 32)
    returning a.i
  )
  select appended || coalesce(array_agg(i::integer), '{}') into appended from moved;

  if true = any (t_changes_run) then
    update reckoning.run r
       set status = t_status[i], started_at = t_started[i], ended_at = t_ended[i], waiting_step = t_waiting[i],
           error_step = t_error_step[i], error_code = t_error_code[i], changed_at = clock_timestamp()
      from unnest(appended) as won (i)
     where r.run_id = t_run[i] and t_from[i] > 0 and t_changes_run[i];
  end if;

  if commands then
    insert into reckoning.command (command_id, run_id, payload)
    select t_command[i], t_run[i], substring(blob from t_payload[i] for 32) from unnest(appended) as won (i) where t_command[i] is not null;
  end if;

  insert into reckoning.entry (run_id, seq, leaf, body)
  select t_run[of], seq, substring(blob from at for 32), substring(blob from at + 32 for bytes)
    from unnest(e_of, e_seq, e_at, e_bytes) as e (of, seq, at, bytes) where of = any (appended);

  if cardinality(a_of) > 0 then
  insert into reckoning.artifact (run_id, seq, n, role, media_type, salt, content)
  select t_run[of], seq, n, role, type, substring(blob from at for 32), substring(blob from at + 32 for bytes)
    from unnest(a_of, a_seq, a_n, a_role, a_type, a_at, a_bytes) as a (of, seq, n, role, type, at, bytes) where of = any (appended);
  end if;

  if cardinality(s_of) > 0 then
  insert into reckoning.step_run (run_id, position, step_key, status, attempts, started_at, ended_at, started_seq, ended_seq, attested_seq, failure_code, skipped_because)
  select t_run[of], pos, key, status, attempts, started, ended, started_seq, ended_seq, attested_seq, code, because
    from unnest(s_of, s_position, s_key, s_status, s_attempts, s_started, s_ended, s_started_seq, s_ended_seq, s_attested_seq, s_code, s_because)
      as s (of, pos, key, status, attempts, started, ended, started_seq, ended_seq, attested_seq, code, because)
   where of = any (appended)
  on conflict (run_id, position) do update
     set status = excluded.status, attempts = excluded.attempts, started_at = excluded.started_at, ended_at = excluded.ended_at,
         started_seq = excluded.started_seq, ended_seq = excluded.ended_seq, attested_seq = excluded.attested_seq,
         failure_code = excluded.failure_code, skipped_because = excluded.skipped_because;
  end if;
  -- One hint for all of them, as ids only: whoever hears it reads the tables. A run that anybody may claim is marked `+`.
  perform pg_notify('reckoning', case
            when cardinality(appended) > 150 then origin || ' *'
            else (select origin || ' ' || string_agg(case when t_holder[i] is null and t_status[i] = 'running' then '+' else '' end || t_run[i], ' ')
                    from unnest(appended) as won (i))
          end)
    where cardinality(appended) > 0;
  at := clock_timestamp();
end $$;
