-- Which rules refuse how often, and what did they say last?
select f.manifest_name, f.step_key, rule ->> 'rule' as rule, count(*) as refusals,
       (array_agg(rule ->> 'reason' order by f.failed_at desc))[1] as latest_reason
  from inspect_failures f
 cross join lateral jsonb_array_elements(f.execution_policy_report -> 'rules') as rule
 where rule ->> 'verdict' = 'FAIL'
 group by 1, 2, 3
 order by refusals desc, 1, 2, 3;
