-- The sum of the migrations, made by `npm run schema` and compared by a test. Nothing runs this file: read it, do not apply it.
-- Each month has partitions entry_YYYY_MM and artifact_YYYY_MM beside the default ones; reckoning.make_partitions makes them.

-- Domains and types

create domain reckoning.artifact_role as text CHECK ((VALUE = ANY (ARRAY['params'::text, 'request'::text, 'reply'::text, 'outcome'::text, 'attestation'::text, 'envelope'::text, 'reason'::text])));
create domain reckoning.bytes_32 as bytea CHECK ((octet_length(VALUE) = 32));
create type reckoning.changed_run as (of integer, run_id uuid, status text, started_at timestamp with time zone, ended_at timestamp with time zone, waiting_step text, error_step text, error_code text);
create type reckoning.created_head as (of integer, run_id uuid, entry_count integer, leaf bytea, epoch bigint, lease_holder uuid, status text);
create type reckoning.created_run as (of integer, run_id uuid, manifest_id uuid, manifest_version integer, plan_digest bytea, initiated_by text, created_at timestamp with time zone, status text, started_at timestamp with time zone, ended_at timestamp with time zone, waiting_step text, error_step text, error_code text);
create domain reckoning.entry_body as bytea CHECK (((octet_length(VALUE) >= 2) AND (octet_length(VALUE) <= 16384)));
create domain reckoning.lease_epoch as bigint CHECK ((VALUE > 0));
create type reckoning.moved_head as (of integer, run_id uuid, was_count integer, was_epoch bigint, was_leaf bytea, entry_count integer, leaf bytea, epoch bigint, lease_holder uuid, status text);
create type reckoning.new_artifact as (of integer, run_id uuid, seq integer, n smallint, role text, media_type text, salt bytea, content bytea);
create type reckoning.new_command as (of integer, run_id uuid, command_id uuid, payload bytea);
create type reckoning.new_entry as (of integer, run_id uuid, seq integer, leaf bytea, body bytea);
create domain reckoning.ordinal as integer CHECK ((VALUE >= 0));
create domain reckoning.run_status as text CHECK ((VALUE = ANY (ARRAY['running'::text, 'waiting'::text, 'success'::text, 'error'::text, 'cancelled'::text])));
create domain reckoning.small_ordinal as smallint CHECK ((VALUE >= 0));
create type reckoning.step_row as (of integer, run_id uuid, position integer, step_key text, status text, attempts integer, started_at timestamp with time zone, ended_at timestamp with time zone, started_seq integer, ended_seq integer, attested_seq integer, failure_code text, skipped_because text);
create domain reckoning.step_status as text CHECK ((VALUE = ANY (ARRAY['RUNNING'::text, 'WAITING_FOR_ATTESTATION'::text, 'SUCCESS'::text, 'FAIL'::text, 'SKIPPED'::text])));

-- Functions

