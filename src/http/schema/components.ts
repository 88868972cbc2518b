import { Type } from "typebox";
import type { TSchema } from "typebox";
import { roles } from "../../domain/access.ts";
import type { Role } from "../../domain/access.ts";
import { signatureClasses } from "../../domain/attestation.ts";
import type { SignatureClass } from "../../domain/attestation.ts";
import { manifestInputSchema, stepsInputSchema, taskInputSchema } from "../../domain/definition-schema.ts";
import { runEventKinds } from "../../domain/event.ts";
import type { RunEventKind } from "../../domain/event.ts";
import { failureCodes } from "../../domain/failure.ts";
import type { Failure, FailureCode } from "../../domain/failure.ts";
import type { JsonObject } from "../../domain/json.ts";
import { verificationModes } from "../../domain/manifest.ts";
import type { Approvals, ChainSource, ComputeContract, DeclaredOutput } from "../../domain/manifest.ts";
import type { Usage } from "../../domain/model-call.ts";
import type { PolicyReport, RuleVerdict } from "../../domain/outcome.ts";
import type { EffectiveModel, Plan, PlannedComputeStep, PlannedTaskStep } from "../../domain/plan.ts";
import type { Issue } from "../../domain/rejection.ts";
import { runStatuses } from "../../domain/run.ts";
import type { RunStatus, StepStatus } from "../../domain/run.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import { providers, retryCauses } from "../../domain/task.ts";
import type { ModelSettings, PolicyRule, Provider, RetryPolicy, Task } from "../../domain/task.ts";
import { artifactRoles } from "../../domain/transition.ts";
import type {
  AttemptView,
  AttestationView,
  AttestedArtifactView,
  EntryView,
  LogView,
  ManifestView,
  OperatorKeyView,
  RejectedAttestation,
  RunView,
  SignedName,
  StatsView,
  StepRunView,
  StepView,
  TaskView,
  TokenView,
  UploadView,
  WaitingView,
} from "../../domain/view.ts";
import type { Ping } from "../../storage/read/ping.ts";
import {
  attestBody,
  cancelBody,
  challengeBody,
  createTokenBody,
  enrollKeyBody,
  approveErasureBody,
  placeHoldBody,
  releaseHoldBody,
  requestErasureBody,
  resumeBody,
  revokeKeyBody,
  revokeTokenBody,
  startRunBody,
  verifyBody,
} from "../contract.ts";
import type {
  AttestBody,
  ApproveErasureBody,
  CancelBody,
  PlaceHoldBody,
  ReleaseHoldBody,
  RequestErasureBody,
  ChallengeBody,
  CreateTokenBody,
  EnrollKeyBody,
  ResumeBody,
  RevokeKeyBody,
  RevokeTokenBody,
  StartRunBody,
  VerifyBody,
} from "../contract.ts";
import type { Challenge } from "../../runtime/deps.ts";
import { problemKinds } from "../problems.ts";
import type { Problem, ProblemCode } from "../problems.ts";
import { artifactPlace, closed, count, id, instant, json, jsonObject, nullable, sha256, stepKey, uuid } from "./words.ts";

