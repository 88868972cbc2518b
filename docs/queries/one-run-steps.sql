-- What did each step of one run see, answer and decide? psql --set=run_id=…
select s.position, s.step_key, s.status, p.attempt, p.rendered_prompt, o.output_text, s.canonical_output, s.decision_rationale ->> 'summary' as rationale,
       s.execution_policy_report ->> 'verdict' as verdict, s.error, c.attested_by, c.notes
  from dag_step_runs s
  left join prompt_artifacts p on p.dag_run_id = s.dag_run_id and p.step_key = s.step_key
  left join parsed_output_artifacts o on o.dag_run_id = s.dag_run_id and o.step_key = s.step_key and o.attempt = p.attempt
  left join compute_attestations c on c.dag_run_id = s.dag_run_id and c.step_key = s.step_key
 where s.dag_run_id = :'run_id'
 order by s.position, p.attempt;
