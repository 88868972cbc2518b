-- Why: a run's record must be written in one statement with everything that is derived from it, fenced per run, and be
-- impossible to change afterwards for any role that serves requests.
--
-- No foreign key leads from these tables to run_head: the only writer is reckoning.append, which moves the head in the
-- same statement, and a key check per row would cost more than the row.

-- What a single value may be is said by domains: a CHECK of a table is read from the catalogue and compiled again for every statement
-- that writes to it, which for one short append would cost as much as its rows.
create domain reckoning.run_status as text check (value in ('running', 'waiting', 'success', 'error', 'cancelled'));
create domain reckoning.step_status as text check (value in ('RUNNING', 'WAITING_FOR_ATTESTATION', 'SUCCESS', 'FAIL', 'SKIPPED'));
create domain reckoning.artifact_role as text check (value in ('params', 'request', 'reply', 'outcome', 'attestation', 'envelope', 'reason'));
create domain reckoning.entry_body as bytea check (octet_length(value) between 2 and 16384);
create domain reckoning.bytes_32 as bytea check (octet_length(value) = 32);
-- Counts, and places from 0.
create domain reckoning.ordinal as integer check (value >= 0);
create domain reckoning.small_ordinal as smallint check (value >= 0);
create domain reckoning.lease_epoch as bigint check (value > 0);

create table reckoning.run_head (
  run_id uuid primary key,
  lease_until timestamptz,
  epoch reckoning.lease_epoch not null,
  entry_count reckoning.ordinal not null,
  lease_holder uuid,
  leaf reckoning.bytes_32 not null,
  status reckoning.run_status not null,
  -- True once every entry of a run that rests stands in the sealed log (0005). An append takes it back in the same statement.
  sealed boolean not null default false,
  constraint lease_is_of_running check (case when lease_holder is null then lease_until is null else lease_until is not null and status = 'running' end)
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
  status reckoning.run_status not null,
  initiated_by text not null,
  -- Database time of the last change of this row: what a follower of all runs asks from. Never evidence.
  changed_at timestamptz not null default clock_timestamp(),
  plan_digest reckoning.bytes_32 not null,
  waiting_step text,
  error_step text,
  error_code text,
  constraint end_of_run check ((ended_at is null) = (status in ('running', 'waiting')) and (error_code is not null) = (status = 'error'))
);
create index run_by_status on reckoning.run (status, run_id desc);
create index run_by_manifest on reckoning.run (manifest_id, run_id desc);
create index run_by_person on reckoning.run (initiated_by, run_id desc);

create index run_by_change on reckoning.run (changed_at, run_id);

create table reckoning.step_run (
  run_id uuid not null,
  position reckoning.ordinal not null,
  attempts reckoning.ordinal not null,
  started_at timestamptz,
  ended_at timestamptz,
  started_seq integer,
  ended_seq integer,
  attested_seq integer,
  step_key text not null,
  status reckoning.step_status not null,
  failure_code text,
  skipped_because text,
  primary key (run_id, position),
  constraint end_of_step check ((ended_seq is null) = (status in ('RUNNING', 'WAITING_FOR_ATTESTATION')) and (failure_code is not null) = (status = 'FAIL'))
) with (fillfactor = 80);

create table reckoning.entry (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  leaf bytea not null,
  body reckoning.entry_body not null,
  primary key (run_id, seq),
  constraint leaf_is_hash_of_body check (leaf = sha256('\x00'::bytea || body))
) partition by range (run_id);

create table reckoning.artifact (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  n reckoning.small_ordinal not null,
  role reckoning.artifact_role not null,
  media_type text not null,
  salt reckoning.bytes_32 not null,
  content bytea not null,
  primary key (run_id, seq, n)
) partition by range (run_id);

create table reckoning.command (
  command_id uuid primary key,
  run_id uuid not null,
  payload reckoning.bytes_32 not null
);

-- What an append is given, one type for each table it writes. `of` numbers the transitions of one call from 1, so that rows follow
-- the fate of theirs. Sent in PostgreSQL's binary form, bytes travel as they are and nothing is parsed from text.
create type reckoning.created_head as (of integer, run_id uuid, entry_count integer, leaf bytea, epoch bigint, lease_holder uuid, status text);
create type reckoning.moved_head as (
  of integer, run_id uuid, was_count integer, was_epoch bigint, was_leaf bytea,
  entry_count integer, leaf bytea, epoch bigint, lease_holder uuid, status text
);
create type reckoning.created_run as (
  of integer, run_id uuid, manifest_id uuid, manifest_version integer, plan_digest bytea, initiated_by text, created_at timestamptz,
  status text, started_at timestamptz, ended_at timestamptz, waiting_step text, error_step text, error_code text
);
create type reckoning.changed_run as (
  of integer, run_id uuid, status text, started_at timestamptz, ended_at timestamptz, waiting_step text, error_step text, error_code text
);
create type reckoning.new_command as (of integer, run_id uuid, command_id uuid, payload bytea);
create type reckoning.new_entry as (of integer, run_id uuid, seq integer, leaf bytea, body bytea);
create type reckoning.new_artifact as (
  of integer, run_id uuid, seq integer, n smallint, role text, media_type text, salt bytea, content bytea
);
-- A new row, or one that is there and gets new values: `position` tells which.
create type reckoning.step_row as (
  of integer, run_id uuid, position integer, step_key text, status text, attempts integer, started_at timestamptz, ended_at timestamptz,
  started_seq integer, ended_seq integer, attested_seq integer, failure_code text, skipped_because text
);

