-- What failed in the last seven days, by manifest, step and code? `example` is the latest such run.
select manifest_name, step_key, failure_code, count(*) as failures, max(failed_at) as latest,
       (array_agg(run_id order by failed_at desc))[1] as example
  from inspect_failures
 where failed_at > now() - interval '7 days'
 group by manifest_name, step_key, failure_code
 order by failures desc, manifest_name, step_key;
