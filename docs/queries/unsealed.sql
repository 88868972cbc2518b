-- Which runs have entries that stand in no signed checkpoint yet? They are chained but not sealed: taking their end away would not show.
-- With a running sealer such a line is seconds old.
select s.run_id, r.status, r.created_at, s.entries, s.sealed, s.pending, s.checkpoint_size
  from inspect_seals s
  join dag_runs r on r.id = s.run_id
 where s.pending > 0 or s.checkpoint_size is null
 order by r.created_at;