/** The schemas with a name of their own in the document, and what each is in TypeScript. */
interface Named {
  readonly Health: { readonly status: "ok" };
  readonly Pong: Ping & { readonly status: "ok" };
  readonly Version: { readonly name: string; readonly version: string };
  readonly Problem: Problem;
  readonly ProblemCode: ProblemCode;
  readonly Issue: Issue;
  readonly JsonObject: JsonObject;
  readonly JsonSchema: JsonObject;
  readonly Provider: Provider;
  readonly TaskInput: unknown;
  readonly Task: TaskView;
  readonly TaskDefinition: Task;
  readonly PolicyRule: PolicyRule;
  readonly ModelSettings: ModelSettings;
  readonly RetryPolicy: RetryPolicy;
  readonly Checked: { readonly digest: Sha256 };
  readonly ManifestInput: unknown;
  readonly StepsInput: unknown;
  readonly StepInput: unknown;
  readonly Manifest: ManifestView;
  readonly Step: StepView;
  readonly TaskStep: Extract<StepView, { step_type: "task" }>;
  readonly ComputeStep: Extract<StepView, { step_type: "compute" }>;
  readonly ChainSource: ChainSource;
  readonly ComputeContract: ComputeContract;
  readonly DeclaredOutput: DeclaredOutput;
  readonly StartRun: StartRunBody;
  readonly Run: RunView;
  readonly RunStatus: RunStatus;
  readonly Waiting: WaitingView;
  readonly Stats: StatsView;
  readonly Plan: Plan;
  readonly PlannedTaskStep: PlannedTaskStep;
  readonly PlannedComputeStep: PlannedComputeStep;
  readonly EffectiveModel: EffectiveModel;
  readonly StepRun: StepRunView;
  readonly StepStatus: StepStatus;
  readonly Attempt: AttemptView;
  readonly Usage: Usage;
  readonly Failure: Failure;
  readonly FailureCode: FailureCode;
  readonly DecisionRationale: JsonObject;
  readonly PolicyReport: PolicyReport;
  readonly RuleVerdict: RuleVerdict;
  readonly AttestStep: AttestBody;
  readonly Attested: { readonly ok: true; readonly step_run_id: string; readonly new_status: StepStatus };
  readonly Attestation: AttestationView;
  readonly AttestedArtifact: AttestedArtifactView;
  readonly ResumeRun: ResumeBody;
  readonly CancelRun: CancelBody;
  readonly RequestErasure: RequestErasureBody;
  readonly ApproveErasure: ApproveErasureBody;
  readonly PlaceHold: PlaceHoldBody;
  readonly ReleaseHold: ReleaseHoldBody;
  readonly Entry: EntryView;
  readonly EntryBody: JsonObject;
  readonly EntryKind: RunEventKind;
  readonly EntryRef: JsonObject;
  readonly Actor: JsonObject;
  readonly Role: Role;
  readonly SignInMethods: { readonly provider: boolean };
  readonly WhoAmI: { readonly subject: string | null; readonly roles: readonly Role[]; readonly credential: string | null };
  readonly Challenge: Challenge;
  readonly AskForChallenge: ChallengeBody;
  readonly VerifyAttestation: VerifyBody;
  readonly OperatorKey: OperatorKeyView;
  readonly EnrollKey: EnrollKeyBody;
  readonly RevokeKey: RevokeKeyBody;
  readonly SignatureClass: SignatureClass;
  readonly SignedName: SignedName;
  readonly RejectedAttestation: RejectedAttestation;
  readonly Approvals: Approvals;
  readonly Upload: UploadView;
  readonly Token: TokenView;
  readonly NewToken: { readonly token: TokenView; readonly secret: string };
  readonly CreateToken: CreateTokenBody;
  readonly RevokeToken: RevokeTokenBody;
  readonly Log: LogView;
}

/** Refers to a named schema. */
export function named<Name extends keyof Named>(name: Name): ReturnType<typeof Type.Unsafe<Named[Name]>> {
  return Type.Unsafe<Named[Name]>({ $ref: `${name}#` });
}

const object = (properties: Readonly<Record<string, TSchema>>, description: string): TSchema =>
  Type.Object(properties, { ...closed, description });

const versionFields = {
  id,
  version: Type.Integer({ minimum: 1 }),
  digest: sha256,
  created_at: instant,
  updated_at: instant,
};

const taskFields = {
  name: Type.String(),
  description: Type.String(),
  prompt_template: nullable(Type.String()),
  extract_schema: named("JsonSchema"),
  policy: Type.Array(named("PolicyRule")),
  model: named("ModelSettings"),
  retry: nullable(named("RetryPolicy")),
  on_interrupt: Type.Enum(["resend", "fail"]),
  timeout_seconds: Type.Number(),
};

const stepFields = { step_key: stepKey, depends_on: Type.Array(stepKey), config: named("JsonObject") };
const chaining = Type.Record(Type.String(), named("ChainSource"));

