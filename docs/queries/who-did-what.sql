-- Who started, attested, resumed and cancelled? In the order of the record; names are as they were given.
select started.created_at as at, started.initiated_by as who, 'started' as did, started.id as run_id, null as step_key, null as remark
  from dag_runs started
union all
select attested.attested_at, attested.attested_by, 'attested ' || attested.outcome, s.dag_run_id, p.step_key, attested.notes
  from compute_attestations attested
  join dag_step_runs s on s.id = attested.step_run_id
  left join inspect_entries p on p.run_id = s.dag_run_id and p.kind = 'attestation.submitted' and p.at = attested.attested_at
union all
select r.at, r.by_whom, r.action, r.run_id, null, r.reason
  from inspect_resumes r
 order by at, run_id, did;