-- Writes the transitions of many runs as one statement. One whose fence (entry_count, epoch, leaf) no longer holds, or whose
-- command was carried out before, writes nothing and leaves the others alone. Lock order: run_head rows, in the order of run_id.
-- `hint` is what is told to others if all of them went through.
create function reckoning.append(
  origin uuid, lease interval, hint text,
  created_heads reckoning.created_head[], moved_heads reckoning.moved_head[],
  created_runs reckoning.created_run[], changed_runs reckoning.changed_run[],
  commands reckoning.new_command[], entries reckoning.new_entry[], artifacts reckoning.new_artifact[],
  new_steps reckoning.step_row[], changed_steps reckoning.step_row[],
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
  asked constant integer := cardinality(created_heads) + cardinality(moved_heads);
  moved integer[];
  every boolean;
begin
  appended := '{}';
  repeated_of := '{}';
  if cardinality(commands) > 0 then
    select coalesce(array_agg(c.of), '{}'), array_agg(k.run_id), array_agg(k.payload = c.payload)
      into repeated_of, repeated_run, repeated_same
      from unnest(commands) as c
      join reckoning.command k on k.command_id = c.command_id;
  end if;

  if cardinality(created_heads) > 0 then
    with created as (
      insert into reckoning.run_head (run_id, entry_count, leaf, epoch, lease_holder, lease_until, status)
      select h.run_id, h.entry_count, h.leaf, h.epoch, h.lease_holder, case when h.lease_holder is not null then clock_timestamp() + lease end, h.status
        from unnest(created_heads) as h
       where h.of <> all (repeated_of)
       order by h.run_id
      on conflict (run_id) do nothing
      returning run_id
    )
    select coalesce(array_agg(h.of), '{}') into appended
      from created join unnest(created_heads) as h using (run_id);

    insert into reckoning.run (run_id, manifest_id, manifest_version, plan_digest, initiated_by, created_at, status, started_at, ended_at, waiting_step, error_step, error_code)
    select r.run_id, r.manifest_id, r.manifest_version, r.plan_digest, r.initiated_by, r.created_at,
           r.status, r.started_at, r.ended_at, r.waiting_step, r.error_step, r.error_code
      from unnest(created_runs) as r
     where r.of = any (appended);
  end if;

  if cardinality(moved_heads) > 0 then
    with ordered as (
      select * from unnest(moved_heads) as m where m.of <> all (repeated_of) order by m.run_id
    ), moving as (
      update reckoning.run_head h
         set entry_count = m.entry_count, leaf = m.leaf, epoch = m.epoch, status = m.status, sealed = false,
             lease_holder = m.lease_holder, lease_until = case when m.lease_holder is not null then clock_timestamp() + lease end
        from ordered m
       where h.run_id = m.run_id
         and h.entry_count = m.was_count and h.epoch = m.was_epoch and h.leaf = m.was_leaf
      returning m.of
    )
    select array_agg(of) into moved from moving;
    appended := appended || moved;
  end if;
  every := cardinality(appended) = asked;

  if cardinality(changed_runs) > 0 then
    update reckoning.run r
       set status = c.status, started_at = c.started_at, ended_at = c.ended_at, waiting_step = c.waiting_step,
           error_step = c.error_step, error_code = c.error_code, changed_at = clock_timestamp()
      from unnest(changed_runs) as c
     where r.run_id = c.run_id and (every or c.of = any (appended));
  end if;

  if cardinality(commands) > 0 then
    insert into reckoning.command (command_id, run_id, payload)
    select c.command_id, c.run_id, c.payload from unnest(commands) as c where every or c.of = any (appended);
  end if;

  insert into reckoning.entry (run_id, seq, leaf, body)
  select e.run_id, e.seq, e.leaf, e.body from unnest(entries) as e where every or e.of = any (appended);

  if cardinality(artifacts) > 0 then
    insert into reckoning.artifact (run_id, seq, n, role, media_type, salt, content)
    select a.run_id, a.seq, a.n, a.role, a.media_type, a.salt, a.content from unnest(artifacts) as a where every or a.of = any (appended);
  end if;

  if cardinality(changed_steps) > 0 then
    update reckoning.step_run s
       set status = c.status, attempts = c.attempts, started_at = c.started_at, ended_at = c.ended_at, started_seq = c.started_seq,
           ended_seq = c.ended_seq, attested_seq = c.attested_seq, failure_code = c.failure_code, skipped_because = c.skipped_because
      from unnest(changed_steps) as c
     where s.run_id = c.run_id and s.position = c.position and (every or c.of = any (appended));
  end if;

  if cardinality(new_steps) > 0 then
    insert into reckoning.step_run (run_id, position, step_key, status, attempts, started_at, ended_at, started_seq, ended_seq, attested_seq, failure_code, skipped_because)
    select n.run_id, n.position, n.step_key, n.status, n.attempts, n.started_at, n.ended_at, n.started_seq, n.ended_seq, n.attested_seq,
           n.failure_code, n.skipped_because
      from unnest(new_steps) as n
     where every or n.of = any (appended);
  end if;

  -- One hint for all of them, as ids only: whoever hears it reads the tables. `*` says that any run may have changed.
  if cardinality(appended) > 0 then
    perform pg_notify('reckoning', case when every then hint else origin || ' *' end);
  end if;
  at := clock_timestamp();
end $$;
