-- Why: personal content must be erasable by law, and the record must stay whole without it. An entry of the run says what was
-- erased, on whose request, by whose leave and on what ground; content and salt go in that entry's own transaction. What stays is
-- a commitment that nothing can be guessed from, because the salt is gone.

-- As before, with one door: the function below may take an artifact away, and no other statement.
create or replace function reckoning.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' and tg_table_name like 'artifact%' and coalesce(current_setting('reckoning.erasing', true), '') <> '' then
    if current_setting('reckoning.erasing', true) = format('%s %s.%s', to_jsonb(old) ->> 'run_id', to_jsonb(old) ->> 'seq', to_jsonb(old) ->> 'n') then
      return old;
    end if;
  end if;
  raise exception using errcode = 'RM001', message = format('%s of %I is refused: it is append-only', tg_op, tg_table_name);
end $$;

-- Deletes the one artifact that entry `p_by` of the same run says was erased. Whoever calls it must have written that entry.
create function reckoning.erase_artifact(p_run uuid, p_seq integer, p_n smallint, p_by integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb;
  erased integer;
begin
  select convert_from(body, 'UTF8')::jsonb into said from reckoning.entry where run_id = p_run and seq = p_by;
  if said is null or said ->> 'kind' <> 'artifact.erased' or said #>> '{data,artifact}' <> format('%s.%s', p_seq, p_n) then
    raise exception using errcode = 'RM001', message = format('no entry %s of run %s authorises the erasure of %s.%s', p_by, p_run, p_seq, p_n);
  end if;
  perform set_config('reckoning.erasing', format('%s %s.%s', p_run, p_seq, p_n), true);
  delete from reckoning.artifact where run_id = p_run and seq = p_seq and n = p_n;
  get diagnostics erased = row_count;
  perform set_config('reckoning.erasing', '', true);
  return erased = 1;
end $$;

revoke all on all functions in schema reckoning from public;
