// Answers of a server, cut to what the command line looks at.

export const runId = "019a2f60-5a0c-7d3e-9a51-0c6f3f1f2b7d";
export const otherRunId = "019a2f60-5a0c-7d3e-9a51-0c6f3f1faaaa";
export const manifestId = "019a2f60-0000-7000-8000-000000000001";
export const taskId = "019a2f60-0000-7000-8000-000000000002";
const digest = "ab".repeat(32);

export function runView(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: runId,
    run_id: runId,
    manifest_id: manifestId,
    manifest_version: 1,
    manifest_name: "report",
    plan_digest: digest,
    status: "running",
    created_at: "2026-11-24T10:00:00.000000Z",
    started_at: "2026-11-24T10:00:00.000000Z",
    ended_at: null,
    initiated_by: "ada",
    run_params: {},
    waiting_for: null,
    error: null,
    entry_count: 3,
    leaf: digest,
    ...fields,
  };
}

export function stepView(key: string, status: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: `00000000-0000-8000-8000-${Buffer.from(key.padEnd(6, "_")).toString("hex").slice(0, 12)}`,
    run_id: runId,
    step_key: key,
    step_type: "task",
    manifest_step_id: manifestId,
    status,
    started_at: "2026-11-24T10:00:00.000000Z",
    ended_at: status === "RUNNING" || status === "WAITING_FOR_ATTESTATION" ? null : "2026-11-24T10:00:01.500000Z",
    attempts: [],
    decision_rationale: null,
    execution_policy_report: null,
    canonical_output: null,
    error: null,
    skipped_because: null,
    compute_contract: null,
    attestation: null,
    ...fields,
  };
}

export const contract = {
  executor: "sheet",
  inputs: [],
  outputs: [{ name: "model", description: "" }],
  verification: "operator_attest",
  notes: "",
  timeout_minutes: null,
  output_schema: { type: "object" },
};

export function taskView(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: taskId,
    version: 1,
    digest,
    created_at: "2026-11-24T10:00:00.000000Z",
    updated_at: "2026-11-24T10:00:00.000000Z",
    name: "read",
    description: "",
    prompt_template: null,
    extract_schema: { type: "object" },
    policy: [],
    model: { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null },
    retry: null,
    on_interrupt: "resend",
    timeout_seconds: 120,
    ...fields,
  };
}

export function manifestView(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: manifestId,
    version: 1,
    digest,
    created_at: "2026-11-24T10:00:00.000000Z",
    updated_at: "2026-11-24T10:00:00.000000Z",
    name: "report",
    description: "",
    params_schema: null,
    max_parallel: 1,
    steps: [
      { id: manifestId, step_key: "one", step_type: "task", task_id: taskId, depends_on: [], chaining: {}, config: {}, order_index: null },
    ],
    ...fields,
  };
}
