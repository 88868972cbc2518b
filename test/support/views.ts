/** SPEC section 9: the columns of the Python original, in its order. Users' queries lean on them, so they are never renamed. */
export const originalColumns: Readonly<Record<string, readonly string[]>> = {
  tasks: ["id", "name", "description", "prompt_template", "extract_schema", "created_at", "updated_at"],
  manifests: ["id", "name", "description", "created_at", "updated_at"],
  manifest_steps: [
    "id",
    "manifest_id",
    "step_key",
    "task_id",
    "depends_on",
    "chaining",
    "config",
    "order_index",
    "step_type",
    "compute_contract",
  ],
  dag_runs: ["id", "manifest_id", "status", "created_at", "started_at", "ended_at", "initiated_by", "run_params"],
  dag_step_runs: [
    "id",
    "dag_run_id",
    "manifest_step_id",
    "status",
    "started_at",
    "ended_at",
    "input_hash",
    "error",
    "decision_rationale",
    "execution_policy_report",
    "canonical_output",
  ],
  prompt_artifacts: ["id", "step_run_id", "rendered_prompt", "context", "token_estimate"],
  llm_call_artifacts: ["id", "step_run_id", "provider", "model", "request_json", "response_json", "latency_ms"],
  parsed_output_artifacts: ["id", "step_run_id", "output_text", "output_json", "extraction_report"],
  compute_attestations: ["id", "step_run_id", "attested_by", "attested_at", "outcome", "notes", "contract_snapshot"],
  compute_artifacts: ["id", "attestation_id", "name", "uri", "sha256", "bytes", "created_at"],
};

export const inspectViews = [
  "inspect_entries",
  "inspect_attempts",
  "inspect_waiting",
  "inspect_failures",
  "inspect_resumes",
  "inspect_seals",
] as const;

export const allViews: readonly string[] = [...Object.keys(originalColumns), ...inspectViews];
