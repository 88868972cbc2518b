-- Why: work that a person was to do within a time and has not done must be seen and said, and never end by itself. What was sent,
-- when, and what became of it is kept, so that two servers send it once, one that died in the middle does not lose it, and a
-- receiver that is away is asked again.

-- Steps that wait longer than their compute contract says. Each plan is taken apart once, however many runs share it.
create view reckoning.overdue_step as
  with waiting as materialized (
    select r.run_id, r.plan_digest, s.step_key, s.started_seq, s.started_at
      from reckoning.run r
      join reckoning.step_run s on s.run_id = r.run_id and s.step_key = r.waiting_step
     where r.status = 'waiting' and s.ended_seq is null
  ), contracts as materialized (
    select p.digest, step ->> 'step_key' as step_key, (step -> 'compute_contract' ->> 'timeout_minutes')::double precision as minutes
      from reckoning.plan p
     cross join lateral jsonb_array_elements(convert_from(p.body, 'UTF8')::jsonb -> 'steps') as step
     where p.digest in (select plan_digest from waiting)
  )
  select w.run_id, w.step_key, w.started_seq, w.started_at as waiting_since, w.started_at + c.minutes * interval '1 minute' as due_at
    from waiting w
    join contracts c on c.digest = w.plan_digest and c.step_key = w.step_key
   where w.started_at + c.minutes * interval '1 minute' < clock_timestamp();
comment on view reckoning.overdue_step is 'Compute steps that wait longer than their contract says.';
comment on column reckoning.overdue_step.run_id is 'The run.';
comment on column reckoning.overdue_step.step_key is 'The step.';
comment on column reckoning.overdue_step.started_seq is 'Entry since which it waits.';
comment on column reckoning.overdue_step.waiting_since is 'When that was.';
comment on column reckoning.overdue_step.due_at is 'When its time was over.';

create table reckoning.notice_attempt (
  run_id uuid not null,
  started_seq integer not null,
  attempt integer not null check (attempt > 0),
  at timestamptz not null default clock_timestamp(),
  outcome text not null default 'sending' check (outcome in ('sending', 'delivered', 'failed')),
  detail text,
  primary key (run_id, started_seq, attempt)
);
comment on table reckoning.notice_attempt is 'Notices of overdue steps, attempt by attempt. Whoever inserts one sends it.';
comment on column reckoning.notice_attempt.run_id is 'The run.';
comment on column reckoning.notice_attempt.started_seq is 'Entry since which its step waits.';
comment on column reckoning.notice_attempt.attempt is 'From 1.';
comment on column reckoning.notice_attempt.at is 'When it was begun, by the database clock.';
comment on column reckoning.notice_attempt.outcome is 'sending, until it is known what became of it; a process that died leaves it so.';
comment on column reckoning.notice_attempt.detail is 'Status of the answer, or what went wrong.';

create trigger never_removed before delete or truncate on reckoning.notice_attempt
  for each statement execute function reckoning.refuse_removal();
alter table reckoning.notice_attempt enable always trigger never_removed;

-- Takes up to `p_limit` notices that are due, each for this caller alone. After a failure the pause doubles from a quarter of a
-- minute to an hour; after `p_attempts` no more are made. An attempt of which nothing was heard for two minutes is made again.
create function reckoning.claim_notices(p_limit integer, p_attempts integer)
returns table (run_id uuid, step_key text, started_seq integer, attempt integer, waiting_us bigint, due_us bigint)
language sql security definer set search_path = pg_catalog, pg_temp as $$
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
$$;

create function reckoning.settle_notice(p_run uuid, p_seq integer, p_attempt integer, p_outcome text, p_detail text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update reckoning.notice_attempt
     set outcome = p_outcome, detail = p_detail
   where run_id = p_run and started_seq = p_seq and attempt = p_attempt
$$;

revoke all on all functions in schema reckoning from public;
