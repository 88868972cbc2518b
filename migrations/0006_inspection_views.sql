-- Why: the first way to look at the machine is SQL. The record is bytes, because bytes are what was hashed; these views show it as
-- rows and documents, under the names that users of the Python original know, and `inspect_*` for what it did not have.
--
-- They are public interface. Each is read-only. A document that jsonb cannot hold (a NUL, a lone surrogate, a number beyond a double,
-- bytes that are not UTF-8) is null in its json column and stands as bytes beside it; it never makes a view fail.
--
-- What views are filtered by and stays fast: dag_run_id and run_id everywhere, step_run_id and the ids of tasks, manifests, runs and
-- steps. `run_id >= reckoning.first_run_id('2026-11-01 UTC')` reads only what was recorded since then.

-- ---------------------------------------------------------------------------------------------------- reading what was stored

-- A document, or null where jsonb cannot hold it.
-- jsonb would write 1e100000 out in full: eight bytes of a reply would become a hundred thousand characters. A number whose exponent
-- leaves the range of doubles is no JSON that the machine accepts, so such a document is not shown as one. What only looks like
-- such a number because it stands in a string is looked at again without strings.
-- Parallel unsafe on purpose: a block with an exception clause is a subtransaction, which parallel workers cannot start.
create function reckoning.json_of(content bytea) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
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
end $$;

create function reckoning.text_of(content bytea) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return convert_from(content, 'UTF8');
exception when data_exception then
  return null;
end $$;

create function reckoning.time_of(written text) returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return written::timestamptz;
exception when data_exception then
  return null;
end $$;

create function reckoning.integer_of(written text) returns bigint language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return written::bigint;
exception when data_exception then
  return null;
end $$;

