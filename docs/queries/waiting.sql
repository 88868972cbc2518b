-- Which runs wait, for what, since when? Those whose contract names a time that is over stand first.
-- `attested` means that the work is stated and only a resume is missing.
select manifest_name, run_id, step_key, initiated_by, waiting_since, attested, due_at, overdue,
       compute_contract ->> 'executor' as executor
  from inspect_waiting
 order by overdue desc, waiting_since;
