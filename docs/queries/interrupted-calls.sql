-- Which calls were cut off? Their request is on record and their reply is not: what became of them is unknown, and the
-- provider may have billed them. An attempt after it shows that the task allowed another.
select a.run_id, a.step_key, a.attempt, a.started_at, a.provider, a.model,
       exists (select from inspect_attempts later where later.run_id = a.run_id and later.step_key = a.step_key and later.attempt > a.attempt) as sent_again
  from inspect_attempts a
 where a.outcome = 'interrupted'
 order by a.started_at desc, a.run_id, a.step_key;