-- A version 8 UUID (RFC 9562 section 5.8) from the first 128 bits of SHA-256: the same as src/ledger/derived-id.ts. Written so that it
-- can be inlined into an index; a cast reads a backslash as an escape, so each is doubled.
create function reckoning.derived_uuid(seed text) returns uuid language sql immutable strict parallel safe
return encode(set_byte(set_byte(substring(sha256(replace(seed, '\', '\\')::bytea) for 16),
                                6, get_byte(sha256(replace(seed, '\', '\\')::bytea), 6) & 15 | 128),
                       8, get_byte(sha256(replace(seed, '\', '\\')::bytea), 8) & 63 | 128), 'hex')::uuid;

create function reckoning.step_run_id(run uuid, step_key text) returns uuid language sql immutable strict parallel safe
return reckoning.derived_uuid('rm-step-run/1' || E'\n' || run::text || E'\n' || step_key);

create function reckoning.manifest_step_id(manifest uuid, version integer, step_key text) returns uuid language sql immutable strict parallel safe
return reckoning.derived_uuid('rm-manifest-step/1' || E'\n' || manifest::text || E'\n' || version::text || E'\n' || step_key);

-- Where a step run is found by its id alone, as users of the original look for it.
create index step_run_by_id on reckoning.step_run (reckoning.step_run_id(run_id, step_key));

-- The name of an artifact: its path below /api/runs/ without the word between.
create function reckoning.artifact_id(run uuid, seq integer, n integer) returns text language sql immutable strict parallel safe
return run::text || '/' || seq::text || '.' || n::text;

-- The prompt stands inside the request that was sent (docs/adr/0009): OpenAI and Anthropic have messages, the stub a prompt.
create function reckoning.prompt_of(request jsonb) returns text language sql immutable parallel safe
return coalesce(request #>> '{messages,0,content}', request ->> 'prompt');

-- The text of a reply: OpenAI's first choice, Anthropic's text blocks in order, the stub's text.
create function reckoning.answer_of(reply jsonb) returns text language sql immutable parallel safe
return coalesce(reply #>> '{choices,0,message,content}',
                (select string_agg(block ->> 'text', '' order by place)
                   from jsonb_array_elements(case jsonb_typeof(reply -> 'content') when 'array' then reply -> 'content' end)
                        with ordinality as blocks (block, place)
                  where block ->> 'type' = 'text'),
                reply ->> 'text');

-- ---------------------------------------------------------------------------------------------------- under the views

-- Every attempt: the request that started it, the entry that ended it, and what the two say.
create view reckoning.attempt as
select request.run_id, request.seq as started_seq, request.content as request,
       started.body ->> 'step' as step_key,
       reckoning.integer_of(started.body ->> 'attempt')::integer as attempt,
       reckoning.time_of(started.body ->> 'at') as started_at,
       started.body -> 'data' as started,
       ended.seq as ended_seq, ended.body ->> 'kind' as ended_kind,
       reckoning.time_of(ended.body ->> 'at') as ended_at,
       coalesce(ended.body -> 'data', '{}') as ended
  from reckoning.artifact request
  left join lateral (
         select reckoning.json_of(e.body) as body from reckoning.entry e where e.run_id = request.run_id and e.seq = request.seq offset 0
       ) started on true
  left join lateral (
         select later.seq, later.body
           from (select e.seq, reckoning.json_of(e.body) as body from reckoning.entry e
                  where e.run_id = request.run_id and e.seq > request.seq order by e.seq offset 0) later
          where later.body ->> 'step' = started.body ->> 'step'
            -- A step that was cancelled in its call ends without naming the attempt.
            and (later.body ->> 'attempt' = started.body ->> 'attempt' or later.body ->> 'kind' = 'step.failed' and later.body ->> 'attempt' is null)
          limit 1
       ) ended on true
 where request.role = 'request';

-- The steps of plans, as documents, by the digest that a run names.
create view reckoning.planned_step as
select p.digest, step ->> 'step_key' as step_key, step
  from reckoning.plan p,
       lateral (select reckoning.json_of(p.body) as body offset 0) plan,
       lateral jsonb_array_elements(case jsonb_typeof(plan.body -> 'steps') when 'array' then plan.body -> 'steps' end) as step;

-- ---------------------------------------------------------------------------------------------------- as the original had them

create view public.tasks as
select t.id, t.name, d.document ->> 'description' as description, d.document ->> 'prompt_template' as prompt_template,
       d.document -> 'extract_schema' as extract_schema, t.created_at, v.created_at as updated_at,
       v.version, encode(v.digest, 'hex') as digest, d.document -> 'policy' as policy, d.document -> 'model' as model,
       nullif(d.document -> 'retry', 'null') as retry, d.document ->> 'on_interrupt' as on_interrupt,
       reckoning.integer_of(d.document ->> 'timeout_seconds')::integer as timeout_seconds, v.definition as definition_bytes
  from reckoning.task t
  join reckoning.task_version v on v.task_id = t.id and v.version = t.current_version,
       lateral (select reckoning.json_of(v.definition) as document offset 0) d;

create view public.manifests as
select m.id, m.name, d.document ->> 'description' as description, m.created_at, v.created_at as updated_at,
       v.version, encode(v.digest, 'hex') as digest, nullif(d.document -> 'params_schema', 'null') as params_schema,
       reckoning.integer_of(d.document ->> 'max_parallel')::integer as max_parallel, v.definition as definition_bytes
  from reckoning.manifest m
  join reckoning.manifest_version v on v.manifest_id = m.id and v.version = m.current_version,
       lateral (select reckoning.json_of(v.definition) as document offset 0) d;

create view public.manifest_steps as
select s.id, s.manifest_id, s.step_key, s.task_id, d.step -> 'depends_on' as depends_on, d.step -> 'chaining' as chaining,
       d.step -> 'config' as config, reckoning.integer_of(d.step ->> 'order_index')::integer as order_index, d.step ->> 'step_type' as step_type,
       d.step -> 'compute_contract' as compute_contract, s.version as manifest_version, s.position
  from reckoning.manifest m
  join reckoning.manifest_step s on s.manifest_id = m.id and s.version = m.current_version
  join reckoning.manifest_version v on v.manifest_id = s.manifest_id and v.version = s.version,
       lateral (select reckoning.json_of(v.definition) -> 'steps' -> s.position as step offset 0) d;

create view public.dag_runs as
select r.run_id as id, r.manifest_id, r.status, r.created_at, r.started_at, r.ended_at, r.initiated_by,
       (select reckoning.json_of(a.content) from reckoning.artifact a where a.run_id = r.run_id and a.seq = 0 and a.n = 0) as run_params,
       r.manifest_version, (select m.name from reckoning.manifest m where m.id = r.manifest_id) as manifest_name,
       encode(r.plan_digest, 'hex') as plan_digest, r.waiting_step, r.error_step, r.error_code,
       (select h.entry_count from reckoning.run_head h where h.run_id = r.run_id) as entry_count,
       (select encode(h.leaf, 'hex') from reckoning.run_head h where h.run_id = r.run_id) as leaf
  from reckoning.run r;

create view public.dag_step_runs as
select reckoning.step_run_id(s.run_id, s.step_key) as id, s.run_id as dag_run_id, ms.id as manifest_step_id, s.status, s.started_at, s.ended_at,
       (select encode(sha256(a.content), 'hex') from reckoning.artifact a
         where a.run_id = s.run_id and a.seq = s.started_seq and a.role = 'request') as input_hash,
       (select reckoning.json_of(a.content) #>> '{error,code}' || ': ' || (reckoning.json_of(a.content) #>> '{error,detail}')
          from reckoning.artifact a where a.run_id = s.run_id and a.seq = s.ended_seq and a.role = 'outcome') as error,
       (select nullif(reckoning.json_of(a.content) -> 'decision_rationale', 'null')
          from reckoning.artifact a where a.run_id = s.run_id and a.seq = s.ended_seq and a.role = 'outcome') as decision_rationale,
       (select nullif(reckoning.json_of(a.content) -> 'execution_policy_report', 'null')
          from reckoning.artifact a where a.run_id = s.run_id and a.seq = s.ended_seq and a.role = 'outcome') as execution_policy_report,
       (select nullif(reckoning.json_of(a.content) -> 'canonical_output', 'null')
          from reckoning.artifact a where a.run_id = s.run_id and a.seq = s.ended_seq and a.role = 'outcome') as canonical_output,
       s.step_key, s.position, s.attempts, s.failure_code, s.skipped_because, s.started_seq, s.ended_seq, s.attested_seq,
       (select a.content from reckoning.artifact a
         where a.run_id = s.run_id and a.seq = s.ended_seq and a.role = 'outcome') as outcome_bytes
  from reckoning.step_run s
  left join reckoning.run r on r.run_id = s.run_id
  left join reckoning.manifest_step ms on ms.manifest_id = r.manifest_id and ms.version = r.manifest_version and ms.step_key = s.step_key;

create view public.prompt_artifacts as
select reckoning.artifact_id(a.run_id, a.started_seq, 0) as id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id,
       reckoning.prompt_of(reckoning.json_of(a.request)) as rendered_prompt,
       (select jsonb_build_object(
                 'params', (select reckoning.json_of(p.content) from reckoning.artifact p where p.run_id = a.run_id and p.seq = 0 and p.n = 0),
                 'config', ps.step -> 'config',
                 'upstream', coalesce((select jsonb_object_agg(u.step_key, reckoning.json_of(o.content) -> 'canonical_output')
                                         from reckoning.step_run u
                                         join reckoning.artifact o on o.run_id = u.run_id and o.seq = u.ended_seq and o.role = 'outcome'
                                        where u.run_id = a.run_id and ps.step -> 'depends_on' ? u.step_key), '{}'))
          from reckoning.run r
          join reckoning.planned_step ps on ps.digest = r.plan_digest
         where r.run_id = a.run_id and ps.step_key = a.step_key) as context,
       (char_length(reckoning.prompt_of(reckoning.json_of(a.request))) + 3) / 4 as token_estimate,
       a.run_id as dag_run_id, a.step_key, a.attempt, a.started_at as created_at, a.request as request_bytes
  from reckoning.attempt a
  left join reckoning.step_run s on s.run_id = a.run_id and s.step_key = a.step_key;

create view public.llm_call_artifacts as
select reckoning.artifact_id(a.run_id, a.started_seq, 0) as id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id,
       a.started ->> 'provider' as provider, a.started ->> 'model' as model, reckoning.json_of(a.request) as request_json,
       (select reckoning.json_of(reply.content) from reckoning.artifact reply
         where reply.run_id = a.run_id and reply.seq = a.ended_seq and reply.role = 'reply') as response_json,
       reckoning.integer_of(a.ended ->> 'latency_ms') as latency_ms,
       a.run_id as dag_run_id, a.step_key, a.attempt, a.started_at, a.ended_at, a.ended ->> 'model' as model_replied,
       reckoning.integer_of(a.ended ->> 'provider_status')::integer as reply_status,
       reckoning.integer_of(a.ended #>> '{usage,input_tokens}') as input_tokens,
       reckoning.integer_of(a.ended #>> '{usage,output_tokens}') as output_tokens,
       a.request as request_bytes,
       (select reply.content from reckoning.artifact reply
         where reply.run_id = a.run_id and reply.seq = a.ended_seq and reply.role = 'reply') as response_bytes
  from reckoning.attempt a
  left join reckoning.step_run s on s.run_id = a.run_id and s.step_key = a.step_key;

create view public.parsed_output_artifacts as
select reckoning.artifact_id(a.run_id, a.ended_seq, reply.n) as id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id,
       answer.text as output_text,
       reckoning.json_of(convert_to(answer.text, 'UTF8')) -> 'output_json' as output_json,
       (select jsonb_build_object('error', reckoning.json_of(o.content) -> 'error',
                                  'execution_policy_report', reckoning.json_of(o.content) -> 'execution_policy_report')
          from reckoning.artifact o where o.run_id = a.run_id and o.seq = a.ended_seq and o.role = 'outcome') as extraction_report,
       a.run_id as dag_run_id, a.step_key, a.attempt, a.ended_at as created_at, reply.content as response_bytes
  from reckoning.attempt a
  join reckoning.artifact reply on reply.run_id = a.run_id and reply.seq = a.ended_seq and reply.role = 'reply'
  left join reckoning.step_run s on s.run_id = a.run_id and s.step_key = a.step_key,
       lateral (select reckoning.answer_of(reckoning.json_of(reply.content)) as text offset 0) answer;

create view public.compute_attestations as
select reckoning.artifact_id(s.run_id, s.attested_seq, 0) as id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id,
       said.document ->> 'attested_by' as attested_by, reckoning.time_of(e.body ->> 'at') as attested_at,
       said.document ->> 'outcome' as outcome, said.document ->> 'notes' as notes,
       (select ps.step -> 'compute_contract' from reckoning.run r join reckoning.planned_step ps on ps.digest = r.plan_digest
         where r.run_id = s.run_id and ps.step_key = s.step_key) as contract_snapshot,
       s.run_id as dag_run_id, s.step_key, nullif(said.document -> 'output', 'null') as output, e.body #>> '{actor,cred}' as credential,
       a.content as attestation_bytes
  from reckoning.step_run s
  join reckoning.artifact a on a.run_id = s.run_id and a.seq = s.attested_seq and a.role = 'attestation'
  left join lateral (
         select reckoning.json_of(e.body) as body from reckoning.entry e where e.run_id = s.run_id and e.seq = s.attested_seq offset 0
       ) e on true,
       lateral (select reckoning.json_of(a.content) as document offset 0) said
 where s.attested_seq is not null;

create view public.compute_artifacts as
select c.id || '/' || (item.place - 1)::text as id, c.id as attestation_id, item.artifact ->> 'name' as name, item.artifact ->> 'uri' as uri,
       item.artifact ->> 'sha256' as sha256, reckoning.integer_of(item.artifact ->> 'bytes') as bytes, c.attested_at as created_at,
       c.dag_run_id, c.step_run_id, c.step_key, c.attested_by
  from public.compute_attestations c,
       lateral (select reckoning.json_of(c.attestation_bytes) -> 'artifacts' as list offset 0) named,
       lateral jsonb_array_elements(case jsonb_typeof(named.list) when 'array' then named.list end) with ordinality as item (artifact, place);

-- ---------------------------------------------------------------------------------------------------- what the original did not have

create view public.inspect_entries as
select e.run_id, e.seq, d.body ->> 'kind' as kind, d.body ->> 'step' as step_key, reckoning.integer_of(d.body ->> 'attempt')::integer as attempt,
       reckoning.time_of(d.body ->> 'at') as at, d.body #>> '{actor,type}' as actor_type, d.body #>> '{actor,id}' as actor_id,
       d.body #>> '{actor,cred}' as credential, d.body ->> 'cmd' as command_id, reckoning.integer_of(d.body ->> 'epoch') as epoch,
       d.body -> 'data' as data, d.body -> 'refs' as refs, d.body ->> 'prev' as prev, encode(e.leaf, 'hex') as leaf, d.body, e.body as body_bytes
  from reckoning.entry e,
       lateral (select reckoning.json_of(e.body) as body offset 0) d;

create view public.inspect_attempts as
select a.run_id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id, a.step_key, a.attempt, a.started_at, a.ended_at,
       case
         when a.ended_kind is null then 'running'
         when a.ended_kind = 'step.succeeded' then 'succeeded'
         when a.ended_kind = 'step.interrupted' then 'interrupted'
         else 'failed'
       end as outcome,
       a.ended ->> 'code' as failure_code,
       (select reckoning.json_of(o.content) #>> '{error,detail}' from reckoning.artifact o
         where o.run_id = a.run_id and o.seq = a.ended_seq and o.role = 'outcome') as failure_detail,
       a.started ->> 'provider' as provider, a.started ->> 'model' as model, a.ended ->> 'model' as model_replied,
       reckoning.integer_of(a.ended ->> 'provider_status')::integer as reply_status,
       reckoning.integer_of(a.ended ->> 'latency_ms') as latency_ms,
       reckoning.integer_of(a.ended #>> '{usage,input_tokens}') as input_tokens,
       reckoning.integer_of(a.ended #>> '{usage,output_tokens}') as output_tokens,
       reckoning.integer_of(a.ended ->> 'retry_in_ms') as retry_in_ms,
       reckoning.artifact_id(a.run_id, a.started_seq, 0) as request_artifact,
       (select reckoning.artifact_id(r.run_id, r.seq, r.n) from reckoning.artifact r
         where r.run_id = a.run_id and r.seq = a.ended_seq and r.role = 'reply') as reply_artifact
  from reckoning.attempt a
  left join reckoning.step_run s on s.run_id = a.run_id and s.step_key = a.step_key;

create view public.inspect_waiting as
select r.run_id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id, r.waiting_step as step_key,
       (select m.name from reckoning.manifest m where m.id = r.manifest_id) as manifest_name, r.initiated_by,
       s.started_at as waiting_since, statement_timestamp() - s.started_at as waiting_for, s.attested_seq is not null as attested,
       c.contract as compute_contract,
       s.started_at + make_interval(mins => c.minutes) as due_at,
       coalesce(s.attested_seq is null and s.started_at + make_interval(mins => c.minutes) < statement_timestamp(), false) as overdue
  from reckoning.run r
  left join reckoning.step_run s on s.run_id = r.run_id and s.step_key = r.waiting_step
  left join lateral (
         select ps.step -> 'compute_contract' as contract, reckoning.integer_of(ps.step #>> '{compute_contract,timeout_minutes}')::integer as minutes
           from reckoning.planned_step ps where ps.digest = r.plan_digest and ps.step_key = r.waiting_step offset 0
       ) c on true
 where r.status = 'waiting';

create view public.inspect_failures as
select r.run_id, reckoning.step_run_id(s.run_id, s.step_key) as step_run_id, s.step_key, s.failure_code,
       (select reckoning.json_of(o.content) #>> '{error,detail}' from reckoning.artifact o
         where o.run_id = s.run_id and o.seq = s.ended_seq and o.role = 'outcome') as failure_detail,
       (select nullif(reckoning.json_of(o.content) -> 'execution_policy_report', 'null') from reckoning.artifact o
         where o.run_id = s.run_id and o.seq = s.ended_seq and o.role = 'outcome') as execution_policy_report,
       s.attempts, s.ended_at as failed_at, r.manifest_id, r.manifest_version,
       (select m.name from reckoning.manifest m where m.id = r.manifest_id) as manifest_name, r.initiated_by, r.status as run_status,
       (select count(*) from reckoning.step_run k where k.run_id = s.run_id and k.status = 'SKIPPED') as steps_skipped
  from reckoning.run r
  join reckoning.step_run s on s.run_id = r.run_id and s.status = 'FAIL'
 where r.status in ('error', 'cancelled');

-- The bytes are looked through before any is parsed: the kind of an entry stands in its canonical form exactly so.
create view public.inspect_resumes as
select e.run_id, e.seq, case d.body ->> 'kind' when 'run.resumed' then 'resumed' else 'cancelled' end as action,
       coalesce(d.body #>> '{data,resumed_by}', d.body #>> '{data,cancelled_by}') as by_whom,
       reckoning.time_of(d.body ->> 'at') as at,
       (select reckoning.text_of(a.content) from reckoning.artifact a
         where a.run_id = e.run_id and a.seq = e.seq and a.role = 'reason') as reason,
       d.body #>> '{actor,cred}' as credential, d.body ->> 'cmd' as command_id
  from (select x.run_id, x.seq, x.body from reckoning.entry x
         where position('"kind":"run.resumed"'::bytea in x.body) > 0 or position('"kind":"run.cancelled"'::bytea in x.body) > 0) e,
       lateral (select reckoning.json_of(e.body) as body offset 0) d
 where d.body ->> 'kind' in ('run.resumed', 'run.cancelled');

create view public.inspect_seals as
select h.run_id, h.entry_count as entries, l.sealed, h.entry_count - l.sealed as pending, l.last_index,
       c.size as checkpoint_size, c.origin as checkpoint_origin, c.published_at
  from reckoning.run_head h
 cross join lateral (select count(*)::integer as sealed, max(idx) as last_index from reckoning.log_leaf where run_id = h.run_id) l
  left join lateral (
         select k.size, k.origin, k.published_at from reckoning.log_checkpoint k where k.size > l.last_index order by k.published_at, k.size limit 1
       ) c on true;

-- ---------------------------------------------------------------------------------------------------- nobody writes through them

create function reckoning.guard_view(name text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create trigger read_only before insert or update or delete on public.%I for each statement execute function reckoning.refuse_change()', name);
  -- A view that no row trigger serves is refused by PostgreSQL in words of its own before the statement's trigger is asked.
  execute format('create trigger read_only_rows instead of insert or update or delete on public.%I for each row execute function reckoning.refuse_change()', name);
end $$;

select reckoning.guard_view(name)
  from unnest(array['tasks', 'manifests', 'manifest_steps', 'dag_runs', 'dag_step_runs', 'prompt_artifacts', 'llm_call_artifacts',
                    'parsed_output_artifacts', 'compute_attestations', 'compute_artifacts', 'inspect_entries', 'inspect_attempts',
                    'inspect_waiting', 'inspect_failures', 'inspect_resumes', 'inspect_seals']) as t (name);

-- ---------------------------------------------------------------------------------------------------- what it all means

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

comment on table reckoning.manifest is 'Names of manifests. The definitions stand in manifest_version.';
comment on column reckoning.manifest.id is 'The manifest.';
comment on column reckoning.manifest.name is 'Unique.';
comment on column reckoning.manifest.current_version is 'The version that new runs are bound to.';
comment on column reckoning.manifest.created_at is 'When it was first published.';

comment on table reckoning.manifest_version is 'Every version of every manifest, immutable.';
comment on column reckoning.manifest_version.manifest_id is 'The manifest.';
comment on column reckoning.manifest_version.version is 'From 1.';
comment on column reckoning.manifest_version.digest is 'SHA-256 of definition.';
comment on column reckoning.manifest_version.definition is 'RFC 8785 bytes with every default filled in.';
comment on column reckoning.manifest_version.created_at is 'When it was published.';

comment on table reckoning.manifest_step is 'The steps of every version, for whoever looks one up.';
comment on column reckoning.manifest_step.manifest_id is 'The manifest.';
comment on column reckoning.manifest_step.version is 'Its version.';
comment on column reckoning.manifest_step.position is 'Place in the author''s list, from 0.';
comment on column reckoning.manifest_step.step_key is 'The author''s name for the step.';
comment on column reckoning.manifest_step.id is 'Derived from manifest, version and key.';
comment on column reckoning.manifest_step.task_id is 'The task it runs; null for a compute step.';

comment on table reckoning.plan is 'What runs are bound to: manifest version, task versions, model settings and order, stored once.';
comment on column reckoning.plan.digest is 'SHA-256 of body.';
comment on column reckoning.plan.body is 'RFC 8785 bytes (rm-plan/1).';

comment on table reckoning.run_head is 'Where each run''s record stands, and who may append to it: fence and lease. A projection.';
comment on column reckoning.run_head.run_id is 'The run.';
comment on column reckoning.run_head.lease_until is 'Until when by the database''s clock; null: nobody holds it.';
comment on column reckoning.run_head.epoch is 'Grows with every taking over.';
comment on column reckoning.run_head.entry_count is 'Number of entries.';
comment on column reckoning.run_head.lease_holder is 'The process that advances it.';
comment on column reckoning.run_head.leaf is 'Leaf hash of the last entry.';
comment on column reckoning.run_head.status is 'As in run.';
comment on column reckoning.run_head.sealed is 'Shortens the search for entries that are not in the log yet; says nothing of its own.';

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

comment on table reckoning.entry is 'The ledger: the truth that everything else is derived from. Format rm-entry/1.';
comment on column reckoning.entry.run_id is 'The run.';
comment on column reckoning.entry.seq is 'Place in the run, from 0, without gaps.';
comment on column reckoning.entry.leaf is 'SHA-256(0x00 || body), RFC 6962: the link of the chain.';
comment on column reckoning.entry.body is 'RFC 8785 bytes.';

comment on table reckoning.artifact is 'Bytes that entries refer to by a salted commitment: everything large or possibly personal.';
comment on column reckoning.artifact.run_id is 'The run.';
comment on column reckoning.artifact.seq is 'The entry that refers to it.';
comment on column reckoning.artifact.n is 'Place among the references of that entry, from 0.';
comment on column reckoning.artifact.role is 'params, request, reply, outcome, attestation or reason.';
comment on column reckoning.artifact.media_type is 'As the entry says.';
comment on column reckoning.artifact.salt is '32 random bytes: the key of the commitment.';
comment on column reckoning.artifact.content is 'The bytes.';

comment on table reckoning.command is 'Commands of clients that were carried out, so that repeating one has no second effect.';
comment on column reckoning.command.command_id is 'Derived from the client''s idempotency key.';
comment on column reckoning.command.run_id is 'The run it was carried out on.';
comment on column reckoning.command.payload is 'SHA-256 of the canonical request.';

comment on table reckoning.schema_migration is 'Migrations that were applied.';
comment on column reckoning.schema_migration.version is 'Number of the file.';
comment on column reckoning.schema_migration.name is 'Its name.';
comment on column reckoning.schema_migration.digest is 'SHA-256 of its text, hexadecimal: a file that was edited afterwards is noticed.';
comment on column reckoning.schema_migration.applied_at is 'When.';

comment on column reckoning.log_leaf.run_id is 'The run of the entry.';
comment on column reckoning.log_leaf.seq is 'Its place in that run.';
comment on column reckoning.log_tile.level is '0 holds leaves; 256 tiles of a level make one of the next.';
comment on column reckoning.log_tile.n is 'Place within the level, from 0.';
comment on column reckoning.log_tile.hashes is '256 hashes of 32 bytes each.';
comment on column reckoning.log_tree.size is 'Number of leaves.';
comment on column reckoning.log_tree.sealed_at is 'Database time of the sealing.';
comment on column reckoning.log_checkpoint.origin is 'Name of the log.';
comment on column reckoning.log_checkpoint.size is 'Number of leaves that it signs for.';
comment on column reckoning.log_checkpoint.note is 'The signed note (C2SP signed-note).';
comment on column reckoning.log_checkpoint.published_at is 'Database time of the publication.';
comment on column reckoning.log_epoch.epoch is 'Number of the origin; the first has no row.';
comment on column reckoning.log_epoch.origin is 'Name of the log from then on.';
comment on column reckoning.log_epoch.opened_at is 'Database time.';
comment on column reckoning.log_epoch.accepted_by is 'Who accepted the loss.';
comment on column reckoning.log_epoch.reason is 'Why, in their words.';
