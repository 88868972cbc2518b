-- Why: definitions must be there, immutable and addressable by version, before anything can run.
--
-- The map of the private schema `reckoning`, table by table:
--   control plane    task, task_version, manifest, manifest_version, manifest_step, plan
--   execution plane  run_head (fence and lease), run and step_run (projections), command (idempotency)
--   the record       entry (hash-chained ledger), artifact (bytes that entries refer to)
-- `entry` and `artifact` are the truth; run_head, run and step_run are folds of them, written by the same statement.
-- People read the views in `public`; the application writes through functions only.

create schema if not exists reckoning;

create function reckoning.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'RM001', message = format('%s of %I is refused: it is append-only', tg_op, tg_table_name);
end $$;

create table reckoning.task (
  id uuid primary key,
  name text not null unique check (octet_length(name) between 1 and 800),
  current_version integer not null check (current_version > 0),
  created_at timestamptz not null default clock_timestamp()
);

create table reckoning.task_version (
  task_id uuid not null references reckoning.task (id),
  version integer not null check (version > 0),
  digest bytea not null check (octet_length(digest) = 32),
  definition bytea not null check (digest = sha256(definition)),
  created_at timestamptz not null default clock_timestamp(),
  primary key (task_id, version)
);

create table reckoning.manifest (
  id uuid primary key,
  name text not null unique check (octet_length(name) between 1 and 800),
  current_version integer not null check (current_version > 0),
  created_at timestamptz not null default clock_timestamp()
);

create table reckoning.manifest_version (
  manifest_id uuid not null references reckoning.manifest (id),
  version integer not null check (version > 0),
  digest bytea not null check (octet_length(digest) = 32),
  definition bytea not null check (digest = sha256(definition)),
  created_at timestamptz not null default clock_timestamp(),
  primary key (manifest_id, version)
);

create table reckoning.manifest_step (
  manifest_id uuid not null,
  version integer not null,
  position integer not null check (position >= 0),
  step_key text not null,
  id uuid not null unique,
  task_id uuid references reckoning.task (id),
  primary key (manifest_id, version, position),
  unique (manifest_id, version, step_key),
  foreign key (manifest_id, version) references reckoning.manifest_version (manifest_id, version)
);

create table reckoning.plan (
  digest bytea primary key check (octet_length(digest) = 32),
  body bytea not null check (digest = sha256(body))
);

-- Publishing: a new name, or a new version of an existing id. Answers the version as it is shown, or why there is none.
create function reckoning.publish_task(p_id uuid, p_create boolean, p_name text, p_digest bytea, p_definition bytea)
returns table (outcome text, id uuid, version integer, digest text, definition bytea, created_us bigint, updated_us bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare next integer;
begin
  if p_create then
    insert into reckoning.task (id, name, current_version) values (p_id, p_name, 1);
    next := 1;
  else
    update reckoning.task t set current_version = current_version + 1, name = p_name where t.id = p_id returning t.current_version into next;
    if next is null then
      return query select 'not_found', p_id, null::integer, null::text, null::bytea, null::bigint, null::bigint;
      return;
    end if;
  end if;
  insert into reckoning.task_version (task_id, version, digest, definition) values (p_id, next, p_digest, p_definition);
  return query
    select 'done', t.id, v.version, encode(v.digest, 'hex'), v.definition,
           (extract(epoch from t.created_at) * 1000000)::bigint, (extract(epoch from v.created_at) * 1000000)::bigint
      from reckoning.task t join reckoning.task_version v on v.task_id = t.id
     where t.id = p_id and v.version = next;
exception when unique_violation then
  return query select 'name_taken', p_id, null::integer, null::text, null::bytea, null::bigint, null::bigint;
end $$;

create function reckoning.publish_manifest(p_id uuid, p_version integer, p_name text, p_digest bytea, p_definition bytea, p_keys text[], p_step_ids uuid[], p_tasks uuid[])
returns table (outcome text, id uuid, version integer, digest text, definition bytea, step_ids text[], created_us bigint, updated_us bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_version = 1 then
    insert into reckoning.manifest (id, name, current_version) values (p_id, p_name, 1);
  else
    update reckoning.manifest m set current_version = p_version, name = p_name where m.id = p_id and m.current_version = p_version - 1;
    if not found then
      return query select 'version_taken', p_id, null::integer, null::text, null::bytea, null::text[], null::bigint, null::bigint;
      return;
    end if;
  end if;
  insert into reckoning.manifest_version (manifest_id, version, digest, definition) values (p_id, p_version, p_digest, p_definition);
  insert into reckoning.manifest_step (manifest_id, version, position, step_key, id, task_id)
  select p_id, p_version, i - 1, s.step_key, s.id, s.task_id from unnest(p_keys, p_step_ids, p_tasks) with ordinality as s (step_key, id, task_id, i);
  return query
    select 'done', m.id, v.version, encode(v.digest, 'hex'), v.definition, p_step_ids::text[],
           (extract(epoch from m.created_at) * 1000000)::bigint, (extract(epoch from v.created_at) * 1000000)::bigint
      from reckoning.manifest m join reckoning.manifest_version v on v.manifest_id = m.id
     where m.id = p_id and v.version = p_version;
exception when unique_violation then
  return query select 'name_taken', p_id, null::integer, null::text, null::bytea, null::text[], null::bigint, null::bigint;
end $$;

-- The current versions of a manifest and of its tasks as one text: what a run started now would be bound to.
create function reckoning.version_stamp(p_manifest uuid) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select m.id || ':' || m.current_version || coalesce((
           select string_agg(',' || t.id || ':' || t.current_version, '' order by t.id)
             from reckoning.task t
            where t.id in (select s.task_id from reckoning.manifest_step s where s.manifest_id = m.id and s.version = m.current_version)), '')
    from reckoning.manifest m
   where m.id = p_manifest
$$;
