-- Who started, attested, resumed and cancelled? In the order of the record; names are as they were given.
select started.created_at as at, started.initiated_by as who, 'started' as did, started.id as run_id, null as step_key, null as remark
  from dag_runs started
union all
select attested.attested_at, attested.attested_by, 'attested ' || attested.outcome, attested.dag_run_id, attested.step_key, attested.notes
  from compute_attestations attested
union all
select r.at, r.by_whom, r.action, r.run_id, null, r.reason
  from inspect_resumes r
 order by at, run_id, did;
