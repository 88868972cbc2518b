-- Which runs that ended well rest on answers of the stub, so on no model at all?
select r.id as run_id, r.manifest_name, r.ended_at, count(*) as stub_answers
  from dag_runs r
  join inspect_attempts a on a.run_id = r.id
 where r.status = 'success' and a.provider = 'stub' and a.outcome = 'succeeded'
 group by 1, 2, 3
 order by r.ended_at desc, run_id;
