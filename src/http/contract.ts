// The HTTP room: doors to the machine and nothing behind them. It may import domain, runtime (types and uses), storage/read
// types and telemetry. Its invariant: the schemas below are the interface; requests are checked, answers are serialised
// and the OpenAPI document is generated from these same objects.
import { Type } from "typebox";
import type { Static, TSchema } from "typebox";
import { manifestInputSchema, stepsInputSchema, taskInputSchema } from "../domain/definition-schema.ts";
import { failureCodes } from "../domain/failure.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { runStatuses } from "../domain/run.ts";
import { providers } from "../domain/task.ts";
import type { EntryView, ManifestView, RunView, StepRunView, StepView, TaskView } from "../domain/view.ts";

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const json = Type.Unsafe<Json>(Type.Unknown({ description: "Any JSON value." }));
const jsonObject = Type.Unsafe<JsonObject>(Type.Record(Type.String(), Type.Unknown()));
const uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$", maxLength: 36 });
const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const instant = Type.String({ description: "RFC 3339, UTC, microseconds", examples: ["2026-11-24T10:15:30.123456Z"] });
/** A person's name as it is written into the record: no control characters, something visible. */
const personName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$",
});
const failure = Type.Object({ code: Type.Enum([...failureCodes]), detail: Type.String() });

export const issueSchema = Type.Object({
  pointer: Type.String({ description: "JSON Pointer (RFC 6901) into the body" }),
  detail: Type.String(),
});

export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
    errors: Type.Optional(Type.Array(issueSchema)),
  },
  { title: "Problem", description: "RFC 9457 problem details, with a stable code." },
);

// The types of answers are the views themselves; that the schemas fit them is shown by checking real answers against the
// published document (`test/http/`).

/** Bodies whose door check reports every fault at once: published here, checked by the machine. */
export const taskInput = Type.Unsafe<unknown>(taskInputSchema);
export const manifestInput = Type.Unsafe<unknown>(manifestInputSchema);
export const stepsInput = Type.Unsafe<unknown>(stepsInputSchema);

const versionFields = { id: uuid, version: Type.Integer({ minimum: 1 }), digest: sha256, created_at: instant, updated_at: instant };

export const taskSchema = Type.Unsafe<TaskView>(
  Type.Object(
    {
      ...versionFields,
      name: Type.String(),
      description: Type.String(),
      prompt_template: nullable(Type.String()),
      extract_schema: jsonObject,
      policy: Type.Array(Type.Object({ name: Type.String(), expr: Type.String(), message: Type.String() })),
      model: jsonObject,
      retry: nullable(jsonObject),
      on_interrupt: Type.String(),
      timeout_seconds: Type.Number(),
    },
    { title: "Task" },
  ),
);

export const stepSchema = Type.Unsafe<StepView>(
  Type.Object(
    {
      id: uuid,
      step_key: Type.String(),
      step_type: Type.Enum(["task", "compute"]),
      depends_on: Type.Array(Type.String()),
      config: jsonObject,
      order_index: nullable(Type.Number()),
      task_id: Type.Optional(uuid),
      chaining: Type.Optional(jsonObject),
      compute_contract: Type.Optional(jsonObject),
    },
    { title: "Step" },
  ),
);

export const manifestSchema = Type.Unsafe<ManifestView>(
  Type.Object(
    {
      ...versionFields,
      name: Type.String(),
      description: Type.String(),
      params_schema: nullable(jsonObject),
      max_parallel: Type.Integer(),
      steps: Type.Array(stepSchema),
    },
    { title: "Manifest" },
  ),
);

export const runSchema = Type.Unsafe<RunView>(
  Type.Object(
    {
      id: uuid,
      run_id: uuid,
      manifest_id: uuid,
      manifest_version: Type.Integer(),
      manifest_name: Type.String(),
      plan_digest: sha256,
      status: Type.Enum([...runStatuses]),
      created_at: instant,
      started_at: nullable(instant),
      ended_at: nullable(instant),
      initiated_by: Type.String(),
      run_params: nullable(jsonObject),
      waiting_for: nullable(Type.Object({ step_key: Type.String(), step_run_id: uuid, attested: Type.Boolean() })),
      error: nullable(Type.Object({ step_key: Type.String(), code: Type.Enum([...failureCodes]) })),
      entry_count: Type.Integer(),
      leaf: sha256,
    },
    { title: "Run" },
  ),
);

