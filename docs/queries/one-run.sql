-- Everything that happened in one run, entry by entry: psql --set=run_id=…
select seq, at, kind, step_key, attempt, actor_type, actor_id, data, leaf
  from inspect_entries
 where run_id = :'run_id'
 order by seq;
