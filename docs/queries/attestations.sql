-- Who attested what, and with which files? One line for each file; `credential` null: nobody checked who it was.
select c.attested_at, c.attested_by, c.credential, c.outcome, c.dag_run_id as run_id, c.step_key,
       a.name, a.uri, a.sha256, a.bytes, c.notes
  from compute_attestations c
  left join compute_artifacts a on a.attestation_id = c.id
 order by c.attested_at desc, c.id, a.id;