CREATE OR REPLACE FUNCTION reckoning.answer_of(reply jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN COALESCE((reply #>> '{choices,0,message,content}'::text[]), (SELECT string_agg((blocks.block ->> 'text'::text), ''::text ORDER BY blocks.place) AS string_agg FROM jsonb_array_elements(CASE jsonb_typeof((answer_of.reply -> 'content'::text)) WHEN 'array'::text THEN (answer_of.reply -> 'content'::text) ELSE NULL::jsonb END) WITH ORDINALITY blocks(block, place) WHERE ((blocks.block ->> 'type'::text) = 'text'::text)), (reply ->> 'text'::text))
;
CREATE OR REPLACE FUNCTION reckoning.append(origin uuid, lease interval, hint text, created_heads reckoning.created_head[], moved_heads reckoning.moved_head[], created_runs reckoning.created_run[], changed_runs reckoning.changed_run[], commands reckoning.new_command[], entries reckoning.new_entry[], artifacts reckoning.new_artifact[], new_steps reckoning.step_row[], changed_steps reckoning.step_row[], OUT appended integer[], OUT repeated_of integer[], OUT repeated_run uuid[], OUT repeated_same boolean[], OUT at timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.artifact_id(run uuid, seq integer, n integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (((((run)::text || '/'::text) || (seq)::text) || '.'::text) || (n)::text)
;
CREATE OR REPLACE FUNCTION reckoning.claim_notices(p_limit integer, p_attempts integer)
 RETURNS TABLE(run_id uuid, step_key text, started_seq integer, attempt integer, waiting_us bigint, due_us bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with due as (
    select o.*, coalesce(last.attempt, 0) + 1 as next
      from reckoning.overdue_step o
      left join lateral (
        select n.attempt, n.outcome, n.at from reckoning.notice_attempt n
         where n.run_id = o.run_id and n.started_seq = o.started_seq
         order by n.attempt desc limit 1
      ) as last on true
     where last.attempt is null
        or last.attempt < p_attempts
           and (last.outcome = 'failed' and last.at + least(interval '15 seconds' * power(2, last.attempt - 1), interval '1 hour') < clock_timestamp()
                or last.outcome = 'sending' and last.at + interval '2 minutes' < clock_timestamp())
     order by o.due_at
     limit p_limit
  ), claimed as (
    insert into reckoning.notice_attempt as n (run_id, started_seq, attempt)
    select d.run_id, d.started_seq, d.next from due d
    on conflict do nothing
    returning n.run_id, n.started_seq, n.attempt
  )
  select d.run_id, d.step_key, d.started_seq, c.attempt,
         (extract(epoch from d.waiting_since) * 1000000)::bigint, (extract(epoch from d.due_at) * 1000000)::bigint
    from claimed c
    join due d on d.run_id = c.run_id and d.started_seq = c.started_seq
$function$
;
CREATE OR REPLACE FUNCTION reckoning.claim_runs(p_worker uuid, p_lease interval, p_limit integer)
 RETURNS TABLE(run_id uuid, epoch bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.derived_uuid(seed text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (encode(set_byte(set_byte(SUBSTRING(sha256((replace(seed, '\'::text, '\\'::text))::bytea) FROM 1 FOR 16), 6, ((get_byte(sha256((replace(seed, '\'::text, '\\'::text))::bytea), 6) & 15) | 128)), 8, ((get_byte(sha256((replace(seed, '\'::text, '\\'::text))::bytea), 8) & 63) | 128)), 'hex'::text))::uuid
;
CREATE OR REPLACE FUNCTION reckoning.erase_artifact(p_run uuid, p_seq integer, p_n smallint, p_by integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  said jsonb;
  erased integer;
begin
  select convert_from(body, 'UTF8')::jsonb into said from reckoning.entry where run_id = p_run and seq = p_by;
  if said is null or said ->> 'kind' <> 'artifact.erased' or said #>> '{data,artifact}' <> format('%s.%s', p_seq, p_n) then
    raise exception using errcode = 'RM001', message = format('no entry %s of run %s authorises the erasure of %s.%s', p_by, p_run, p_seq, p_n);
  end if;
  perform set_config('reckoning.erasing', format('%s %s.%s', p_run, p_seq, p_n), true);
  delete from reckoning.artifact where run_id = p_run and seq = p_seq and n = p_n;
  get diagnostics erased = row_count;
  perform set_config('reckoning.erasing', '', true);
  return erased = 1;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.finish_upload(p_upload uuid, p_sha256 bytea, p_bytes bigint, p_by text, p_credential text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  counted bigint;
  moment timestamptz;
begin
  select coalesce(sum(octet_length(content)), 0) into counted from reckoning.upload_chunk where upload_id = p_upload;
  if counted <> p_bytes then
    raise exception 'upload % has % bytes and claims %', p_upload, counted, p_bytes;
  end if;
  insert into reckoning.upload (upload_id, sha256, bytes, uploaded_by, credential)
  values (p_upload, p_sha256, p_bytes, p_by, p_credential)
  returning uploaded_at into moment;
  return moment;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.first_run_id(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((lpad(to_hex((floor((EXTRACT(epoch FROM moment) * (1000)::numeric)))::bigint), 12, '0'::text) || '70008000000000000000'::text))::uuid
;
CREATE OR REPLACE FUNCTION reckoning.guard(name text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from pg_trigger where tgrelid = format('reckoning.%I', name)::regclass and tgname = 'append_only') then
    execute format('create trigger append_only before update or delete on reckoning.%I for each row execute function reckoning.refuse_change()', name);
  end if;
  execute format('alter table reckoning.%I enable always trigger append_only', name);
  execute format('create trigger never_truncated before truncate on reckoning.%I for each statement execute function reckoning.refuse_change()', name);
  execute format('alter table reckoning.%I enable always trigger never_truncated', name);
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.guard_view(name text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  execute format('create trigger read_only before insert or update or delete on public.%I for each statement execute function reckoning.refuse_change()', name);
  -- A view that no row trigger serves is refused by PostgreSQL in words of its own before the statement's trigger is asked.
  execute format('create trigger read_only_rows instead of insert or update or delete on public.%I for each row execute function reckoning.refuse_change()', name);
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.integer_of(written text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return written::bigint;
exception when data_exception then
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.issue_challenge(p_nonce bytea, p_digest bytea, p_run uuid, p_step text, p_to text, p_deadline timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.challenge (nonce, digest, run_id, step_key, issued_to, deadline) values (p_nonce, p_digest, p_run, p_step, p_to, p_deadline)
$function$
;
CREATE OR REPLACE FUNCTION reckoning.json_of(content bytea)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  document text;
begin
  document := convert_from(content, 'UTF8');
  if document ~ '(?:^|[:,[[:space:]])-?[0-9]+(?:[.][0-9]+)?[eE][-+]?[0-9]{3}'
     and regexp_replace(document, '"(?:[^"\\]|\\.)*"', '', 'g') ~ '[eE][-+]?0*(?:309|3[1-9][0-9]|[4-9][0-9]{2}|[1-9][0-9]{3})' then
    return null;
  end if;
  return document::jsonb;
exception when data_exception or program_limit_exceeded or out_of_memory or internal_error then
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.make_partitions(first timestamp with time zone, months integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.manifest_step_id(manifest uuid, version integer, step_key text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN reckoning.derived_uuid((((((('rm-manifest-step/1'::text || '
'::text) || (manifest)::text) || '
'::text) || (version)::text) || '
'::text) || step_key))
;
CREATE OR REPLACE FUNCTION reckoning.note_access(p_subject text, p_credential text, p_operation text, p_target text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.access (subject, credential, operation, target) values (p_subject, p_credential, p_operation, p_target)
$function$
;
CREATE OR REPLACE FUNCTION reckoning.open_epoch(p_epoch integer, p_origin text, p_by text, p_reason text, p_kept bigint, p_lost text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.log_epoch (epoch, origin, accepted_by, reason, kept_size, lost_checkpoint)
  values (p_epoch, p_origin, p_by, p_reason, p_kept, p_lost)
$function$
;
CREATE OR REPLACE FUNCTION reckoning.pending_entries(p_limit integer)
 RETURNS TABLE(run_id uuid, seq integer, leaf bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
  select h.run_id, e.seq, e.leaf
    from reckoning.run_head h
   cross join lateral (select coalesce(max(l.seq), -1) as last from reckoning.log_leaf l where l.run_id = h.run_id) as sealed
   cross join lateral (select e.seq, e.leaf from reckoning.entry e where e.run_id = h.run_id and e.seq > sealed.last order by e.seq) as e
   where not h.sealed
   order by h.run_id, e.seq
   limit p_limit
$function$
;
CREATE OR REPLACE FUNCTION reckoning.prompt_of(request jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN COALESCE((request #>> '{messages,0,content}'::text[]), (request ->> 'prompt'::text))
;
CREATE OR REPLACE FUNCTION reckoning.publish_checkpoint(p_origin text, p_size bigint, p_note text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.log_checkpoint (origin, size, note) values (p_origin, p_size, p_note) on conflict (origin, size) do nothing
$function$
;
CREATE OR REPLACE FUNCTION reckoning.publish_manifest(p_id uuid, p_version integer, p_name text, p_digest bytea, p_definition bytea, p_keys text[], p_step_ids uuid[], p_tasks uuid[])
 RETURNS TABLE(outcome text, id uuid, version integer, digest text, definition bytea, step_ids text[], created_us bigint, updated_us bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.publish_task(p_id uuid, p_create boolean, p_name text, p_digest bytea, p_definition bytea)
 RETURNS TABLE(outcome text, id uuid, version integer, digest text, definition bytea, created_us bigint, updated_us bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.put_chunk(p_upload uuid, p_n integer, p_content bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.upload_chunk (upload_id, n, content) values (p_upload, p_n, p_content)
$function$
;
CREATE OR REPLACE FUNCTION reckoning.put_plan(p_digest bytea, p_body bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.plan (digest, body) values (p_digest, p_body) on conflict (digest) do nothing
$function$
;
CREATE OR REPLACE FUNCTION reckoning.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' and tg_table_name like 'artifact%' and coalesce(current_setting('reckoning.erasing', true), '') <> '' then
    if current_setting('reckoning.erasing', true) = format('%s %s.%s', to_jsonb(old) ->> 'run_id', to_jsonb(old) ->> 'seq', to_jsonb(old) ->> 'n') then
      return old;
    end if;
  end if;
  raise exception using errcode = 'RM001', message = format('%s of %I is refused: it is append-only', tg_op, tg_table_name);
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.refuse_ddl()
 RETURNS event_trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.refuse_removal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception using errcode = 'RM001', message = format('%s of %I is refused: what ran stays on record', tg_op, tg_table_name);
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.register(p_register uuid, p_count integer, p_body bytea, p_leaf bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  said constant jsonb := convert_from(p_body, 'UTF8')::jsonb;
  told constant jsonb := said -> 'data';
  moment constant timestamptz := (said ->> 'at')::timestamptz;
begin
  if p_count = 0 then
    insert into reckoning.run_head (run_id, epoch, entry_count, leaf, status) values (p_register, 1, 1, p_leaf, 'waiting') on conflict do nothing;
  else
    update reckoning.run_head
       set entry_count = p_count + 1, leaf = p_leaf, sealed = false
     where run_id = p_register and entry_count = p_count and leaf = decode(said ->> 'prev', 'hex');
  end if;
  if not found then return false; end if;
  if (said ->> 'run')::uuid <> p_register or (said ->> 'seq')::integer <> p_count then
    raise exception 'entry % of register % says that it is another', p_count, p_register;
  end if;
  insert into reckoning.entry (run_id, seq, leaf, body) values (p_register, p_count, p_leaf, p_body);
  case said ->> 'kind'
    when 'token.created' then
      insert into reckoning.token (token_id, register_id, created_seq, created_at, expires_at, idle_seconds, subject, roles, secret_digest)
      values ((told ->> 'token')::uuid, p_register, p_count, moment, (told ->> 'expires_at')::timestamptz,
              (told ->> 'idle_seconds')::integer, told ->> 'subject',
              array(select jsonb_array_elements_text(told -> 'roles')), decode(told ->> 'secret_sha256', 'hex'));
    when 'token.revoked' then
      insert into reckoning.token_revocation (token_id, revoked_seq, revoked_at, reason)
      values ((told ->> 'token')::uuid, p_count, moment, told ->> 'reason');
    when 'key.enrolled' then
      insert into reckoning.operator_key (key_id, register_id, enrolled_seq, enrolled_at, subject, printed_name, public_key, replaces)
      values (decode(told ->> 'key', 'hex'), p_register, p_count, moment, told ->> 'subject', told ->> 'printed_name', told ->> 'public_key',
              decode(told ->> 'replaces', 'hex'));
    when 'key.revoked' then
      insert into reckoning.key_revocation (key_id, revoked_seq, revoked_at, reason)
      values (decode(told ->> 'key', 'hex'), p_count, moment, told ->> 'reason');
    when 'signature.refused', 'backup.restored', 'auth.disabled' then
      null;
  end case;
  return true;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.release_leases(p_worker uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update reckoning.run_head h
     set lease_holder = null, lease_until = null
   where h.status = 'running'
     and h.lease_holder = p_worker;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.renew_leases(p_worker uuid, p_lease interval, p_runs uuid[], p_epochs bigint[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return query
    update reckoning.run_head h
       set lease_until = clock_timestamp() + p_lease
      from unnest(p_runs, p_epochs) as held (run_id, epoch)
     where h.run_id = held.run_id
       and h.epoch = held.epoch
       and h.lease_holder = p_worker
    returning h.run_id;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.seal(p_size bigint, p_runs uuid[], p_seqs integer[], p_leaves bytea, p_levels smallint[], p_places bigint[], p_roots bytea, p_hashes bytea, p_root bytea, p_frontier bytea)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
  if not pg_try_advisory_xact_lock(7166274019) then return 'busy'; end if;
  if p_size <> coalesce((select max(size) from reckoning.log_tree), 0) then return 'moved'; end if;

  insert into reckoning.log_leaf (idx, run_id, seq, leaf)
  select p_size + i - 1, run_id, seq, substring(p_leaves from (i::integer - 1) * 32 + 1 for 32)
    from unnest(p_runs, p_seqs) with ordinality as l (run_id, seq, i);

  insert into reckoning.log_tile (level, n, root, hashes)
  select level, n, substring(p_roots from (i::integer - 1) * 32 + 1 for 32), substring(p_hashes from (i::integer - 1) * 8192 + 1 for 8192)
    from unnest(p_levels, p_places) with ordinality as t (level, n, i);

  insert into reckoning.log_tree (size, root, frontier) values (p_size + cardinality(p_runs), p_root, p_frontier);

  -- Rows that are being appended to right now are left for the next time.
  update reckoning.run_head
     set sealed = true
   where run_id in (
           select h.run_id
             from reckoning.run_head h
            where h.run_id = any (p_runs)
              and not h.sealed
              and h.status <> 'running'
              and h.entry_count = (select max(l.seq) + 1 from reckoning.log_leaf l where l.run_id = h.run_id)
              for update skip locked
         );
  return 'sealed';
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.settle_notice(p_run uuid, p_seq integer, p_attempt integer, p_outcome text, p_detail text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update reckoning.notice_attempt
     set outcome = p_outcome, detail = p_detail
   where run_id = p_run and started_seq = p_seq and attempt = p_attempt
$function$
;
CREATE OR REPLACE FUNCTION reckoning.step_run_id(run uuid, step_key text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN reckoning.derived_uuid((((('rm-step-run/1'::text || '
'::text) || (run)::text) || '
'::text) || step_key))
;
CREATE OR REPLACE FUNCTION reckoning.text_of(content bytea)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return convert_from(content, 'UTF8');
exception when data_exception then
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.time_of(written text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return written::timestamptz;
exception when data_exception then
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION reckoning.use_token(p_token uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into reckoning.token_use as u (token_id, used_at)
  select t.token_id, clock_timestamp() from reckoning.token t where t.token_id = p_token
  on conflict (token_id) do update
     set used_at = excluded.used_at
   where u.used_at < clock_timestamp() - least(interval '1 minute', (select t.idle_seconds from reckoning.token t where t.token_id = p_token) * interval '100 milliseconds')
$function$
;
CREATE OR REPLACE FUNCTION reckoning.version_stamp(p_manifest uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.id || ':' || m.current_version || coalesce((
           select string_agg(',' || t.id || ':' || t.current_version, '' order by t.id)
             from reckoning.task t
            where t.id in (select s.task_id from reckoning.manifest_step s where s.manifest_id = m.id and s.version = m.current_version)), '')
    from reckoning.manifest m
   where m.id = p_manifest
$function$
;

-- Tables

create table reckoning.access (
  at timestamp with time zone not null default clock_timestamp(),
  subject text not null,
  credential text not null,
  operation text not null,
  target text not null
);
create table reckoning.artifact (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  n reckoning.small_ordinal not null,
  role reckoning.artifact_role not null,
  media_type text not null,
  salt reckoning.bytes_32 not null,
  content bytea not null,
  constraint artifact_pkey PRIMARY KEY (run_id, seq, n)
) partition by RANGE (run_id);
create table reckoning.artifact_other (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  n reckoning.small_ordinal not null,
  role reckoning.artifact_role not null,
  media_type text not null,
  salt reckoning.bytes_32 not null,
  content bytea not null,
  constraint artifact_other_pkey PRIMARY KEY (run_id, seq, n)
);
alter table reckoning.artifact attach partition reckoning.artifact_other DEFAULT;
create table reckoning.challenge (
  nonce bytea not null,
  digest bytea not null,
  run_id uuid not null,
  step_key text not null,
  issued_to text not null,
  issued_at timestamp with time zone not null default clock_timestamp(),
  deadline timestamp with time zone not null,
  constraint challenge_digest_check CHECK ((octet_length(digest) = 32)),
  constraint challenge_nonce_check CHECK ((octet_length(nonce) = 32)),
  constraint challenge_pkey PRIMARY KEY (nonce)
);
create table reckoning.command (
  command_id uuid not null,
  run_id uuid not null,
  payload reckoning.bytes_32 not null,
  constraint command_pkey PRIMARY KEY (command_id)
);
create table reckoning.entry (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  leaf bytea not null,
  body reckoning.entry_body not null,
  constraint leaf_is_hash_of_body CHECK ((leaf = sha256(('\x00'::bytea || (body)::bytea)))),
  constraint entry_pkey PRIMARY KEY (run_id, seq)
) partition by RANGE (run_id);
create table reckoning.entry_other (
  run_id uuid not null,
  seq reckoning.ordinal not null,
  leaf bytea not null,
  body reckoning.entry_body not null,
  constraint leaf_is_hash_of_body CHECK ((leaf = sha256(('\x00'::bytea || (body)::bytea)))),
  constraint entry_other_pkey PRIMARY KEY (run_id, seq)
);
alter table reckoning.entry attach partition reckoning.entry_other DEFAULT;
create table reckoning.key_revocation (
  key_id bytea not null,
  revoked_seq integer not null,
  revoked_at timestamp with time zone not null,
  reason text not null,
  constraint key_revocation_key_id_fkey FOREIGN KEY (key_id) REFERENCES reckoning.operator_key(key_id),
  constraint key_revocation_pkey PRIMARY KEY (key_id)
);
create table reckoning.log_checkpoint (
  origin text not null,
  size bigint not null,
  note text not null,
  published_at timestamp with time zone not null default clock_timestamp(),
  constraint log_checkpoint_size_check CHECK ((size > 0)),
  constraint log_checkpoint_pkey PRIMARY KEY (origin, size)
);
create table reckoning.log_epoch (
  epoch integer not null,
  origin text not null,
  opened_at timestamp with time zone not null default clock_timestamp(),
  accepted_by text not null,
  reason text not null,
  kept_size bigint not null,
  lost_checkpoint text not null,
  constraint log_epoch_epoch_check CHECK ((epoch > 1)),
  constraint log_epoch_kept_size_check CHECK ((kept_size >= 0)),
  constraint log_epoch_pkey PRIMARY KEY (epoch),
  constraint log_epoch_origin_key UNIQUE (origin)
);
create table reckoning.log_leaf (
  idx bigint not null,
  run_id uuid not null,
  seq integer not null,
  leaf bytea not null,
  constraint log_leaf_idx_check CHECK ((idx >= 0)),
  constraint log_leaf_leaf_check CHECK ((octet_length(leaf) = 32)),
  constraint log_leaf_seq_check CHECK ((seq >= 0)),
  constraint log_leaf_pkey PRIMARY KEY (idx),
  constraint log_leaf_run_id_seq_key UNIQUE (run_id, seq)
);
create table reckoning.log_tile (
  level smallint not null,
  n bigint not null,
  root bytea not null,
  hashes bytea not null storage external,
  constraint log_tile_hashes_check CHECK ((octet_length(hashes) = 8192)),
  constraint log_tile_level_check CHECK (((level >= 0) AND (level <= 7))),
  constraint log_tile_n_check CHECK ((n >= 0)),
  constraint log_tile_root_check CHECK ((octet_length(root) = 32)),
  constraint log_tile_pkey PRIMARY KEY (level, n)
);
create table reckoning.log_tree (
  size bigint not null,
  root bytea not null,
  frontier bytea not null,
  sealed_at timestamp with time zone not null default clock_timestamp(),
  constraint log_tree_frontier_check CHECK ((((octet_length(frontier) % 32) = 0) AND ((octet_length(frontier) >= 32) AND (octet_length(frontier) <= 2016)))),
  constraint log_tree_root_check CHECK ((octet_length(root) = 32)),
  constraint log_tree_size_check CHECK ((size > 0)),
  constraint log_tree_pkey PRIMARY KEY (size)
);
create table reckoning.manifest (
  id uuid not null,
  name text not null,
  current_version integer not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint manifest_current_version_check CHECK ((current_version > 0)),
  constraint manifest_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 800))),
  constraint manifest_pkey PRIMARY KEY (id),
  constraint manifest_name_key UNIQUE (name)
);
create table reckoning.manifest_step (
  manifest_id uuid not null,
  version integer not null,
  position integer not null,
  step_key text not null,
  id uuid not null,
  task_id uuid,
  constraint manifest_step_position_check CHECK (("position" >= 0)),
  constraint manifest_step_manifest_id_version_fkey FOREIGN KEY (manifest_id, version) REFERENCES reckoning.manifest_version(manifest_id, version),
  constraint manifest_step_task_id_fkey FOREIGN KEY (task_id) REFERENCES reckoning.task(id),
  constraint manifest_step_pkey PRIMARY KEY (manifest_id, version, "position"),
  constraint manifest_step_id_key UNIQUE (id),
  constraint manifest_step_manifest_id_version_step_key_key UNIQUE (manifest_id, version, step_key)
);
create table reckoning.manifest_version (
  manifest_id uuid not null,
  version integer not null,
  digest bytea not null,
  definition bytea not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint manifest_version_check CHECK ((digest = sha256(definition))),
  constraint manifest_version_digest_check CHECK ((octet_length(digest) = 32)),
  constraint manifest_version_version_check CHECK ((version > 0)),
  constraint manifest_version_manifest_id_fkey FOREIGN KEY (manifest_id) REFERENCES reckoning.manifest(id),
  constraint manifest_version_pkey PRIMARY KEY (manifest_id, version)
);
create table reckoning.notice_attempt (
  run_id uuid not null,
  started_seq integer not null,
  attempt integer not null,
  at timestamp with time zone not null default clock_timestamp(),
  outcome text not null default 'sending'::text,
  detail text,
  constraint notice_attempt_attempt_check CHECK ((attempt > 0)),
  constraint notice_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['sending'::text, 'delivered'::text, 'failed'::text]))),
  constraint notice_attempt_pkey PRIMARY KEY (run_id, started_seq, attempt)
);
create table reckoning.operator_key (
  key_id bytea not null,
  register_id uuid not null,
  enrolled_seq integer not null,
  enrolled_at timestamp with time zone not null,
  subject text not null,
  printed_name text not null,
  public_key text not null,
  replaces bytea,
  constraint operator_key_key_id_check CHECK ((octet_length(key_id) = 32)),
  constraint operator_key_printed_name_check CHECK (((octet_length(printed_name) >= 1) AND (octet_length(printed_name) <= 800))),
  constraint operator_key_public_key_check CHECK ((public_key ~ '^ed25519:[A-Za-z0-9_-]{43}$'::text)),
  constraint operator_key_subject_check CHECK (((octet_length(subject) >= 1) AND (octet_length(subject) <= 800))),
  constraint operator_key_replaces_fkey FOREIGN KEY (replaces) REFERENCES reckoning.operator_key(key_id),
  constraint operator_key_pkey PRIMARY KEY (key_id)
);
create table reckoning.plan (
  digest bytea not null,
  body bytea not null,
  constraint plan_check CHECK ((digest = sha256(body))),
  constraint plan_digest_check CHECK ((octet_length(digest) = 32)),
  constraint plan_pkey PRIMARY KEY (digest)
);
create table reckoning.run (
  run_id uuid not null,
  manifest_id uuid not null,
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  manifest_version integer not null,
  status reckoning.run_status not null,
  initiated_by text not null,
  changed_at timestamp with time zone not null default clock_timestamp(),
  plan_digest reckoning.bytes_32 not null,
  waiting_step text,
  error_step text,
  error_code text,
  constraint end_of_run CHECK ((((ended_at IS NULL) = ((status)::text = ANY (ARRAY['running'::text, 'waiting'::text]))) AND ((error_code IS NOT NULL) = ((status)::text = 'error'::text)))),
  constraint run_pkey PRIMARY KEY (run_id)
);
create table reckoning.run_head (
  run_id uuid not null,
  lease_until timestamp with time zone,
  epoch reckoning.lease_epoch not null,
  entry_count reckoning.ordinal not null,
  lease_holder uuid,
  leaf reckoning.bytes_32 not null,
  status reckoning.run_status not null,
  sealed boolean not null default false,
  constraint lease_is_of_running CHECK (
CASE
    WHEN (lease_holder IS NULL) THEN (lease_until IS NULL)
    ELSE ((lease_until IS NOT NULL) AND ((status)::text = 'running'::text))
END),
  constraint run_head_pkey PRIMARY KEY (run_id)
) with (fillfactor=50);
create table reckoning.schema_migration (
  version integer not null,
  name text not null,
  digest text not null,
  applied_at timestamp with time zone not null default clock_timestamp(),
  constraint schema_migration_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  constraint schema_migration_version_check CHECK ((version > 0)),
  constraint schema_migration_pkey PRIMARY KEY (version)
);
create table reckoning.step_run (
  run_id uuid not null,
  position reckoning.ordinal not null,
  attempts reckoning.ordinal not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  started_seq integer,
  ended_seq integer,
  attested_seq integer,
  step_key text not null,
  status reckoning.step_status not null,
  failure_code text,
  skipped_because text,
  constraint end_of_step CHECK ((((ended_seq IS NULL) = ((status)::text = ANY (ARRAY['RUNNING'::text, 'WAITING_FOR_ATTESTATION'::text]))) AND ((failure_code IS NOT NULL) = ((status)::text = 'FAIL'::text)))),
  constraint step_run_pkey PRIMARY KEY (run_id, "position")
) with (fillfactor=80);
create table reckoning.task (
  id uuid not null,
  name text not null,
  current_version integer not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint task_current_version_check CHECK ((current_version > 0)),
  constraint task_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 800))),
  constraint task_pkey PRIMARY KEY (id),
  constraint task_name_key UNIQUE (name)
);
create table reckoning.task_version (
  task_id uuid not null,
  version integer not null,
  digest bytea not null,
  definition bytea not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint task_version_check CHECK ((digest = sha256(definition))),
  constraint task_version_digest_check CHECK ((octet_length(digest) = 32)),
  constraint task_version_version_check CHECK ((version > 0)),
  constraint task_version_task_id_fkey FOREIGN KEY (task_id) REFERENCES reckoning.task(id),
  constraint task_version_pkey PRIMARY KEY (task_id, version)
);
create table reckoning.token (
  token_id uuid not null,
  register_id uuid not null,
  created_seq integer not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  idle_seconds integer,
  subject text not null,
  roles text[] not null,
  secret_digest bytea not null,
  constraint token_idle_seconds_check CHECK ((idle_seconds > 0)),
  constraint token_roles_check CHECK (((cardinality(roles) > 0) AND (roles <@ ARRAY['author'::text, 'releaser'::text, 'runner'::text, 'attestor'::text, 'verifier'::text, 'auditor'::text, 'eraser'::text, 'key_custodian'::text, 'admin'::text]))),
  constraint token_secret_digest_check CHECK ((octet_length(secret_digest) = 32)),
  constraint token_subject_check CHECK (((octet_length(subject) >= 1) AND (octet_length(subject) <= 800))),
  constraint token_pkey PRIMARY KEY (token_id)
);
create table reckoning.token_revocation (
  token_id uuid not null,
  revoked_seq integer not null,
  revoked_at timestamp with time zone not null,
  reason text not null,
  constraint token_revocation_token_id_fkey FOREIGN KEY (token_id) REFERENCES reckoning.token(token_id),
  constraint token_revocation_pkey PRIMARY KEY (token_id)
);
create table reckoning.token_use (
  token_id uuid not null,
  used_at timestamp with time zone not null,
  constraint token_use_token_id_fkey FOREIGN KEY (token_id) REFERENCES reckoning.token(token_id),
  constraint token_use_pkey PRIMARY KEY (token_id)
);
create table reckoning.upload (
  upload_id uuid not null,
  sha256 bytea not null,
  bytes bigint not null,
  uploaded_by text not null,
  credential text,
  uploaded_at timestamp with time zone not null default clock_timestamp(),
  constraint upload_bytes_check CHECK ((bytes >= 0)),
  constraint upload_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint upload_pkey PRIMARY KEY (upload_id)
);
create table reckoning.upload_chunk (
  upload_id uuid not null,
  n integer not null,
  content bytea not null,
  constraint upload_chunk_content_check CHECK (((octet_length(content) >= 1) AND (octet_length(content) <= 262144))),
  constraint upload_chunk_n_check CHECK ((n >= 0)),
  constraint upload_chunk_pkey PRIMARY KEY (upload_id, n)
);

-- Views

create view public.compute_artifacts as
 SELECT (c.id || '/'::text) || ((item.place - 1)::text) AS id,
    c.id AS attestation_id,
    item.artifact ->> 'name'::text AS name,
    item.artifact ->> 'uri'::text AS uri,
    item.artifact ->> 'sha256'::text AS sha256,
    reckoning.integer_of(item.artifact ->> 'bytes'::text) AS bytes,
    c.attested_at AS created_at,
    c.dag_run_id,
    c.step_run_id,
    c.step_key,
    c.attested_by
   FROM public.compute_attestations c,
    LATERAL ( SELECT reckoning.json_of(c.attestation_bytes) -> 'artifacts'::text AS list
         OFFSET 0) named,
    LATERAL jsonb_array_elements(
        CASE jsonb_typeof(named.list)
            WHEN 'array'::text THEN named.list
            ELSE NULL::jsonb
        END) WITH ORDINALITY item(artifact, place);
create view public.compute_attestations as
 SELECT reckoning.artifact_id(s.run_id, s.attested_seq, 0) AS id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    said.document ->> 'attested_by'::text AS attested_by,
    reckoning.time_of(e.body ->> 'at'::text) AS attested_at,
    said.document ->> 'outcome'::text AS outcome,
    said.document ->> 'notes'::text AS notes,
    ( SELECT ps.step -> 'compute_contract'::text
           FROM reckoning.run r
             JOIN reckoning.planned_step ps ON ps.digest = r.plan_digest::bytea
          WHERE r.run_id = s.run_id AND ps.step_key = s.step_key) AS contract_snapshot,
    s.run_id AS dag_run_id,
    s.step_key,
    NULLIF(said.document -> 'output'::text, 'null'::jsonb) AS output,
    e.body #>> '{actor,cred}'::text[] AS credential,
    a.content AS attestation_bytes
   FROM reckoning.step_run s
     JOIN reckoning.artifact a ON a.run_id = s.run_id AND a.seq::integer = s.attested_seq AND a.role::text = 'attestation'::text
     LEFT JOIN LATERAL ( SELECT reckoning.json_of(e_1.body::bytea) AS body
           FROM reckoning.entry e_1
          WHERE e_1.run_id = s.run_id AND e_1.seq::integer = s.attested_seq
         OFFSET 0) e ON true,
    LATERAL ( SELECT reckoning.json_of(a.content) AS document
         OFFSET 0) said
  WHERE s.attested_seq IS NOT NULL;
create view public.dag_runs as
 SELECT run_id AS id,
    manifest_id,
    status,
    created_at,
    started_at,
    ended_at,
    initiated_by,
    ( SELECT reckoning.json_of(a.content) AS json_of
           FROM reckoning.artifact a
          WHERE a.run_id = r.run_id AND a.seq::integer = 0 AND a.n::smallint = 0) AS run_params,
    manifest_version,
    ( SELECT m.name
           FROM reckoning.manifest m
          WHERE m.id = r.manifest_id) AS manifest_name,
    encode(plan_digest::bytea, 'hex'::text) AS plan_digest,
    waiting_step,
    error_step,
    error_code,
    ( SELECT h.entry_count
           FROM reckoning.run_head h
          WHERE h.run_id = r.run_id) AS entry_count,
    ( SELECT encode(h.leaf::bytea, 'hex'::text) AS encode
           FROM reckoning.run_head h
          WHERE h.run_id = r.run_id) AS leaf
   FROM reckoning.run r;
create view public.dag_step_runs as
 SELECT reckoning.step_run_id(s.run_id, s.step_key) AS id,
    s.run_id AS dag_run_id,
    ms.id AS manifest_step_id,
    s.status,
    s.started_at,
    s.ended_at,
    ( SELECT encode(sha256(a.content), 'hex'::text) AS encode
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.started_seq AND a.role::text = 'request'::text) AS input_hash,
    ( SELECT ((reckoning.json_of(a.content) #>> '{error,code}'::text[]) || ': '::text) || (reckoning.json_of(a.content) #>> '{error,detail}'::text[])
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.ended_seq AND a.role::text = 'outcome'::text) AS error,
    ( SELECT NULLIF(reckoning.json_of(a.content) -> 'decision_rationale'::text, 'null'::jsonb) AS "nullif"
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.ended_seq AND a.role::text = 'outcome'::text) AS decision_rationale,
    ( SELECT NULLIF(reckoning.json_of(a.content) -> 'execution_policy_report'::text, 'null'::jsonb) AS "nullif"
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.ended_seq AND a.role::text = 'outcome'::text) AS execution_policy_report,
    ( SELECT NULLIF(reckoning.json_of(a.content) -> 'canonical_output'::text, 'null'::jsonb) AS "nullif"
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.ended_seq AND a.role::text = 'outcome'::text) AS canonical_output,
    s.step_key,
    s."position",
    s.attempts,
    s.failure_code,
    s.skipped_because,
    s.started_seq,
    s.ended_seq,
    s.attested_seq,
    ( SELECT a.content
           FROM reckoning.artifact a
          WHERE a.run_id = s.run_id AND a.seq::integer = s.ended_seq AND a.role::text = 'outcome'::text) AS outcome_bytes
   FROM reckoning.step_run s
     LEFT JOIN reckoning.run r ON r.run_id = s.run_id
     LEFT JOIN reckoning.manifest_step ms ON ms.manifest_id = r.manifest_id AND ms.version = r.manifest_version AND ms.step_key = s.step_key;
create view public.inspect_attempts as
 SELECT a.run_id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    a.step_key,
    a.attempt,
    a.started_at,
    a.ended_at,
        CASE
            WHEN a.ended_kind IS NULL THEN 'running'::text
            WHEN a.ended_kind = 'step.succeeded'::text THEN 'succeeded'::text
            WHEN a.ended_kind = 'step.interrupted'::text THEN 'interrupted'::text
            ELSE 'failed'::text
        END AS outcome,
    a.ended ->> 'code'::text AS failure_code,
    ( SELECT reckoning.json_of(o.content) #>> '{error,detail}'::text[]
           FROM reckoning.artifact o
          WHERE o.run_id = a.run_id AND o.seq::integer = a.ended_seq::integer AND o.role::text = 'outcome'::text) AS failure_detail,
    a.started ->> 'provider'::text AS provider,
    a.started ->> 'model'::text AS model,
    a.ended ->> 'model'::text AS model_replied,
    reckoning.integer_of(a.ended ->> 'provider_status'::text)::integer AS reply_status,
    reckoning.integer_of(a.ended ->> 'latency_ms'::text) AS latency_ms,
    reckoning.integer_of(a.ended #>> '{usage,input_tokens}'::text[]) AS input_tokens,
    reckoning.integer_of(a.ended #>> '{usage,output_tokens}'::text[]) AS output_tokens,
    reckoning.integer_of(a.ended ->> 'retry_in_ms'::text) AS retry_in_ms,
    reckoning.artifact_id(a.run_id, a.started_seq::integer, 0) AS request_artifact,
    ( SELECT reckoning.artifact_id(r.run_id, r.seq::integer, r.n::integer) AS artifact_id
           FROM reckoning.artifact r
          WHERE r.run_id = a.run_id AND r.seq::integer = a.ended_seq::integer AND r.role::text = 'reply'::text) AS reply_artifact
   FROM reckoning.attempt a
     LEFT JOIN reckoning.step_run s ON s.run_id = a.run_id AND s.step_key = a.step_key;
create view public.inspect_entries as
 SELECT e.run_id,
    e.seq,
    d.body ->> 'kind'::text AS kind,
    d.body ->> 'step'::text AS step_key,
    reckoning.integer_of(d.body ->> 'attempt'::text)::integer AS attempt,
    reckoning.time_of(d.body ->> 'at'::text) AS at,
    d.body #>> '{actor,type}'::text[] AS actor_type,
    d.body #>> '{actor,id}'::text[] AS actor_id,
    d.body #>> '{actor,cred}'::text[] AS credential,
    d.body ->> 'cmd'::text AS command_id,
    reckoning.integer_of(d.body ->> 'epoch'::text) AS epoch,
    d.body -> 'data'::text AS data,
    d.body -> 'refs'::text AS refs,
    d.body ->> 'prev'::text AS prev,
    encode(e.leaf, 'hex'::text) AS leaf,
    d.body,
    e.body AS body_bytes
   FROM reckoning.entry e,
    LATERAL ( SELECT reckoning.json_of(e.body::bytea) AS body
         OFFSET 0) d;
create view public.inspect_failures as
 SELECT r.run_id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    s.step_key,
    s.failure_code,
    ( SELECT reckoning.json_of(o.content) #>> '{error,detail}'::text[]
           FROM reckoning.artifact o
          WHERE o.run_id = s.run_id AND o.seq::integer = s.ended_seq AND o.role::text = 'outcome'::text) AS failure_detail,
    ( SELECT NULLIF(reckoning.json_of(o.content) -> 'execution_policy_report'::text, 'null'::jsonb) AS "nullif"
           FROM reckoning.artifact o
          WHERE o.run_id = s.run_id AND o.seq::integer = s.ended_seq AND o.role::text = 'outcome'::text) AS execution_policy_report,
    s.attempts,
    s.ended_at AS failed_at,
    r.manifest_id,
    r.manifest_version,
    ( SELECT m.name
           FROM reckoning.manifest m
          WHERE m.id = r.manifest_id) AS manifest_name,
    r.initiated_by,
    r.status AS run_status,
    ( SELECT count(*) AS count
           FROM reckoning.step_run k
          WHERE k.run_id = s.run_id AND k.status::text = 'SKIPPED'::text) AS steps_skipped
   FROM reckoning.run r
     JOIN reckoning.step_run s ON s.run_id = r.run_id AND s.status::text = 'FAIL'::text
  WHERE r.status::text = ANY (ARRAY['error'::text, 'cancelled'::text]);
create view public.inspect_resumes as
 SELECT e.run_id,
    e.seq,
        CASE d.body ->> 'kind'::text
            WHEN 'run.resumed'::text THEN 'resumed'::text
            ELSE 'cancelled'::text
        END AS action,
    COALESCE(d.body #>> '{data,resumed_by}'::text[], d.body #>> '{data,cancelled_by}'::text[]) AS by_whom,
    reckoning.time_of(d.body ->> 'at'::text) AS at,
    ( SELECT reckoning.text_of(a.content) AS text_of
           FROM reckoning.artifact a
          WHERE a.run_id = e.run_id AND a.seq::integer = e.seq::integer AND a.role::text = 'reason'::text) AS reason,
    d.body #>> '{actor,cred}'::text[] AS credential,
    d.body ->> 'cmd'::text AS command_id
   FROM ( SELECT x.run_id,
            x.seq,
            x.body
           FROM reckoning.entry x
          WHERE POSITION(('\x226b696e64223a2272756e2e726573756d656422'::bytea) IN (x.body)) > 0 OR POSITION(('\x226b696e64223a2272756e2e63616e63656c6c656422'::bytea) IN (x.body)) > 0) e,
    LATERAL ( SELECT reckoning.json_of(e.body::bytea) AS body
         OFFSET 0) d
  WHERE (d.body ->> 'kind'::text) = ANY (ARRAY['run.resumed'::text, 'run.cancelled'::text]);
create view public.inspect_seals as
 SELECT h.run_id,
    h.entry_count AS entries,
    l.sealed,
    h.entry_count::integer - l.sealed AS pending,
    l.last_index,
    c.size AS checkpoint_size,
    c.origin AS checkpoint_origin,
    c.published_at
   FROM reckoning.run_head h
     CROSS JOIN LATERAL ( SELECT count(*)::integer AS sealed,
            max(log_leaf.idx) AS last_index
           FROM reckoning.log_leaf
          WHERE log_leaf.run_id = h.run_id) l
     LEFT JOIN LATERAL ( SELECT k.size,
            k.origin,
            k.published_at
           FROM reckoning.log_checkpoint k
          WHERE k.size > l.last_index
          ORDER BY k.published_at, k.size
         LIMIT 1) c ON true;
create view public.inspect_waiting as
 SELECT r.run_id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    r.waiting_step AS step_key,
    ( SELECT m.name
           FROM reckoning.manifest m
          WHERE m.id = r.manifest_id) AS manifest_name,
    r.initiated_by,
    s.started_at AS waiting_since,
    statement_timestamp() - s.started_at AS waiting_for,
    s.attested_seq IS NOT NULL AS attested,
    c.contract AS compute_contract,
    s.started_at + make_interval(mins => c.minutes) AS due_at,
    COALESCE(s.attested_seq IS NULL AND (s.started_at + make_interval(mins => c.minutes)) < statement_timestamp(), false) AS overdue
   FROM reckoning.run r
     LEFT JOIN reckoning.step_run s ON s.run_id = r.run_id AND s.step_key = r.waiting_step
     LEFT JOIN LATERAL ( SELECT ps.step -> 'compute_contract'::text AS contract,
            reckoning.integer_of(ps.step #>> '{compute_contract,timeout_minutes}'::text[])::integer AS minutes
           FROM reckoning.planned_step ps
          WHERE ps.digest = r.plan_digest::bytea AND ps.step_key = r.waiting_step
         OFFSET 0) c ON true
  WHERE r.status::text = 'waiting'::text;
create view public.llm_call_artifacts as
 SELECT reckoning.artifact_id(a.run_id, a.started_seq::integer, 0) AS id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    a.started ->> 'provider'::text AS provider,
    a.started ->> 'model'::text AS model,
    reckoning.json_of(a.request) AS request_json,
    ( SELECT reckoning.json_of(reply.content) AS json_of
           FROM reckoning.artifact reply
          WHERE reply.run_id = a.run_id AND reply.seq::integer = a.ended_seq::integer AND reply.role::text = 'reply'::text) AS response_json,
    reckoning.integer_of(a.ended ->> 'latency_ms'::text) AS latency_ms,
    a.run_id AS dag_run_id,
    a.step_key,
    a.attempt,
    a.started_at,
    a.ended_at,
    a.ended ->> 'model'::text AS model_replied,
    reckoning.integer_of(a.ended ->> 'provider_status'::text)::integer AS reply_status,
    reckoning.integer_of(a.ended #>> '{usage,input_tokens}'::text[]) AS input_tokens,
    reckoning.integer_of(a.ended #>> '{usage,output_tokens}'::text[]) AS output_tokens,
    a.request AS request_bytes,
    ( SELECT reply.content
           FROM reckoning.artifact reply
          WHERE reply.run_id = a.run_id AND reply.seq::integer = a.ended_seq::integer AND reply.role::text = 'reply'::text) AS response_bytes
   FROM reckoning.attempt a
     LEFT JOIN reckoning.step_run s ON s.run_id = a.run_id AND s.step_key = a.step_key;
create view public.manifest_steps as
 SELECT s.id,
    s.manifest_id,
    s.step_key,
    s.task_id,
    d.step -> 'depends_on'::text AS depends_on,
    d.step -> 'chaining'::text AS chaining,
    d.step -> 'config'::text AS config,
    reckoning.integer_of(d.step ->> 'order_index'::text)::integer AS order_index,
    d.step ->> 'step_type'::text AS step_type,
    d.step -> 'compute_contract'::text AS compute_contract,
    s.version AS manifest_version,
    s."position"
   FROM reckoning.manifest m
     JOIN reckoning.manifest_step s ON s.manifest_id = m.id AND s.version = m.current_version
     JOIN reckoning.manifest_version v ON v.manifest_id = s.manifest_id AND v.version = s.version,
    LATERAL ( SELECT (reckoning.json_of(v.definition) -> 'steps'::text) -> s."position" AS step
         OFFSET 0) d;
create view public.manifests as
 SELECT m.id,
    m.name,
    d.document ->> 'description'::text AS description,
    m.created_at,
    v.created_at AS updated_at,
    v.version,
    encode(v.digest, 'hex'::text) AS digest,
    NULLIF(d.document -> 'params_schema'::text, 'null'::jsonb) AS params_schema,
    reckoning.integer_of(d.document ->> 'max_parallel'::text)::integer AS max_parallel,
    v.definition AS definition_bytes
   FROM reckoning.manifest m
     JOIN reckoning.manifest_version v ON v.manifest_id = m.id AND v.version = m.current_version,
    LATERAL ( SELECT reckoning.json_of(v.definition) AS document
         OFFSET 0) d;
create view public.parsed_output_artifacts as
 SELECT reckoning.artifact_id(a.run_id, a.ended_seq::integer, reply.n::integer) AS id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    answer.text AS output_text,
    reckoning.json_of(convert_to(answer.text, 'UTF8'::name)) -> 'output_json'::text AS output_json,
    ( SELECT jsonb_build_object('error', reckoning.json_of(o.content) -> 'error'::text, 'execution_policy_report', reckoning.json_of(o.content) -> 'execution_policy_report'::text) AS jsonb_build_object
           FROM reckoning.artifact o
          WHERE o.run_id = a.run_id AND o.seq::integer = a.ended_seq::integer AND o.role::text = 'outcome'::text) AS extraction_report,
    a.run_id AS dag_run_id,
    a.step_key,
    a.attempt,
    a.ended_at AS created_at,
    reply.content AS response_bytes
   FROM reckoning.attempt a
     JOIN reckoning.artifact reply ON reply.run_id = a.run_id AND reply.seq::integer = a.ended_seq::integer AND reply.role::text = 'reply'::text
     LEFT JOIN reckoning.step_run s ON s.run_id = a.run_id AND s.step_key = a.step_key,
    LATERAL ( SELECT reckoning.answer_of(reckoning.json_of(reply.content)) AS text
         OFFSET 0) answer;
create view public.prompt_artifacts as
 SELECT reckoning.artifact_id(a.run_id, a.started_seq::integer, 0) AS id,
    reckoning.step_run_id(s.run_id, s.step_key) AS step_run_id,
    reckoning.prompt_of(reckoning.json_of(a.request)) AS rendered_prompt,
    ( SELECT jsonb_build_object('params', ( SELECT reckoning.json_of(p.content) AS json_of
                   FROM reckoning.artifact p
                  WHERE p.run_id = a.run_id AND p.seq::integer = 0 AND p.n::smallint = 0), 'config', ps.step -> 'config'::text, 'upstream', COALESCE(( SELECT jsonb_object_agg(u.step_key, reckoning.json_of(o.content) -> 'canonical_output'::text) AS jsonb_object_agg
                   FROM reckoning.step_run u
                     JOIN reckoning.artifact o ON o.run_id = u.run_id AND o.seq::integer = u.ended_seq AND o.role::text = 'outcome'::text
                  WHERE u.run_id = a.run_id AND (ps.step -> 'depends_on'::text) ? u.step_key), '{}'::jsonb)) AS jsonb_build_object
           FROM reckoning.run r
             JOIN reckoning.planned_step ps ON ps.digest = r.plan_digest::bytea
          WHERE r.run_id = a.run_id AND ps.step_key = a.step_key) AS context,
    (char_length(reckoning.prompt_of(reckoning.json_of(a.request))) + 3) / 4 AS token_estimate,
    a.run_id AS dag_run_id,
    a.step_key,
    a.attempt,
    a.started_at AS created_at,
    a.request AS request_bytes
   FROM reckoning.attempt a
     LEFT JOIN reckoning.step_run s ON s.run_id = a.run_id AND s.step_key = a.step_key;
create view public.tasks as
 SELECT t.id,
    t.name,
    d.document ->> 'description'::text AS description,
    d.document ->> 'prompt_template'::text AS prompt_template,
    d.document -> 'extract_schema'::text AS extract_schema,
    t.created_at,
    v.created_at AS updated_at,
    v.version,
    encode(v.digest, 'hex'::text) AS digest,
    d.document -> 'policy'::text AS policy,
    d.document -> 'model'::text AS model,
    NULLIF(d.document -> 'retry'::text, 'null'::jsonb) AS retry,
    d.document ->> 'on_interrupt'::text AS on_interrupt,
    reckoning.integer_of(d.document ->> 'timeout_seconds'::text)::integer AS timeout_seconds,
    v.definition AS definition_bytes
   FROM reckoning.task t
     JOIN reckoning.task_version v ON v.task_id = t.id AND v.version = t.current_version,
    LATERAL ( SELECT reckoning.json_of(v.definition) AS document
         OFFSET 0) d;
create view reckoning.attempt as
 SELECT request.run_id,
    request.seq AS started_seq,
    request.content AS request,
    started.body ->> 'step'::text AS step_key,
    reckoning.integer_of(started.body ->> 'attempt'::text)::integer AS attempt,
    reckoning.time_of(started.body ->> 'at'::text) AS started_at,
    started.body -> 'data'::text AS started,
    ended.seq AS ended_seq,
    ended.body ->> 'kind'::text AS ended_kind,
    reckoning.time_of(ended.body ->> 'at'::text) AS ended_at,
    COALESCE(ended.body -> 'data'::text, '{}'::jsonb) AS ended
   FROM reckoning.artifact request
     LEFT JOIN LATERAL ( SELECT reckoning.json_of(e.body::bytea) AS body
           FROM reckoning.entry e
          WHERE e.run_id = request.run_id AND e.seq::integer = request.seq::integer
         OFFSET 0) started ON true
     LEFT JOIN LATERAL ( SELECT later.seq,
            later.body
           FROM ( SELECT e.seq,
                    reckoning.json_of(e.body::bytea) AS body
                   FROM reckoning.entry e
                  WHERE e.run_id = request.run_id AND e.seq::integer > request.seq::integer
                  ORDER BY e.seq
                 OFFSET 0) later
          WHERE (later.body ->> 'step'::text) = (started.body ->> 'step'::text) AND ((later.body ->> 'attempt'::text) = (started.body ->> 'attempt'::text) OR (later.body ->> 'kind'::text) = 'step.failed'::text AND (later.body ->> 'attempt'::text) IS NULL)
         LIMIT 1) ended ON true
  WHERE request.role::text = 'request'::text;
create view reckoning.overdue_step as
 WITH waiting AS MATERIALIZED (
         SELECT r.run_id,
            r.plan_digest,
            s.step_key,
            s.started_seq,
            s.started_at
           FROM reckoning.run r
             JOIN reckoning.step_run s ON s.run_id = r.run_id AND s.step_key = r.waiting_step
          WHERE r.status::text = 'waiting'::text AND s.ended_seq IS NULL
        ), contracts AS MATERIALIZED (
         SELECT p.digest,
            step.value ->> 'step_key'::text AS step_key,
            ((step.value -> 'compute_contract'::text) ->> 'timeout_minutes'::text)::double precision AS minutes
           FROM reckoning.plan p
             CROSS JOIN LATERAL jsonb_array_elements(convert_from(p.body, 'UTF8'::name)::jsonb -> 'steps'::text) step(value)
          WHERE (p.digest IN ( SELECT waiting.plan_digest
                   FROM waiting))
        )
 SELECT w.run_id,
    w.step_key,
    w.started_seq,
    w.started_at AS waiting_since,
    w.started_at + c.minutes * '00:01:00'::interval AS due_at
   FROM waiting w
     JOIN contracts c ON c.digest = w.plan_digest::bytea AND c.step_key = w.step_key
  WHERE (w.started_at + c.minutes * '00:01:00'::interval) < clock_timestamp();
create view reckoning.planned_step as
 SELECT p.digest,
    step.value ->> 'step_key'::text AS step_key,
    step.value AS step
   FROM reckoning.plan p,
    LATERAL ( SELECT reckoning.json_of(p.body) AS body
         OFFSET 0) plan,
    LATERAL jsonb_array_elements(
        CASE jsonb_typeof(plan.body -> 'steps'::text)
            WHEN 'array'::text THEN plan.body -> 'steps'::text
            ELSE NULL::jsonb
        END) step(value);

-- Indexes beside those of constraints

CREATE INDEX access_by_subject ON reckoning.access USING btree (subject, at);
CREATE INDEX access_by_time ON reckoning.access USING btree (at);
CREATE INDEX operator_key_by_subject ON reckoning.operator_key USING btree (subject, enrolled_at);
CREATE INDEX run_by_change ON reckoning.run USING btree (changed_at, run_id);
CREATE INDEX run_by_manifest ON reckoning.run USING btree (manifest_id, run_id DESC);
CREATE INDEX run_by_person ON reckoning.run USING btree (initiated_by, run_id DESC);
CREATE INDEX run_by_status ON reckoning.run USING btree (status, run_id DESC);
CREATE INDEX run_head_running ON reckoning.run_head USING btree (run_id) WHERE ((status)::text = 'running'::text);
CREATE INDEX run_head_unsealed ON reckoning.run_head USING btree (run_id) WHERE (NOT sealed);
CREATE INDEX step_run_by_id ON reckoning.step_run USING btree (reckoning.step_run_id(run_id, step_key));
CREATE INDEX token_by_subject ON reckoning.token USING btree (subject, created_at);

-- Triggers (A: also under session_replication_role = replica)

CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.compute_artifacts FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.compute_artifacts FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.compute_attestations FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.compute_attestations FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.dag_runs FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.dag_runs FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.dag_step_runs FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.dag_step_runs FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_attempts FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_attempts FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_entries FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_entries FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_failures FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_failures FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_resumes FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_resumes FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_seals FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_seals FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.inspect_waiting FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.inspect_waiting FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.llm_call_artifacts FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.llm_call_artifacts FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.manifest_steps FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.manifest_steps FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.manifests FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.manifests FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.parsed_output_artifacts FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.parsed_output_artifacts FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.prompt_artifacts FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.prompt_artifacts FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only BEFORE INSERT OR DELETE OR UPDATE ON public.tasks FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER read_only_rows INSTEAD OF INSERT OR DELETE OR UPDATE ON public.tasks FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- O
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.access FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.access FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.artifact FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.artifact FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.artifact_other FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.artifact_other FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.challenge FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.challenge FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.command FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.command FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.entry FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.entry FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.entry_other FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.entry_other FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.key_revocation FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.key_revocation FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.log_checkpoint FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.log_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.log_epoch FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.log_epoch FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.log_leaf FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.log_leaf FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.log_tile FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.log_tile FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.log_tree FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.log_tree FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.manifest FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.manifest_step FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.manifest_step FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.manifest_version FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.manifest_version FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.notice_attempt FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.operator_key FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.operator_key FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.plan FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.plan FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.run FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.run_head FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.schema_migration FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.schema_migration FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.step_run FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.task FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.task_version FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.task_version FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.token FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.token FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.token_revocation FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.token_revocation FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON reckoning.token_use FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_removal(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.upload FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.upload FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON reckoning.upload_chunk FOR EACH ROW EXECUTE FUNCTION reckoning.refuse_change(); -- A
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON reckoning.upload_chunk FOR EACH STATEMENT EXECUTE FUNCTION reckoning.refuse_change(); -- A

-- Event triggers

create event trigger reckoning_refuse_alter on ddl_command_end when tag in (ALTER TABLE) execute function reckoning.refuse_ddl(); -- O
create event trigger reckoning_refuse_drop on sql_drop execute function reckoning.refuse_ddl(); -- O

-- Comments

comment on view public.compute_artifacts is 'What operators named as produced outside. A uri is recorded, never fetched.';
comment on column public.compute_artifacts.id is 'The attestation''s id and the place in its list, from 0.';
comment on column public.compute_artifacts.attestation_id is 'Its attestation.';
comment on column public.compute_artifacts.name is 'The declared output that it delivers.';
comment on column public.compute_artifacts.uri is 'Where the operator says it is.';
comment on column public.compute_artifacts.sha256 is 'Its SHA-256 as stated; null: not stated.';
comment on column public.compute_artifacts.bytes is 'Its size as stated; null: not stated.';
comment on column public.compute_artifacts.created_at is 'When it was attested.';
comment on column public.compute_artifacts.dag_run_id is 'Its run.';
comment on column public.compute_artifacts.step_run_id is 'Its step run.';
comment on column public.compute_artifacts.step_key is 'Its step.';
comment on column public.compute_artifacts.attested_by is 'Who named it.';
comment on view public.compute_attestations is 'What operators stated about compute steps.';
comment on column public.compute_attestations.id is 'The attestation''s artifact: RUN/SEQ.N is /api/runs/RUN/artifacts/SEQ.N over HTTP.';
comment on column public.compute_attestations.step_run_id is 'Its step run.';
comment on column public.compute_attestations.attested_by is 'The name under which it was stated.';
comment on column public.compute_attestations.attested_at is 'When it was put on record.';
comment on column public.compute_attestations.outcome is 'SUCCESS or FAIL.';
comment on column public.compute_attestations.notes is 'In the operator''s words.';
comment on column public.compute_attestations.contract_snapshot is 'The compute contract that the run is bound to.';
comment on column public.compute_attestations.dag_run_id is 'Its run.';
comment on column public.compute_attestations.step_key is 'Its step.';
comment on column public.compute_attestations.output is 'What was delivered as JSON; null: nothing.';
comment on column public.compute_attestations.credential is 'How the operator was authenticated; null: not at all.';
comment on column public.compute_attestations.attestation_bytes is 'The attestation as it was committed to: RFC 8785 bytes.';
comment on view public.dag_runs is 'Runs, as their entries say they stand.';
comment on column public.dag_runs.id is 'The run: a UUIDv7, so ids sort by time. The same id over HTTP.';
comment on column public.dag_runs.manifest_id is 'The manifest it runs.';
comment on column public.dag_runs.status is 'running, waiting, success, error or cancelled.';
comment on column public.dag_runs.created_at is 'When it was accepted.';
comment on column public.dag_runs.started_at is 'When its first step began.';
comment on column public.dag_runs.ended_at is 'When it ended; null before.';
comment on column public.dag_runs.initiated_by is 'Who started it. Who resumed or cancelled it stands in inspect_resumes.';
comment on column public.dag_runs.run_params is 'Its parameters.';
comment on column public.dag_runs.manifest_version is 'The version of the manifest it is bound to.';
comment on column public.dag_runs.manifest_name is 'The manifest''s present name.';
comment on column public.dag_runs.plan_digest is 'SHA-256 of the plan it is bound to (reckoning.plan): manifest version, task versions and model settings.';
comment on column public.dag_runs.waiting_step is 'The compute step it stands at; null unless it is waiting.';
comment on column public.dag_runs.error_step is 'The step that failed it.';
comment on column public.dag_runs.error_code is 'Why, as a stable code.';
comment on column public.dag_runs.entry_count is 'Number of its ledger entries.';
comment on column public.dag_runs.leaf is 'Leaf hash of the last entry, hexadecimal: what a client may keep as a receipt.';
comment on view public.dag_step_runs is 'Steps of runs that began or were skipped. A step that has not begun has no row.';
comment on column public.dag_step_runs.id is 'The step of this run. The same id over HTTP.';
comment on column public.dag_step_runs.dag_run_id is 'Its run.';
comment on column public.dag_step_runs.manifest_step_id is 'The step of the manifest version that the run is bound to.';
comment on column public.dag_step_runs.status is 'RUNNING, WAITING_FOR_ATTESTATION, SUCCESS, FAIL or SKIPPED.';
comment on column public.dag_step_runs.started_at is 'When its first attempt, or its wait, began.';
comment on column public.dag_step_runs.ended_at is 'When it ended; null before.';
comment on column public.dag_step_runs.input_hash is 'SHA-256 of the latest attempt''s request bytes, hexadecimal, computed on reading; null for a compute step.';
comment on column public.dag_step_runs.error is 'Code and detail of the failure.';
comment on column public.dag_step_runs.decision_rationale is 'The model''s explanation. Never an input of control.';
comment on column public.dag_step_runs.execution_policy_report is 'Every rule with its verdict and reason.';
comment on column public.dag_step_runs.canonical_output is 'What passed contract and policy and flowed on.';
comment on column public.dag_step_runs.step_key is 'The author''s name for the step.';
comment on column public.dag_step_runs.position is 'Place in the plan, from 0.';
comment on column public.dag_step_runs.attempts is 'Number of model calls begun.';
comment on column public.dag_step_runs.failure_code is 'Why it failed, as a stable code.';
comment on column public.dag_step_runs.skipped_because is 'The failed step that caused the skip; null when the run was cancelled.';
comment on column public.dag_step_runs.started_seq is 'Entry of the latest attempt''s start, or of the wait.';
comment on column public.dag_step_runs.ended_seq is 'Entry of its end.';
comment on column public.dag_step_runs.attested_seq is 'Entry of its attestation.';
comment on column public.dag_step_runs.outcome_bytes is 'The outcome as it was committed to: rationale, report, output and error as RFC 8785 bytes.';
comment on view public.inspect_attempts is 'Every attempt of every task step, with how it ended.';
comment on column public.inspect_attempts.run_id is 'The run.';
comment on column public.inspect_attempts.step_run_id is 'The step run.';
comment on column public.inspect_attempts.step_key is 'The step.';
comment on column public.inspect_attempts.attempt is 'From 1.';
comment on column public.inspect_attempts.started_at is 'When its request was put on record.';
comment on column public.inspect_attempts.ended_at is 'When its end was; null before.';
comment on column public.inspect_attempts.outcome is 'running, succeeded, failed or interrupted (a call whose reply is not on record and never will be).';
comment on column public.inspect_attempts.failure_code is 'Why it failed, as a stable code.';
comment on column public.inspect_attempts.failure_detail is 'The same in a sentence.';
comment on column public.inspect_attempts.provider is 'stub, openai or anthropic.';
comment on column public.inspect_attempts.model is 'The model that was asked.';
comment on column public.inspect_attempts.model_replied is 'The model that the reply names.';
comment on column public.inspect_attempts.reply_status is 'HTTP status of the reply.';
comment on column public.inspect_attempts.latency_ms is 'Milliseconds until the reply was there or given up.';
comment on column public.inspect_attempts.input_tokens is 'As the provider counted them.';
comment on column public.inspect_attempts.output_tokens is 'As the provider counted them.';
comment on column public.inspect_attempts.retry_in_ms is 'The pause before the declared next attempt; null: none follows.';
comment on column public.inspect_attempts.request_artifact is 'RUN/SEQ.N of the request.';
comment on column public.inspect_attempts.reply_artifact is 'RUN/SEQ.N of the reply; null: not a byte arrived.';
comment on view public.inspect_entries is 'The ledger, entry by entry, as docs/format/ledger-entry.md describes it.';
comment on column public.inspect_entries.run_id is 'The run.';
comment on column public.inspect_entries.seq is 'Place in the run, from 0, without gaps.';
comment on column public.inspect_entries.kind is 'What became true.';
comment on column public.inspect_entries.step_key is 'The step it is about; null: the run.';
comment on column public.inspect_entries.attempt is 'The attempt, from 1; null: none.';
comment on column public.inspect_entries.at is 'Database time at the commit: a claim, not evidence of time.';
comment on column public.inspect_entries.actor_type is 'engine or operator.';
comment on column public.inspect_entries.actor_id is 'The operator''s name; null for the engine.';
comment on column public.inspect_entries.credential is 'How the operator was authenticated; null: not at all.';
comment on column public.inspect_entries.command_id is 'The client''s command; null: none.';
comment on column public.inspect_entries.epoch is 'The lease epoch that wrote it.';
comment on column public.inspect_entries.data is 'What it says.';
comment on column public.inspect_entries.refs is 'Its artifacts, each with role, size and commitment.';
comment on column public.inspect_entries.prev is 'Leaf hash of the entry before it; null at 0.';
comment on column public.inspect_entries.leaf is 'Its own leaf hash, as stored: reckon verify recomputes it.';
comment on column public.inspect_entries.body is 'The whole entry.';
comment on column public.inspect_entries.body_bytes is 'The bytes that were hashed.';
comment on view public.inspect_failures is 'Steps that failed, with why and what it cost.';
comment on column public.inspect_failures.run_id is 'The run.';
comment on column public.inspect_failures.step_run_id is 'The step run.';
comment on column public.inspect_failures.step_key is 'The step.';
comment on column public.inspect_failures.failure_code is 'Why, as a stable code.';
comment on column public.inspect_failures.failure_detail is 'The same in a sentence.';
comment on column public.inspect_failures.execution_policy_report is 'Every rule with its verdict; null when it did not come to that.';
comment on column public.inspect_failures.attempts is 'Number of model calls begun.';
comment on column public.inspect_failures.failed_at is 'When.';
comment on column public.inspect_failures.manifest_id is 'The manifest.';
comment on column public.inspect_failures.manifest_version is 'Its version.';
comment on column public.inspect_failures.manifest_name is 'The manifest''s present name.';
comment on column public.inspect_failures.initiated_by is 'Who started the run.';
comment on column public.inspect_failures.run_status is 'error or cancelled.';
comment on column public.inspect_failures.steps_skipped is 'How many steps never ran because of it.';
comment on view public.inspect_resumes is 'Who let runs go on, and who ended them.';
comment on column public.inspect_resumes.run_id is 'The run.';
comment on column public.inspect_resumes.seq is 'The entry that says so.';
comment on column public.inspect_resumes.action is 'resumed or cancelled.';
comment on column public.inspect_resumes.by_whom is 'The name under which it was asked.';
comment on column public.inspect_resumes.at is 'When.';
comment on column public.inspect_resumes.reason is 'Why, in the words of who cancelled.';
comment on column public.inspect_resumes.credential is 'How the operator was authenticated; null: not at all.';
comment on column public.inspect_resumes.command_id is 'The client''s command.';
comment on view public.inspect_seals is 'How far each run stands in the signed log.';
comment on column public.inspect_seals.run_id is 'The run.';
comment on column public.inspect_seals.entries is 'Number of its entries.';
comment on column public.inspect_seals.sealed is 'How many of them have a place in the log.';
comment on column public.inspect_seals.pending is 'How many have none yet.';
comment on column public.inspect_seals.last_index is 'Place in the log of the last sealed one; null: none.';
comment on column public.inspect_seals.checkpoint_size is 'Size of the first signed checkpoint that covers all sealed ones; null: none does yet.';
comment on column public.inspect_seals.checkpoint_origin is 'Name of the log that signed it.';
comment on column public.inspect_seals.published_at is 'When it was published, by the database''s clock.';
comment on view public.inspect_waiting is 'Runs that wait for people.';
comment on column public.inspect_waiting.run_id is 'The run.';
comment on column public.inspect_waiting.step_run_id is 'The step run to attest.';
comment on column public.inspect_waiting.step_key is 'The compute step.';
comment on column public.inspect_waiting.manifest_name is 'The manifest''s present name.';
comment on column public.inspect_waiting.initiated_by is 'Who started the run.';
comment on column public.inspect_waiting.waiting_since is 'When the wait began.';
comment on column public.inspect_waiting.waiting_for is 'How long that is by now.';
comment on column public.inspect_waiting.attested is 'True: attested, and waiting for a resume only.';
comment on column public.inspect_waiting.compute_contract is 'What must be delivered.';
comment on column public.inspect_waiting.due_at is 'waiting_since and the contract''s timeout_minutes; null: no limit was set. Nothing happens by itself when it passes.';
comment on column public.inspect_waiting.overdue is 'True: due_at has passed and nobody attested.';
comment on view public.llm_call_artifacts is 'Model calls, one for each attempt.';
comment on column public.llm_call_artifacts.id is 'The request''s artifact, as in prompt_artifacts.';
comment on column public.llm_call_artifacts.step_run_id is 'Its step run.';
comment on column public.llm_call_artifacts.provider is 'stub, openai (any compatible endpoint) or anthropic.';
comment on column public.llm_call_artifacts.model is 'The model that was asked.';
comment on column public.llm_call_artifacts.request_json is 'The request; null when jsonb cannot hold it.';
comment on column public.llm_call_artifacts.response_json is 'The reply; null when there is none or jsonb cannot hold it.';
comment on column public.llm_call_artifacts.latency_ms is 'Milliseconds until the reply was there or given up.';
comment on column public.llm_call_artifacts.dag_run_id is 'Its run.';
comment on column public.llm_call_artifacts.step_key is 'Its step.';
comment on column public.llm_call_artifacts.attempt is 'Its attempt, from 1.';
comment on column public.llm_call_artifacts.started_at is 'When the request was put on record.';
comment on column public.llm_call_artifacts.ended_at is 'When its end was; null before.';
comment on column public.llm_call_artifacts.model_replied is 'The model that the reply names.';
comment on column public.llm_call_artifacts.reply_status is 'HTTP status of the reply; null when none arrived.';
comment on column public.llm_call_artifacts.input_tokens is 'As the provider counted them.';
comment on column public.llm_call_artifacts.output_tokens is 'As the provider counted them.';
comment on column public.llm_call_artifacts.request_bytes is 'The exact request body.';
comment on column public.llm_call_artifacts.response_bytes is 'The raw bytes that came back, whatever they were.';
comment on view public.manifest_steps is 'Steps of the current version of each manifest.';
comment on column public.manifest_steps.id is 'The step of this version. The same id over HTTP.';
comment on column public.manifest_steps.manifest_id is 'Its manifest.';
comment on column public.manifest_steps.step_key is 'The author''s name for the step, unique in its manifest.';
comment on column public.manifest_steps.task_id is 'The task it runs; null for a compute step.';
comment on column public.manifest_steps.depends_on is 'Keys of the steps that must have succeeded.';
comment on column public.manifest_steps.chaining is 'Template names, each with the step and the JSON Pointer it comes from; null for a compute step.';
comment on column public.manifest_steps.config is 'Constants for the template and the rules.';
comment on column public.manifest_steps.order_index is 'The author''s wish where the graph leaves a choice; null: none.';
comment on column public.manifest_steps.step_type is 'task or compute.';
comment on column public.manifest_steps.compute_contract is 'What an operator must deliver; null for a task step.';
comment on column public.manifest_steps.manifest_version is 'The version of the manifest that it belongs to.';
comment on column public.manifest_steps.position is 'Place in the author''s list, from 0.';
comment on view public.manifests is 'Manifests, each in its current version.';
comment on column public.manifests.id is 'The manifest. The same id over HTTP.';
comment on column public.manifests.name is 'Unique among manifests.';
comment on column public.manifests.description is 'For people.';
comment on column public.manifests.created_at is 'When the manifest was first published.';
comment on column public.manifests.updated_at is 'When this version was.';
comment on column public.manifests.version is 'Number of the current version, from 1.';
comment on column public.manifests.digest is 'SHA-256 of the definition, hexadecimal.';
comment on column public.manifests.params_schema is 'JSON Schema of a run''s run_params; null: any object.';
comment on column public.manifests.max_parallel is 'How many steps may run side by side.';
comment on column public.manifests.definition_bytes is 'The definition as it was hashed: RFC 8785 bytes.';
comment on view public.parsed_output_artifacts is 'What was read out of each reply.';
comment on column public.parsed_output_artifacts.id is 'The reply''s artifact: RUN/SEQ.N is /api/runs/RUN/artifacts/SEQ.N over HTTP.';
comment on column public.parsed_output_artifacts.step_run_id is 'Its step run.';
comment on column public.parsed_output_artifacts.output_text is 'The text of the model in the reply; null when the reply holds none.';
comment on column public.parsed_output_artifacts.output_json is 'The member output_json of that text, whether or not it passed; null when the text is no such JSON.';
comment on column public.parsed_output_artifacts.extraction_report is 'What became of it: the error, and every rule with its verdict.';
comment on column public.parsed_output_artifacts.dag_run_id is 'Its run.';
comment on column public.parsed_output_artifacts.step_key is 'Its step.';
comment on column public.parsed_output_artifacts.attempt is 'Its attempt, from 1.';
comment on column public.parsed_output_artifacts.created_at is 'When it was judged.';
comment on column public.parsed_output_artifacts.response_bytes is 'The raw bytes of the reply.';
comment on view public.prompt_artifacts is 'Prompts, one for each attempt, cut out of the request that was sent.';
comment on column public.prompt_artifacts.id is 'The request''s artifact: RUN/SEQ.N is /api/runs/RUN/artifacts/SEQ.N over HTTP.';
comment on column public.prompt_artifacts.step_run_id is 'Its step run.';
comment on column public.prompt_artifacts.rendered_prompt is 'The whole prompt; null when jsonb cannot hold the request.';
comment on column public.prompt_artifacts.context is 'What the template saw, put together from the record: params, config, and upstream outputs by step.';
comment on column public.prompt_artifacts.token_estimate is 'One token for every four characters. What the provider counted stands in llm_call_artifacts.';
comment on column public.prompt_artifacts.dag_run_id is 'Its run.';
comment on column public.prompt_artifacts.step_key is 'Its step.';
comment on column public.prompt_artifacts.attempt is 'Its attempt, from 1.';
comment on column public.prompt_artifacts.created_at is 'When the request was put on record, which is before it was sent.';
comment on column public.prompt_artifacts.request_bytes is 'The exact request body.';
comment on view public.tasks is 'Tasks, each in its current version.';
comment on column public.tasks.id is 'The task. The same id over HTTP.';
comment on column public.tasks.name is 'Unique among tasks.';
comment on column public.tasks.description is 'For people.';
comment on column public.tasks.prompt_template is 'Liquid template of the prompt; null: the prompt is the step''s input as canonical JSON.';
comment on column public.tasks.extract_schema is 'The contract: JSON Schema 2020-12 that output_json must satisfy.';
comment on column public.tasks.created_at is 'When the task was first published.';
comment on column public.tasks.updated_at is 'When this version was.';
comment on column public.tasks.version is 'Number of the current version, from 1. Older versions stay in reckoning.task_version.';
comment on column public.tasks.digest is 'SHA-256 of the definition, hexadecimal: what a run is bound to.';
comment on column public.tasks.policy is 'CEL rules that must hold of the output.';
comment on column public.tasks.model is 'What is asked of the model; a null member: the configured default at the start of a run.';
comment on column public.tasks.retry is 'Declared retry; null: none.';
comment on column public.tasks.on_interrupt is 'What follows when a call''s outcome is unknown: resend or fail.';
comment on column public.tasks.timeout_seconds is 'How long one call may take.';
comment on column public.tasks.definition_bytes is 'The definition as it was hashed: RFC 8785 bytes.';
comment on table reckoning.access is 'What auditors looked at and took with them. Kept beside the record, not in it: see docs/adr.';
comment on column reckoning.access.at is 'When it was asked for, by the database clock.';
comment on column reckoning.access.subject is 'Who asked.';
comment on column reckoning.access.credential is 'By which token or session.';
comment on column reckoning.access.operation is 'Operation of the HTTP interface.';
comment on column reckoning.access.target is 'Path that was asked for, without its query.';
comment on table reckoning.artifact is 'Bytes that entries refer to by a salted commitment: everything large or possibly personal.';
comment on column reckoning.artifact.run_id is 'The run.';
comment on column reckoning.artifact.seq is 'The entry that refers to it.';
comment on column reckoning.artifact.n is 'Place among the references of that entry, from 0.';
comment on column reckoning.artifact.role is 'params, request, reply, outcome, attestation or reason.';
comment on column reckoning.artifact.media_type is 'As the entry says.';
comment on column reckoning.artifact.salt is '32 random bytes: the key of the commitment.';
comment on column reckoning.artifact.content is 'The bytes.';
comment on table reckoning.challenge is 'What was handed out to be signed. Whether it was answered stands in the entries of its run.';
comment on column reckoning.challenge.nonce is '32 random bytes that name it.';
comment on column reckoning.challenge.digest is 'SHA-256 of its RFC 8785 bytes: an altered one is noticed by it.';
comment on column reckoning.challenge.run_id is 'The run it is about.';
comment on column reckoning.challenge.step_key is 'The step it is about.';
comment on column reckoning.challenge.issued_to is 'Whoever asked for it, and nobody else may answer.';
comment on column reckoning.challenge.issued_at is 'When, by the database clock.';
comment on column reckoning.challenge.deadline is 'Until when it can be answered.';
comment on table reckoning.command is 'Commands of clients that were carried out, so that repeating one has no second effect.';
comment on column reckoning.command.command_id is 'Derived from the client''s idempotency key.';
comment on column reckoning.command.run_id is 'The run it was carried out on.';
comment on column reckoning.command.payload is 'SHA-256 of the canonical request.';
comment on table reckoning.entry is 'The ledger: the truth that everything else is derived from. Format rm-entry/1.';
comment on column reckoning.entry.run_id is 'The run.';
comment on column reckoning.entry.seq is 'Place in the run, from 0, without gaps.';
comment on column reckoning.entry.leaf is 'SHA-256(0x00 || body), RFC 6962: the link of the chain.';
comment on column reckoning.entry.body is 'RFC 8785 bytes.';
comment on table reckoning.key_revocation is 'Keys that nothing is taken from any more, from the given entry of the register on. What they signed before stays signed.';
comment on column reckoning.key_revocation.key_id is 'The key.';
comment on column reckoning.key_revocation.revoked_seq is 'Entry of the register that says so.';
comment on column reckoning.key_revocation.revoked_at is 'When, by the database clock.';
comment on column reckoning.key_revocation.reason is 'Why.';
comment on table reckoning.log_checkpoint is 'Published signed tree heads (C2SP tlog-checkpoint). Worth something as evidence only where they are kept outside this database too.';
comment on column reckoning.log_checkpoint.origin is 'Name of the log.';
comment on column reckoning.log_checkpoint.size is 'Number of leaves that it signs for.';
comment on column reckoning.log_checkpoint.note is 'The signed note (C2SP signed-note).';
comment on column reckoning.log_checkpoint.published_at is 'Database time of the publication.';
comment on table reckoning.log_epoch is 'Accepted losses: each opens a new origin of the log (reckon recover).';
comment on column reckoning.log_epoch.epoch is 'Number of the origin; the first has no row.';
comment on column reckoning.log_epoch.origin is 'Name of the log from then on.';
comment on column reckoning.log_epoch.opened_at is 'Database time.';
comment on column reckoning.log_epoch.accepted_by is 'Who accepted the loss.';
comment on column reckoning.log_epoch.reason is 'Why, in their words.';
comment on column reckoning.log_epoch.kept_size is 'Entries of the log that were still there; with them the new origin begins.';
comment on column reckoning.log_epoch.lost_checkpoint is 'The last anchored checkpoint of the origin before, which the database no longer extends.';
comment on table reckoning.log_leaf is 'The sealed global log: every entry once, by place. The index of an entry never changes.';
comment on column reckoning.log_leaf.idx is 'Place in the log, from 0, without gaps. Two sealers cannot both give the same one.';
comment on column reckoning.log_leaf.run_id is 'The run of the entry.';
comment on column reckoning.log_leaf.seq is 'Its place in that run.';
comment on column reckoning.log_leaf.leaf is 'Leaf hash of the entry as it was sealed: SHA-256(0x00 || body).';
comment on table reckoning.log_tile is 'Merkle tree hashes, 256 a row: level 0 holds leaves, each level above the roots of 256 tiles below.';
comment on column reckoning.log_tile.level is '0 holds leaves; 256 tiles of a level make one of the next.';
comment on column reckoning.log_tile.n is 'Place within the level, from 0.';
comment on column reckoning.log_tile.root is 'Hash of the whole tile: what stands for it in the level above.';
comment on column reckoning.log_tile.hashes is '256 hashes of 32 bytes each.';
comment on table reckoning.log_tree is 'How the tree grew: one row for each sealing.';
comment on column reckoning.log_tree.size is 'Number of leaves.';
comment on column reckoning.log_tree.root is 'Merkle tree hash over the first `size` leaves (RFC 6962 section 2.1).';
comment on column reckoning.log_tree.frontier is 'Roots of the perfect subtrees that make up the tree, largest first: what the root follows from.';
comment on column reckoning.log_tree.sealed_at is 'Database time of the sealing.';
comment on table reckoning.manifest is 'Names of manifests. The definitions stand in manifest_version.';
comment on column reckoning.manifest.id is 'The manifest.';
comment on column reckoning.manifest.name is 'Unique.';
comment on column reckoning.manifest.current_version is 'The version that new runs are bound to.';
comment on column reckoning.manifest.created_at is 'When it was first published.';
comment on table reckoning.manifest_step is 'The steps of every version, for whoever looks one up.';
comment on column reckoning.manifest_step.manifest_id is 'The manifest.';
comment on column reckoning.manifest_step.version is 'Its version.';
comment on column reckoning.manifest_step.position is 'Place in the author''s list, from 0.';
comment on column reckoning.manifest_step.step_key is 'The author''s name for the step.';
comment on column reckoning.manifest_step.id is 'Derived from manifest, version and key.';
comment on column reckoning.manifest_step.task_id is 'The task it runs; null for a compute step.';
comment on table reckoning.manifest_version is 'Every version of every manifest, immutable.';
comment on column reckoning.manifest_version.manifest_id is 'The manifest.';
comment on column reckoning.manifest_version.version is 'From 1.';
comment on column reckoning.manifest_version.digest is 'SHA-256 of definition.';
comment on column reckoning.manifest_version.definition is 'RFC 8785 bytes with every default filled in.';
comment on column reckoning.manifest_version.created_at is 'When it was published.';
comment on table reckoning.notice_attempt is 'Notices of overdue steps, attempt by attempt. Whoever inserts one sends it.';
comment on column reckoning.notice_attempt.run_id is 'The run.';
comment on column reckoning.notice_attempt.started_seq is 'Entry since which its step waits.';
comment on column reckoning.notice_attempt.attempt is 'From 1.';
comment on column reckoning.notice_attempt.at is 'When it was begun, by the database clock.';
comment on column reckoning.notice_attempt.outcome is 'sending, until it is known what became of it; a process that died leaves it so.';
comment on column reckoning.notice_attempt.detail is 'Status of the answer, or what went wrong.';
comment on table reckoning.operator_key is 'Keys that persons sign with. The private halves were never here.';
comment on column reckoning.operator_key.key_id is 'SHA-256 of the SubjectPublicKeyInfo.';
comment on column reckoning.operator_key.register_id is 'Register that holds the entry of its enrolment.';
comment on column reckoning.operator_key.enrolled_seq is 'That entry. A signature given before it does not count.';
comment on column reckoning.operator_key.enrolled_at is 'When it was enrolled, by the database clock.';
comment on column reckoning.operator_key.subject is 'Whose it is: the name they are let in under.';
comment on column reckoning.operator_key.printed_name is 'How they are named beside a signature.';
comment on column reckoning.operator_key.public_key is 'The public half: ed25519: and 32 bytes in base64url.';
comment on column reckoning.operator_key.replaces is 'The key it took the place of; null for a first one.';
comment on view reckoning.overdue_step is 'Compute steps that wait longer than their contract says.';
comment on column reckoning.overdue_step.run_id is 'The run.';
comment on column reckoning.overdue_step.step_key is 'The step.';
comment on column reckoning.overdue_step.started_seq is 'Entry since which it waits.';
comment on column reckoning.overdue_step.waiting_since is 'When that was.';
comment on column reckoning.overdue_step.due_at is 'When its time was over.';
comment on table reckoning.plan is 'What runs are bound to: manifest version, task versions, model settings and order, stored once.';
comment on column reckoning.plan.digest is 'SHA-256 of body.';
comment on column reckoning.plan.body is 'RFC 8785 bytes (rm-plan/1).';
comment on table reckoning.run is 'Runs as their entries say they stand. A projection, written in the same statement.';
comment on column reckoning.run.run_id is 'UUIDv7.';
comment on column reckoning.run.manifest_id is 'The manifest.';
comment on column reckoning.run.created_at is 'When it was accepted.';
comment on column reckoning.run.started_at is 'When its first step began.';
comment on column reckoning.run.ended_at is 'When it ended.';
comment on column reckoning.run.manifest_version is 'The version it is bound to.';
comment on column reckoning.run.status is 'running, waiting, success, error or cancelled.';
comment on column reckoning.run.initiated_by is 'Who started it.';
comment on column reckoning.run.changed_at is 'Database time of the last change of this row. Never evidence.';
comment on column reckoning.run.plan_digest is 'The plan it is bound to.';
comment on column reckoning.run.waiting_step is 'The compute step it stands at.';
comment on column reckoning.run.error_step is 'The step that failed it.';
comment on column reckoning.run.error_code is 'Why.';
comment on table reckoning.run_head is 'Where each run''s record stands, and who may append to it: fence and lease. A projection.';
comment on column reckoning.run_head.run_id is 'The run.';
comment on column reckoning.run_head.lease_until is 'Until when by the database''s clock; null: nobody holds it.';
comment on column reckoning.run_head.epoch is 'Grows with every taking over.';
comment on column reckoning.run_head.entry_count is 'Number of entries.';
comment on column reckoning.run_head.lease_holder is 'The process that advances it.';
comment on column reckoning.run_head.leaf is 'Leaf hash of the last entry.';
comment on column reckoning.run_head.status is 'As in run.';
comment on column reckoning.run_head.sealed is 'Shortens the search for entries that are not in the log yet; says nothing of its own.';
comment on table reckoning.schema_migration is 'Migrations that were applied.';
comment on column reckoning.schema_migration.version is 'Number of the file.';
comment on column reckoning.schema_migration.name is 'Its name.';
comment on column reckoning.schema_migration.digest is 'SHA-256 of its text, hexadecimal: a file that was edited afterwards is noticed.';
comment on column reckoning.schema_migration.applied_at is 'When.';
comment on table reckoning.step_run is 'Steps of runs as the entries say they stand. A projection, written in the same statement.';
comment on column reckoning.step_run.run_id is 'The run.';
comment on column reckoning.step_run.position is 'Place in the plan, from 0.';
comment on column reckoning.step_run.attempts is 'Number of model calls begun.';
comment on column reckoning.step_run.started_at is 'When its first attempt, or its wait, began.';
comment on column reckoning.step_run.ended_at is 'When it ended.';
comment on column reckoning.step_run.started_seq is 'Entry of the latest attempt''s start, or of the wait.';
comment on column reckoning.step_run.ended_seq is 'Entry of its end.';
comment on column reckoning.step_run.attested_seq is 'Entry of its attestation.';
comment on column reckoning.step_run.step_key is 'The author''s name.';
comment on column reckoning.step_run.status is 'RUNNING, WAITING_FOR_ATTESTATION, SUCCESS, FAIL or SKIPPED.';
comment on column reckoning.step_run.failure_code is 'Why it failed.';
comment on column reckoning.step_run.skipped_because is 'The failed step that caused the skip.';
comment on table reckoning.task is 'Names of tasks. The definitions stand in task_version.';
comment on column reckoning.task.id is 'The task.';
comment on column reckoning.task.name is 'Unique.';
comment on column reckoning.task.current_version is 'The version that new runs are bound to.';
comment on column reckoning.task.created_at is 'When it was first published.';
comment on table reckoning.task_version is 'Every version of every task, immutable.';
comment on column reckoning.task_version.task_id is 'The task.';
comment on column reckoning.task_version.version is 'From 1.';
comment on column reckoning.task_version.digest is 'SHA-256 of definition.';
comment on column reckoning.task_version.definition is 'RFC 8785 bytes with every default filled in.';
comment on column reckoning.task_version.created_at is 'When it was published.';
comment on table reckoning.token is 'API tokens that were ever given out. The secret itself is nowhere; it was shown once.';
comment on column reckoning.token.token_id is 'First part of the token, which is no secret.';
comment on column reckoning.token.register_id is 'Register that holds the entry of its creation.';
comment on column reckoning.token.created_seq is 'That entry.';
comment on column reckoning.token.created_at is 'When it was given out, by the database clock.';
comment on column reckoning.token.expires_at is 'When it stops to let anybody in.';
comment on column reckoning.token.idle_seconds is 'A session of a browser ends after so long without use; null: a token of programs.';
comment on column reckoning.token.subject is 'Whose it is: the name that stands under everything done with it.';
comment on column reckoning.token.roles is 'What it may be used for.';
comment on column reckoning.token.secret_digest is 'SHA-256 of its secret, 256 random bits.';
comment on table reckoning.token_revocation is 'Tokens that let nobody in any more, from the given entry of the register on.';
comment on column reckoning.token_revocation.token_id is 'The token.';
comment on column reckoning.token_revocation.revoked_seq is 'Entry of the register that says so.';
comment on column reckoning.token_revocation.revoked_at is 'When, by the database clock.';
comment on column reckoning.token_revocation.reason is 'Why.';
comment on table reckoning.token_use is 'When sessions were last used, to a minute or so.';
comment on column reckoning.token_use.token_id is 'The session.';
comment on column reckoning.token_use.used_at is 'When, by the database clock.';
comment on table reckoning.upload is 'Files that were handed over. A row is there only when all of its bytes are.';
comment on column reckoning.upload.upload_id is 'Names the file. Its digest does not, since the digest of a file that can be guessed says what is in it.';
comment on column reckoning.upload.sha256 is 'SHA-256 of all its bytes, computed by the server while they came in.';
comment on column reckoning.upload.bytes is 'How many there are.';
comment on column reckoning.upload.uploaded_by is 'Who handed it over.';
comment on column reckoning.upload.credential is 'By which token; null where nobody had to say who they are.';
comment on column reckoning.upload.uploaded_at is 'When the last byte was stored, by the database clock.';
comment on table reckoning.upload_chunk is 'The bytes of uploads, in pieces of 262,144; only the last is shorter.';
comment on column reckoning.upload_chunk.upload_id is 'The upload.';
comment on column reckoning.upload_chunk.n is 'Place of the piece, from 0.';
comment on column reckoning.upload_chunk.content is 'The piece.';

-- Owners and grants

view public.compute_artifacts: owner rm_owner; rm_auditor select
view public.compute_attestations: owner rm_owner; rm_auditor select
view public.dag_runs: owner rm_owner; rm_auditor select
view public.dag_step_runs: owner rm_owner; rm_auditor select
view public.inspect_attempts: owner rm_owner; rm_auditor select
view public.inspect_entries: owner rm_owner; rm_auditor select
view public.inspect_failures: owner rm_owner; rm_auditor select
view public.inspect_resumes: owner rm_owner; rm_auditor select
view public.inspect_seals: owner rm_owner; rm_auditor select
view public.inspect_waiting: owner rm_owner; rm_auditor select
view public.llm_call_artifacts: owner rm_owner; rm_auditor select
view public.manifest_steps: owner rm_owner; rm_auditor select
view public.manifests: owner rm_owner; rm_auditor select
view public.parsed_output_artifacts: owner rm_owner; rm_auditor select
view public.prompt_artifacts: owner rm_owner; rm_auditor select
view public.tasks: owner rm_owner; rm_auditor select
view reckoning.attempt: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
view reckoning.overdue_step: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
view reckoning.planned_step: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.access: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.artifact: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.artifact_other: owner rm_owner
table reckoning.challenge: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.command: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.entry: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.entry_other: owner rm_owner
table reckoning.key_revocation: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.log_checkpoint: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.log_epoch: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.log_leaf: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.log_tile: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.log_tree: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.manifest: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.manifest_step: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.manifest_version: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.notice_attempt: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.operator_key: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.plan: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.run: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.run_head: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.schema_migration: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.step_run: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.task: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.task_version: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.token: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.token_revocation: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.token_use: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.upload: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
table reckoning.upload_chunk: owner rm_owner; rm_app select; rm_auditor select; rm_sealer select
schema reckoning: owner rm_owner; rm_app usage; rm_auditor usage; rm_sealer usage
function reckoning.answer_of(jsonb): owner rm_owner; everybody execute
function reckoning.append(uuid,interval,text,reckoning.created_head[],reckoning.moved_head[],reckoning.created_run[],reckoning.changed_run[],reckoning.new_command[],reckoning.new_entry[],reckoning.new_artifact[],reckoning.step_row[],reckoning.step_row[]): owner rm_owner; rm_app execute
function reckoning.artifact_id(uuid,integer,integer): owner rm_owner; everybody execute
function reckoning.claim_notices(integer,integer): owner rm_owner; rm_app execute
function reckoning.claim_runs(uuid,interval,integer): owner rm_owner; rm_app execute
function reckoning.derived_uuid(text): owner rm_owner; everybody execute
function reckoning.erase_artifact(uuid,integer,smallint,integer): owner rm_owner; rm_app execute
function reckoning.finish_upload(uuid,bytea,bigint,text,text): owner rm_owner; rm_app execute
function reckoning.first_run_id(timestamp with time zone): owner rm_owner; everybody execute
function reckoning.guard(text): owner rm_owner
function reckoning.guard_view(text): owner rm_owner
function reckoning.integer_of(text): owner rm_owner; everybody execute
function reckoning.issue_challenge(bytea,bytea,uuid,text,text,timestamp with time zone): owner rm_owner; rm_app execute
function reckoning.json_of(bytea): owner rm_owner; everybody execute
function reckoning.make_partitions(timestamp with time zone,integer): owner rm_owner; rm_app execute
function reckoning.manifest_step_id(uuid,integer,text): owner rm_owner; everybody execute
function reckoning.note_access(text,text,text,text): owner rm_owner; rm_app execute
function reckoning.open_epoch(integer,text,text,text,bigint,text): owner rm_owner
function reckoning.pending_entries(integer): owner rm_owner; rm_app execute; rm_sealer execute
function reckoning.prompt_of(jsonb): owner rm_owner; everybody execute
function reckoning.publish_checkpoint(text,bigint,text): owner rm_owner; rm_app execute; rm_sealer execute
function reckoning.publish_manifest(uuid,integer,text,bytea,bytea,text[],uuid[],uuid[]): owner rm_owner; rm_app execute
function reckoning.publish_task(uuid,boolean,text,bytea,bytea): owner rm_owner; rm_app execute
function reckoning.put_chunk(uuid,integer,bytea): owner rm_owner; rm_app execute
function reckoning.put_plan(bytea,bytea): owner rm_owner; rm_app execute
function reckoning.refuse_change(): owner rm_owner
function reckoning.refuse_ddl(): owner rm_owner
function reckoning.refuse_removal(): owner rm_owner
function reckoning.register(uuid,integer,bytea,bytea): owner rm_owner; rm_app execute
function reckoning.release_leases(uuid): owner rm_owner; rm_app execute
function reckoning.renew_leases(uuid,interval,uuid[],bigint[]): owner rm_owner; rm_app execute
function reckoning.seal(bigint,uuid[],integer[],bytea,smallint[],bigint[],bytea,bytea,bytea,bytea): owner rm_owner; rm_app execute; rm_sealer execute
function reckoning.settle_notice(uuid,integer,integer,text,text): owner rm_owner; rm_app execute
function reckoning.step_run_id(uuid,text): owner rm_owner; everybody execute
function reckoning.text_of(bytea): owner rm_owner; everybody execute
function reckoning.time_of(text): owner rm_owner; everybody execute
function reckoning.use_token(uuid): owner rm_owner; rm_app execute
function reckoning.version_stamp(uuid): owner rm_owner; rm_app execute
