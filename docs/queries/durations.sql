-- How long do steps take, by manifest and step, in the last seven days? Compute steps count the time people took.
select r.manifest_name, s.step_key, count(*) as ended,
       percentile_cont(0.5) within group (order by s.ended_at - s.started_at) as median,
       percentile_cont(0.95) within group (order by s.ended_at - s.started_at) as slow,
       max(s.ended_at - s.started_at) as slowest
  from dag_step_runs s
  join dag_runs r on r.id = s.dag_run_id
 where s.dag_run_id >= reckoning.first_run_id(now() - interval '7 days')
   and s.started_at is not null and s.ended_at is not null
 group by 1, 2
 order by slow desc, 1, 2;
