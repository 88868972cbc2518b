-- Why: most of the bytes are prompts, replies and entries, and pglz costs several times the processor time of lz4 on both
-- ways (SPEC 8). A PostgreSQL that was built without lz4 keeps pglz. Values that are there keep the form they were written in.

do $$
declare
  name text;
  part regclass;
begin
  if not (select 'lz4' = any (enumvals) from pg_settings where pg_settings.name = 'default_toast_compression') then return; end if;
  foreach name in array array['task_version.definition', 'manifest_version.definition', 'plan.body', 'entry.body', 'artifact.content'] loop
    -- Later partitions take it from their parent; those that exist are told themselves.
    for part in
      select format('reckoning.%I', split_part(name, '.', 1))::regclass
       union
      select inhrelid from pg_inherits where inhparent = format('reckoning.%I', split_part(name, '.', 1))::regclass
    loop
      execute format('alter table %s alter column %I set compression lz4', part, split_part(name, '.', 2));
    end loop;
  end loop;
end $$;