const attemptSchema = Type.Object({
  attempt: Type.Integer(),
  started_at: instant,
  ended_at: nullable(instant),
  provider: Type.Enum([...providers]),
  model: Type.String(),
  model_replied: nullable(Type.String()),
  request_artifact: Type.String(),
  reply_artifact: nullable(Type.String()),
  reply_status: nullable(Type.Integer()),
  latency_ms: nullable(Type.Number()),
  usage: nullable(Type.Object({ input_tokens: nullable(Type.Number()), output_tokens: nullable(Type.Number()) })),
  outcome: Type.Enum(["running", "succeeded", "failed", "interrupted"]),
  error: nullable(failure),
});

const attestedArtifact = Type.Object({
  name: Type.String(),
  uri: Type.String(),
  sha256: nullable(Type.String()),
  bytes: nullable(Type.Number()),
});

export const stepRunSchema = Type.Unsafe<StepRunView>(
  Type.Object(
    {
      id: uuid,
      run_id: uuid,
      step_key: Type.String(),
      step_type: Type.Enum(["task", "compute"]),
      manifest_step_id: uuid,
      status: Type.Enum(["RUNNING", "WAITING_FOR_ATTESTATION", "SUCCESS", "FAIL", "SKIPPED"]),
      started_at: nullable(instant),
      ended_at: nullable(instant),
      attempts: Type.Array(attemptSchema),
      decision_rationale: nullable(jsonObject),
      execution_policy_report: nullable(jsonObject),
      canonical_output: json,
      error: nullable(failure),
      skipped_because: nullable(Type.String()),
      compute_contract: nullable(jsonObject),
      attestation: nullable(
        Type.Object({
          attested_by: Type.String(),
          attested_at: instant,
          outcome: Type.Enum(["SUCCESS", "FAIL"]),
          notes: nullable(Type.String()),
          artifacts: Type.Array(attestedArtifact),
          output: json,
        }),
      ),
    },
    { title: "StepRun" },
  ),
);

export const entrySchema = Type.Unsafe<EntryView>(
  Type.Object(
    { seq: Type.Integer(), leaf: sha256, body: jsonObject, bytes: Type.String({ description: "exact bytes of the entry, base64" }) },
    { title: "Entry" },
  ),
);

const closed = { additionalProperties: false } as const;

export const startRunBody = Type.Object(
  { manifest_id: uuid, initiated_by: Type.Optional(nullable(personName)), run_params: Type.Optional(nullable(jsonObject)) },
  { ...closed, title: "Start a run" },
);

export const attestBody = Type.Object(
  {
    attested_by: personName,
    outcome: Type.Enum(["SUCCESS", "FAIL"]),
    notes: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
    artifacts: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 200 }),
            uri: Type.String({ minLength: 1, maxLength: 2_000, description: "Stored, never fetched." }),
            sha256: Type.Optional(nullable(sha256)),
            bytes: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }))),
          },
          closed,
        ),
        { maxItems: 200 },
      ),
    ),
    output: Type.Optional(json),
    resume: Type.Optional(Type.Boolean({ default: false, description: "Hand the run back to a worker in the same commit." })),
  },
  { ...closed, title: "Attest a compute step" },
);

export const resumeBody = Type.Object({ initiated_by: Type.Optional(nullable(personName)) }, { ...closed, title: "Resume a run" });

export const cancelBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2_000 }), cancelled_by: personName },
  { ...closed, title: "Cancel a run" },
);

export const attestedSchema = Type.Object({ ok: Type.Literal(true), step_run_id: uuid, new_status: Type.Enum(["SUCCESS", "FAIL"]) });

/** Query values arrive as text; their patterns are their types. */
const count = Type.String({ pattern: "^[0-9]{1,9}$" });
export const idParams = Type.Object({ id: uuid });
export const versionParams = Type.Object({ id: uuid, version: Type.String({ pattern: "^[1-9][0-9]{0,8}$" }) });
export const attestParams = Type.Object({ id: uuid, step_run_id: uuid });
export const artifactParams = Type.Object({ id: uuid, artifact: Type.String({ pattern: "^(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,2})$" }) });
export const pageQuery = Type.Object({ limit: Type.Optional(count), cursor: Type.Optional(Type.String({ maxLength: 1_000 })) }, closed);
export const versionsQuery = Type.Object({ limit: Type.Optional(count), cursor: Type.Optional(count) }, closed);
export const entriesQuery = Type.Object({ limit: Type.Optional(count), after: Type.Optional(count) }, closed);
export const runsQuery = Type.Object(
  {
    status: Type.Optional(Type.Enum([...runStatuses])),
    manifest_id: Type.Optional(uuid),
    limit: Type.Optional(count),
    cursor: Type.Optional(uuid),
  },
  closed,
);

export type AttestBody = Static<typeof attestBody>;
