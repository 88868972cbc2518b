-- Who may do what. Not a migration: roles belong to the whole cluster, may have been made for another database of it, and may
-- come later or from somebody else. So `reckon migrate` runs this after the migrations, every time; what stands here is then
-- what holds, and each part that the login may not do is left with a notice.
--
--   rm_owner    owns everything; nobody logs in as it, migrations run as a member of it
--   rm_app      serves: reads the tables, writes through the functions named below
--   rm_sealer   seals the log and nothing else, for a sealer that runs alone (rm_app may seal too, so that `reckon serve` can)
--   rm_auditor  reads the tables and the views
--
-- A login is made by an operator: `create role NAME login in role rm_app` (RUNBOOK.md, Roles).

do $$
declare
  name text;
begin
  foreach name in array array['rm_owner', 'rm_app', 'rm_sealer', 'rm_auditor'] loop
    continue when to_regrole(name) is not null;
    if not (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then
      raise warning 'the role % is missing and % may not create roles', name, current_user;
      continue;
    end if;
    begin
      execute format('create role %I nologin', name);
    exception when duplicate_object or unique_violation then
      -- Another database of this cluster is being migrated at the same moment.
      raise warning 'the role % was just made by somebody else', name;
    end;
  end loop;
end $$;

-- Nothing is for everybody but what views call, because their functions run with the rights of whoever reads the view.
revoke all on schema reckoning from public;
revoke all on all functions in schema reckoning from public;
grant execute on function
  reckoning.json_of(bytea), reckoning.text_of(bytea), reckoning.time_of(text), reckoning.integer_of(text),
  reckoning.derived_uuid(text), reckoning.step_run_id(uuid, text),
  reckoning.manifest_step_id(uuid, integer, text), reckoning.artifact_id(uuid, integer, integer), reckoning.prompt_of(jsonb),
  reckoning.answer_of(jsonb), reckoning.first_run_id(timestamptz)
to public;

-- Everything belongs to rm_owner, so that the functions of the writer run with its rights and no login owns a table.
do $$
declare
  statement text;
begin
  if to_regrole('rm_owner') is null then return; end if;
  if not (select rolsuper from pg_roles where rolname = current_user) and not pg_has_role(current_user, 'rm_owner', 'usage') then
    execute format('grant rm_owner to %I', current_user);
  end if;
  if not has_schema_privilege('rm_owner', 'public', 'create') then
    grant create on schema public to rm_owner;
  end if;
  for statement in
    select format('alter schema %I owner to rm_owner', nspname) from pg_namespace
     where nspname = 'reckoning' and nspowner <> to_regrole('rm_owner')
    union all
    select format('alter %s %s owner to rm_owner', case relkind when 'v' then 'view' else 'table' end, oid::regclass) from pg_class c
     where relowner <> to_regrole('rm_owner')
       and (relnamespace = to_regnamespace('reckoning') and relkind in ('r', 'p', 'v')
            or relkind = 'v' and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = to_regproc('reckoning.refuse_change')))
    union all
    select format('alter type %s owner to rm_owner', t.oid::regtype) from pg_type t
     where t.typnamespace = to_regnamespace('reckoning') and t.typowner <> to_regrole('rm_owner')
       and (t.typtype = 'd' or t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
    union all
    select format('alter function %s owner to rm_owner', oid::regprocedure) from pg_proc
     where pronamespace = to_regnamespace('reckoning') and proowner <> to_regrole('rm_owner')
  loop
    execute statement;
  end loop;
exception when insufficient_privilege then
  raise warning '% keeps what it owns: % (make it a member of rm_owner)', current_user, sqlerrm;
end $$;

do $$
declare
  role text;
  relation regclass;
  function regprocedure;
begin
  foreach role in array array['rm_app', 'rm_sealer', 'rm_auditor'] loop
    continue when to_regrole(role) is null;
    -- Taken first and given anew, so that nothing stays granted that does not stand here.
    execute format('revoke all on all tables in schema reckoning from %I', role);
    execute format('revoke all on all functions in schema reckoning from %I', role);
    execute format('grant usage on schema reckoning to %I', role);
    -- Partitions are read through their parents.
    for relation in select oid from pg_class where relnamespace = 'reckoning'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition loop
      execute format('grant select on %s to %I', relation, role);
    end loop;
  end loop;

  if to_regrole('rm_app') is not null then
    for function in
      select oid from pg_proc
       where pronamespace = 'reckoning'::regnamespace
         and proname in ('append', 'claim_runs', 'renew_leases', 'release_leases', 'put_plan', 'publish_task', 'publish_manifest',
                         'version_stamp', 'make_partitions', 'pending_entries', 'seal', 'publish_checkpoint',
                         'register', 'note_access', 'use_token', 'issue_challenge', 'put_chunk', 'finish_upload', 'claim_notices',
                         'settle_notice', 'erase_artifact')
    loop
      execute format('grant execute on function %s to rm_app', function);
    end loop;
  end if;

  if to_regrole('rm_sealer') is not null then
    for function in
      select oid from pg_proc
       where pronamespace = 'reckoning'::regnamespace
         and proname in ('pending_entries', 'seal', 'publish_checkpoint')
    loop
      execute format('grant execute on function %s to rm_sealer', function);
    end loop;
  end if;

  if to_regrole('rm_auditor') is not null then
    for relation in select tgrelid from pg_trigger where tgfoid = 'reckoning.refuse_change'::regproc and tgname = 'read_only' loop
      execute format('grant select on %s to rm_auditor', relation);
    end loop;
  end if;
end $$;

do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    if not exists (select from pg_event_trigger where evtname = 'reckoning_refuse_drop') then
      raise warning 'nothing guards against DROP TABLE by the owner: only a superuser can make event triggers';
    end if;
    return;
  end if;
  if not exists (select from pg_event_trigger where evtname = 'reckoning_refuse_drop') then
    create event trigger reckoning_refuse_drop on sql_drop execute function reckoning.refuse_ddl();
  end if;
  if not exists (select from pg_event_trigger where evtname = 'reckoning_refuse_alter') then
    create event trigger reckoning_refuse_alter on ddl_command_end when tag in ('ALTER TABLE') execute function reckoning.refuse_ddl();
  end if;
end $$;