export const components: { readonly [Name in keyof Named]: TSchema } = {
  Health: object({ status: Type.Literal("ok") }, "The process is alive."),
  Pong: object(
    {
      status: Type.Literal("ok"),
      schema_version: count,
      is_primary: Type.Boolean(),
      server_version: Type.String(),
      latency_ms: Type.Number({ minimum: 0 }),
    },
    "What the database said.",
  ),
  Version: object({ name: Type.String(), version: Type.String() }, "Which program this is."),

  Problem: object(
    {
      type: Type.String({ description: "Page that explains the code: /problems/{code}" }),
      title: Type.String(),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      detail: Type.String({ description: "What happened this time, in a sentence." }),
      instance: Type.String({ description: "What was asked for." }),
      code: named("ProblemCode"),
      errors: Type.Optional(Type.Array(named("Issue"), { description: "Each single fault of the input." })),
    },
    "A refusal: RFC 9457 problem details, with a stable code.",
  ),
  ProblemCode: Type.Enum(Object.keys(problemKinds), { description: "Stable: codes are added, never renamed." }),
  Issue: object({ pointer: Type.String({ description: "JSON Pointer (RFC 6901) into the body." }), detail: Type.String() }, "One fault."),
  JsonObject: { ...jsonObject, description: "Any JSON object." },
  JsonSchema: { ...jsonObject, description: "A JSON Schema (2020-12)." },
  Provider: Type.Enum([...providers]),

  TaskInput: { ...taskInputSchema },
  Task: object({ ...versionFields, ...taskFields }, "One version of a task, every default filled in."),
  TaskDefinition: object(taskFields, "What a task says; its canonical bytes are what the digest names."),
  PolicyRule: object({ name: Type.String(), expr: Type.String(), message: Type.String() }, "A CEL expression that must be true."),
  ModelSettings: object(
    {
      provider: nullable(named("Provider")),
      model: nullable(Type.String()),
      temperature: nullable(Type.Number()),
      max_output_tokens: nullable(Type.Integer()),
      seed: nullable(Type.Integer()),
    },
    "What a task asks of the model. Null follows the server's configuration at the start of a run.",
  ),
  RetryPolicy: object(
    {
      max_attempts: Type.Integer({ minimum: 1 }),
      on: Type.Array(Type.Enum([...retryCauses])),
      backoff_seconds: Type.Number({ minimum: 0 }),
      respect_retry_after: Type.Boolean(),
    },
    "When another attempt is made, and how often.",
  ),

  Checked: object({ digest: sha256 }, "The digest that a version of this definition would have."),
  ManifestInput: {
    ...manifestInputSchema,
    properties: { ...manifestInputSchema.properties, steps: { ...named("StepsInput"), default: [] } },
  },
  StepsInput: { ...stepsInputSchema, items: named("StepInput") },
  StepInput: { ...stepsInputSchema.items },
  Manifest: object(
    {
      ...versionFields,
      name: Type.String(),
      description: Type.String(),
      params_schema: nullable(named("JsonSchema")),
      max_parallel: Type.Integer({ minimum: 1 }),
      steps: Type.Array(named("Step")),
    },
    "One version of a manifest, every default filled in.",
  ),
  Step: {
    oneOf: [named("TaskStep"), named("ComputeStep")],
    description: "One step of one version of a manifest; `step_type` tells which form.",
  },
  TaskStep: object(
    { id, ...stepFields, order_index: nullable(Type.Integer()), step_type: Type.Literal("task"), task_id: id, chaining },
    "A step that calls a model.",
  ),
  ComputeStep: object(
    {
      id,
      ...stepFields,
      order_index: nullable(Type.Integer()),
      step_type: Type.Literal("compute"),
      compute_contract: named("ComputeContract"),
    },
    "A step that is done outside and attested.",
  ),
  ChainSource: object({ step: stepKey, pointer: Type.String() }, "A part of a dependency's canonical output, by JSON Pointer."),
  ComputeContract: object(
    {
      executor: Type.String(),
      inputs: Type.Array(json),
      outputs: Type.Array(named("DeclaredOutput")),
      verification: Type.Enum([...verificationModes]),
      approvals: Type.Optional(named("Approvals")),
      notes: Type.String(),
      timeout_minutes: nullable(Type.Number()),
      output_schema: nullable(named("JsonSchema")),
    },
    "What outside work must deliver.",
  ),
  DeclaredOutput: object({ name: Type.String(), description: Type.String() }, "A SUCCESS must cover it by an artifact of its name."),

  StartRun: startRunBody,
  Run: object(
    {
      id,
      run_id: { ...id, description: "The same as `id`." },
      manifest_id: id,
      manifest_version: Type.Integer({ minimum: 1 }),
      manifest_name: Type.String(),
      plan_digest: sha256,
      status: named("RunStatus"),
      created_at: instant,
      started_at: nullable(instant),
      ended_at: nullable(instant),
      initiated_by: Type.String(),
      run_params: nullable(named("JsonObject")),
      waiting_for: nullable(
        object(
          { step_key: stepKey, step_run_id: id, attested: Type.Boolean() },
          "The compute step the run stands at; null unless the run is waiting.",
        ),
      ),
      error: nullable(object({ step_key: stepKey, code: named("FailureCode") }, "Where and why the run failed.")),
      entry_count: count,
      leaf: { ...sha256, description: "Leaf hash of the last entry: with entry_count, a receipt to keep." },
    },
    "One execution of one version of a manifest.",
  ),
  RunStatus: Type.Enum([...runStatuses]),
  Waiting: object(
    {
      run_id: id,
      manifest_id: id,
      manifest_name: Type.String(),
      initiated_by: Type.String(),
      step_key: stepKey,
      step_run_id: id,
      waiting_since: instant,
      due_at: nullable({ ...instant, description: "Advice of the contract: nothing happens when it is over." }),
      overdue: Type.Boolean({ description: "Its time is over, and nothing ended by itself." }),
      attested: Type.Boolean({ description: "True when only the resume is missing." }),
      compute_contract: named("ComputeContract"),
    },
    "A compute step that waits for a person.",
  ),
  Stats: object(
    {
      days: count,
      per_day: Type.Array(
        object(
          { day: Type.String(), started: count, success: count, error: count, cancelled: count, open: count },
          "Runs that were started on one day (UTC), by how they stand now.",
        ),
      ),
      failures: Type.Array(object({ code: named("FailureCode"), count }, "How often runs failed for this reason.")),
      waits: object(
        { count, median_seconds: nullable(Type.Number()), longest_seconds: nullable(Type.Number()) },
        "How long compute steps waited until they were attested.",
      ),
      calls: object(
        {
          of_runs_max: Type.Integer({ description: "Calls are counted of the newest runs, at most so many." }),
          models: Type.Array(
            object(
              {
                model: Type.String(),
                calls: count,
                median_latency_ms: nullable(Type.Number()),
                input_tokens: Type.Number(),
                output_tokens: Type.Number(),
              },
              "How one model answered.",
            ),
          ),
        },
        "Model calls of the newest runs.",
      ),
    },
    "The last days in numbers.",
  ),
  Plan: object(
    {
      v: Type.Literal("rm-plan/1"),
      engine: Type.String(),
      manifest: object({ id, version: Type.Integer({ minimum: 1 }), digest: sha256, name: Type.String() }, "The manifest's version."),
      params_schema: nullable(named("JsonSchema")),
      max_parallel: Type.Integer({ minimum: 1 }),
      steps: Type.Array(Type.Union([named("PlannedTaskStep"), named("PlannedComputeStep")]), { description: "In order of execution." }),
    },
    "Everything a run is bound to, resolved once at its start.",
  ),
  PlannedTaskStep: object(
    {
      ...stepFields,
      step_type: Type.Literal("task"),
      chaining,
      task: object(
        { id, version: Type.Integer({ minimum: 1 }), digest: sha256, definition: named("TaskDefinition") },
        "The task's version.",
      ),
      model: named("EffectiveModel"),
    },
    "A task step with its task's version and the model settings in force.",
  ),
  PlannedComputeStep: object(
    { ...stepFields, step_type: Type.Literal("compute"), compute_contract: named("ComputeContract") },
    "A compute step with its contract.",
  ),
  EffectiveModel: object(
    {
      provider: named("Provider"),
      model: Type.String(),
      temperature: nullable(Type.Number()),
      max_output_tokens: nullable(Type.Integer()),
      seed: nullable(Type.Integer()),
    },
    "The settings a call really uses.",
  ),

  StepRun: object(
    {
      id,
      run_id: id,
      step_key: stepKey,
      step_type: Type.Enum(["task", "compute"]),
      manifest_step_id: id,
      status: named("StepStatus"),
      started_at: nullable(instant),
      ended_at: nullable(instant),
      attempts: Type.Array(named("Attempt")),
      decision_rationale: Type.Union([named("DecisionRationale"), named("JsonObject"), Type.Null()], {
        description: "A DecisionRationale once the step succeeded; of a failed step, whatever object the model wrote.",
      }),
      execution_policy_report: nullable(named("PolicyReport")),
      canonical_output: { description: "Any JSON value; null until the step succeeded." },
      error: nullable(named("Failure")),
      skipped_because: nullable(Type.String({ description: "The failed step that caused the skip." })),
      compute_contract: nullable(named("ComputeContract")),
      attestation: nullable(named("Attestation")),
      rejected_attestations: Type.Array(named("RejectedAttestation")),
    },
    "One execution of one step.",
  ),
  StepStatus: Type.Enum(["RUNNING", "WAITING_FOR_ATTESTATION", "SUCCESS", "FAIL", "SKIPPED"] satisfies StepStatus[]),
  Attempt: object(
    {
      attempt: Type.Integer({ minimum: 1 }),
      started_at: instant,
      ended_at: nullable(instant),
      provider: named("Provider"),
      model: Type.String(),
      model_replied: nullable(Type.String({ description: "The model that the reply names." })),
      request_artifact: artifactPlace,
      reply_artifact: nullable(artifactPlace),
      reply_status: nullable(Type.Integer()),
      latency_ms: nullable(Type.Number({ minimum: 0 })),
      usage: nullable(named("Usage")),
      outcome: Type.Enum(["running", "succeeded", "failed", "interrupted"]),
      error: nullable(named("Failure")),
    },
    "One model call.",
  ),
  Usage: object({ input_tokens: nullable(Type.Number()), output_tokens: nullable(Type.Number()) }, "Tokens, as the reply counts them."),
  Failure: object({ code: named("FailureCode"), detail: Type.String() }, "Why a step failed."),
  FailureCode: Type.Enum([...failureCodes], { description: "Stable: codes are added, never renamed." }),
  DecisionRationale: Type.Object(
    {
      version: Type.String({ minLength: 1 }),
      summary: Type.Optional(Type.String()),
      nodes: Type.Optional(Type.Array(json)),
      selected_path: Type.Optional(Type.Array(json)),
    },
    { description: "The model's explanation: shown, never an input of control. It may have more members." },
  ),
  PolicyReport: object(
    { v: Type.Literal("rm-policy-report/1"), verdict: Type.Enum(["PASS", "FAIL"]), rules: Type.Array(named("RuleVerdict")) },
    "Every rule with its verdict.",
  ),
  RuleVerdict: object(
    { rule: Type.String(), verdict: Type.Enum(["PASS", "FAIL"]), reason: nullable(Type.String()) },
    "One rule's verdict, and why when it is a FAIL.",
  ),

  AttestStep: attestBody,
  Attested: object(
    { ok: Type.Literal(true), step_run_id: id, new_status: named("StepStatus") },
    "It is on record. WAITING_FOR_ATTESTATION: others have to verify it, or it was rejected.",
  ),
  Attestation: object(
    {
      attested_by: Type.String(),
      attested_at: instant,
      signature_class: named("SignatureClass"),
      key: nullable(sha256),
      envelope: nullable(artifactPlace),
      verified_by: Type.Array(named("SignedName")),
      outcome: Type.Enum(["SUCCESS", "FAIL"]),
      notes: nullable(Type.String()),
      artifacts: Type.Array(named("AttestedArtifact")),
      output: json,
    },
    "An operator's statement on one compute step.",
  ),
  AttestedArtifact: object(
    {
      name: Type.String(),
      uri: Type.String(),
      sha256: nullable(sha256),
      bytes: nullable(count),
      is_verified: Type.Boolean({ description: "True: the file was handed over and hashed here. False: claimed, not verified." }),
    },
    "What an operator says was produced outside.",
  ),
  ResumeRun: resumeBody,
  CancelRun: cancelBody,
  RequestErasure: requestErasureBody,
  ApproveErasure: approveErasureBody,
  PlaceHold: placeHoldBody,
  ReleaseHold: releaseHoldBody,

  Entry: object(
    {
      seq: count,
      leaf: sha256,
      body: named("EntryBody"),
      bytes: Type.String({ description: "The entry's exact bytes, base64." }),
    },
    "One entry of a run's record.",
  ),
  EntryBody: object(
    {
      v: Type.Literal("rm-entry/1"),
      log: Type.String(),
      run: id,
      seq: count,
      prev: nullable({ ...sha256, description: "Leaf of the entry before; null for the first." }),
      kind: named("EntryKind"),
      step: nullable(stepKey),
      attempt: nullable(count),
      at: instant,
      actor: named("Actor"),
      epoch: count,
      cmd: nullable(uuid),
      data: named("JsonObject"),
      refs: Type.Array(named("EntryRef")),
    },
    "What an entry says.",
  ),
  EntryKind: Type.Enum([...runEventKinds], { description: "Kinds are added, never renamed." }),
  EntryRef: object(
    { role: Type.Enum([...artifactRoles]), type: Type.String(), size: count, c: { ...sha256, description: "Salted commitment." } },
    "An artifact of an entry; the n-th ref of entry seq is the artifact {seq}.{n}.",
  ),
  Actor: object(
    { type: Type.Enum(["engine", "operator"]), id: nullable(Type.String()), cred: nullable(Type.String()) },
    "Who caused an entry.",
  ),

  SignatureClass: Type.Enum([...signatureClasses], { description: "How sure the record is of who acted, the weakest first." }),
  SignedName: object(
    {
      name: Type.String(),
      at: instant,
      signature_class: named("SignatureClass"),
      key: nullable({ ...sha256, description: "Id of the key that signed." }),
      envelope: nullable({ ...artifactPlace, description: "Place of the DSSE envelope." }),
    },
    "Under which name, and how sure the record is of it.",
  ),
  RejectedAttestation: object(
    { attested_by: Type.String(), rejected_by: named("SignedName"), reason: nullable(Type.String()) },
    "An attestation that another person did not stand by.",
  ),
  Approvals: object(
    { required: Type.Integer({ minimum: 2 }), of: nullable(Type.Array(Type.String())), signed: Type.Boolean() },
    "How many persons, of whom, and whether each signs.",
  ),
  Challenge: object(
    {
      v: Type.Literal("rm-challenge/1"),
      log: Type.String(),
      about: named("JsonObject"),
      to: Type.String(),
      nonce: Type.String({ pattern: "^[0-9a-f]{64}$" }),
      deadline: instant,
    },
    "What is to be signed with the act, before the deadline (docs/format/attestation.md).",
  ),
  AskForChallenge: challengeBody,
  VerifyAttestation: verifyBody,
  OperatorKey: object(
    {
      id: { ...sha256, description: "SHA-256 of the SubjectPublicKeyInfo." },
      subject: Type.String(),
      printed_name: Type.String(),
      public_key: Type.String(),
      replaces: nullable(sha256),
      enrolled_at: instant,
      revoked_at: nullable(instant),
    },
    "A key that a person signs with.",
  ),
  EnrollKey: enrollKeyBody,
  Upload: object(
    {
      id,
      uri: Type.String({ description: "Names the file in an attestation." }),
      sha256,
      bytes: count,
      uploaded_by: Type.String(),
      uploaded_at: instant,
    },
    "A file that was handed over, and hashed while it came.",
  ),
  RevokeKey: revokeKeyBody,
  Role: Type.Enum([...roles]),
  SignInMethods: object(
    { provider: Type.Boolean({ description: "True: at an identity provider, by /auth/sign-in." }) },
    "How a browser can sign in beside an API token.",
  ),
  WhoAmI: object(
    { subject: nullable(Type.String()), roles: Type.Array(named("Role")), credential: nullable(Type.String()) },
    "Whom the server takes the caller for; nulls where nobody has to say who they are.",
  ),
  Token: object(
    {
      id,
      subject: Type.String(),
      roles: Type.Array(named("Role")),
      created_at: instant,
      expires_at: instant,
      revoked_at: nullable(instant),
    },
    "An API token; its secret is nowhere.",
  ),
  NewToken: object(
    { token: named("Token"), secret: Type.String({ description: "The token's text. It is shown this once." }) },
    "A token that was just given out.",
  ),
  CreateToken: createTokenBody,
  RevokeToken: revokeTokenBody,
  Log: object(
    {
      origin: Type.String({ description: "The log's name, first line of its checkpoints." }),
      size: count,
      root: nullable(Type.String({ description: "Tree root over all sealed entries, base64." })),
      checkpoint: nullable(
        object(
          { size: count, published_at: instant, signatures: Type.Array(Type.String(), { description: "Names of the keys that signed." }) },
          "The last published one; the note itself is at /log/checkpoint.",
        ),
      ),
      pending: { ...count, description: "Entries that are not in the log yet." },
      pending_is_more: Type.Boolean({ description: "`pending` is where counting stopped." }),
      seals: Type.Boolean({ description: "This process seals entries." }),
      signs: Type.Boolean({ description: "This process has a key to sign with." }),
      verifier_key: nullable(Type.String({ description: "The key in force, as verifiers take it. Pin it from elsewhere, not from here." })),
      alarm: nullable(object({ code: Type.String(), detail: Type.String() }, "Why checkpoints are late or do not come.")),
    },
    "The sealed log, as of now.",
  ),
};
