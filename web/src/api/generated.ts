// Written by `npm run web:client` from openapi.json. Do not edit.


export interface Health { readonly status: "ok"; }

export interface Pong { readonly status: "ok";
readonly schema_version: number;
readonly is_primary: boolean;
readonly server_version: string;
readonly latency_ms: number; }

export interface Version { readonly name: string;
readonly version: string; }

export interface Problem { /** Page that explains the code: /problems/{code} */ readonly type: string;
readonly title: string;
readonly status: number;
/** What happened this time, in a sentence. */ readonly detail: string;
/** What was asked for. */ readonly instance: string;
readonly code: ProblemCode;
/** Each single fault of the input. */ readonly errors?: readonly Issue[]; }

export type ProblemCode = "invalid_input" | "task_not_found" | "manifest_not_found" | "run_not_found" | "step_run_not_found" | "artifact_not_found" | "name_taken" | "manifest_has_no_steps" | "provider_not_configured" | "run_not_waiting" | "step_not_waiting" | "step_not_attested" | "run_not_ended" | "run_on_hold" | "run_not_on_hold" | "erasure_requested" | "erasure_not_requested" | "artifact_erased" | "run_is_terminal" | "attestation_incomplete" | "idempotency_key_reused" | "run_moved" | "command_out_of_place" | "claims_another_name" | "signature_required" | "signature_refused" | "signature_stale" | "attestation_pending" | "nothing_to_verify" | "duties_not_separate" | "digest_mismatch" | "upload_too_large" | "key_not_found" | "key_taken" | "key_revoked" | "grants_to_self" | "token_not_found" | "token_revoked" | "database_unavailable" | "database_conflict" | "database_refused" | "schema_mismatch" | "record_unreadable" | "rollback_detected" | "overloaded" | "shutting_down" | "malformed_json" | "body_too_large" | "unsupported_media_type" | "method_not_allowed" | "not_found" | "not_in_log" | "misdirected_host" | "headers_too_large" | "request_timeout" | "too_many_requests" | "unauthenticated" | "cross_site" | "sign_in_refused" | "sign_in_unavailable" | "forbidden" | "range_not_satisfiable" | "request_refused" | "internal_error";

export interface Issue { /** JSON Pointer (RFC 6901) into the body. */ readonly pointer: string;
readonly detail: string; }

export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonSchema = Readonly<Record<string, unknown>>;

export type Provider = "stub" | "openai" | "anthropic";

export interface TaskInput { /** Unique name, for people. */ readonly name: string;
readonly description?: string;
/** Liquid subset over params, config, upstream.<step_key> and chained names. Null: the prompt is the step's input as canonical JSON. */ readonly prompt_template?: string | null;
/** JSON Schema 2020-12 that output_json must satisfy: the task's contract. */ readonly extract_schema?: Readonly<Record<string, unknown>>;
readonly policy?: readonly ({ /** Unique in the task; stands in every policy report. */ readonly name: string;
/** CEL over params, config, upstream, output, usage and model; must be true. */ readonly expr: string;
/** Shown as the reason when the rule is false. */ readonly message?: string; })[];
/** Whatever is null or left out follows the server's configuration at the start of a run. */ readonly model?: { readonly provider?: "stub" | "openai" | "anthropic" | null;
readonly model?: string | null;
readonly temperature?: number | null;
readonly max_output_tokens?: number | null;
readonly seed?: number | null; };
/** Null: one attempt. Each further attempt is on record with its own request and reply. */ readonly retry?: { /** All attempts together, the first included. */ readonly max_attempts: number;
readonly on: readonly ("rate_limited" | "timeout" | "server_error" | "network" | "invalid_output")[];
/** Pause before the second attempt; doubles from then on. */ readonly backoff_seconds?: number;
readonly respect_retry_after?: boolean; } | null;
/** What follows when a call's outcome is unknown after a crash. */ readonly on_interrupt?: "resend" | "fail";
readonly timeout_seconds?: number; }

export interface Task { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
readonly version: number;
/** SHA-256 in lower-case hexadecimal. */ readonly digest: string;
/** RFC 3339, UTC, microseconds. */ readonly created_at: string;
/** RFC 3339, UTC, microseconds. */ readonly updated_at: string;
readonly name: string;
readonly description: string;
readonly prompt_template: string | null;
readonly extract_schema: JsonSchema;
readonly policy: readonly PolicyRule[];
readonly model: ModelSettings;
readonly retry: RetryPolicy | null;
readonly on_interrupt: "resend" | "fail";
readonly timeout_seconds: number; }

export interface TaskDefinition { readonly name: string;
readonly description: string;
readonly prompt_template: string | null;
readonly extract_schema: JsonSchema;
readonly policy: readonly PolicyRule[];
readonly model: ModelSettings;
readonly retry: RetryPolicy | null;
readonly on_interrupt: "resend" | "fail";
readonly timeout_seconds: number; }

export interface PolicyRule { readonly name: string;
readonly expr: string;
readonly message: string; }

export interface ModelSettings { readonly provider: Provider | null;
readonly model: string | null;
readonly temperature: number | null;
readonly max_output_tokens: number | null;
readonly seed: number | null; }

export interface RetryPolicy { readonly max_attempts: number;
readonly on: readonly ("rate_limited" | "timeout" | "server_error" | "network" | "invalid_output")[];
readonly backoff_seconds: number;
readonly respect_retry_after: boolean; }

export interface Checked { /** SHA-256 in lower-case hexadecimal. */ readonly digest: string; }

export interface ManifestInput { /** Unique name, for people. */ readonly name: string;
readonly description?: string;
/** JSON Schema 2020-12 for run_params. Null: any object. */ readonly params_schema?: Readonly<Record<string, unknown>> | null;
/** Steps of one run that may be in flight at once. */ readonly max_parallel?: number;
readonly steps?: StepsInput; }

export type StepsInput = readonly StepInput[];

export interface Approvals { readonly required: number;
readonly of: readonly string[] | null;
readonly signed: boolean; }

export interface StepInput { /** A letter or underscore, then letters, digits, _ and -; at most 64. */ readonly step_key: string;
readonly step_type?: "task" | "compute";
/** Required for a task step, refused for a compute step. */ readonly task_id?: string | null;
readonly depends_on?: readonly string[] | null;
/** Template names, each with the part of a dependency's canonical output that it stands for. */ readonly chaining?: Readonly<Record<string, { /** A letter or underscore, then letters, digits, _ and -; at most 64. */ readonly step: string;
/** JSON Pointer (RFC 6901); empty for the whole output. */ readonly pointer: string; }>> | null;
/** Constants of this step; `config` in templates and rules. */ readonly config?: Readonly<Record<string, unknown>> | null;
/** Breaks ties between steps that may start. */ readonly order_index?: number | null;
/** Required for a compute step, refused for a task step. */ readonly compute_contract?: { /** Who or what does the work outside. */ readonly executor: string;
/** What the work is given; any JSON values. */ readonly inputs: readonly unknown[];
readonly outputs: readonly (string | { readonly name: string;
readonly description?: string; })[];
readonly verification: "operator_attest" | "signed" | "four_eyes" | "artifact_upload";
/** Needed with four_eyes, refused with anything else. */ readonly approvals?: Approvals;
readonly notes?: string | null;
/** When it is over the step is shown as overdue and said to be; nothing ends by itself. */ readonly timeout_minutes?: number | null;
/** JSON Schema 2020-12 for the attestation's output. */ readonly output_schema?: Readonly<Record<string, unknown>> | null; } | null; }

export interface Manifest { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
readonly version: number;
/** SHA-256 in lower-case hexadecimal. */ readonly digest: string;
/** RFC 3339, UTC, microseconds. */ readonly created_at: string;
/** RFC 3339, UTC, microseconds. */ readonly updated_at: string;
readonly name: string;
readonly description: string;
readonly params_schema: JsonSchema | null;
readonly max_parallel: number;
readonly steps: readonly Step[]; }

export type Step = TaskStep | ComputeStep;

export interface TaskStep { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
/** The author's name of a step. */ readonly step_key: string;
readonly depends_on: readonly string[];
readonly config: JsonObject;
readonly order_index: number | null;
readonly step_type: "task";
/** A UUID (RFC 9562) in lower case. */ readonly task_id: string;
readonly chaining: Readonly<Record<string, ChainSource>>; }

export interface ComputeStep { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
/** The author's name of a step. */ readonly step_key: string;
readonly depends_on: readonly string[];
readonly config: JsonObject;
readonly order_index: number | null;
readonly step_type: "compute";
readonly compute_contract: ComputeContract; }

export interface ChainSource { /** The author's name of a step. */ readonly step: string;
readonly pointer: string; }

export interface ComputeContract { readonly executor: string;
readonly inputs: readonly unknown[];
readonly outputs: readonly DeclaredOutput[];
readonly verification: "operator_attest" | "signed" | "four_eyes" | "artifact_upload";
readonly approvals?: Approvals;
readonly notes: string;
readonly timeout_minutes: number | null;
readonly output_schema: JsonSchema | null; }

export interface DeclaredOutput { readonly name: string;
readonly description: string; }

export interface StartRun { /** A UUID (RFC 9562). */ readonly manifest_id: string;
readonly initiated_by?: string | null;
readonly run_params?: Readonly<Record<string, unknown>> | null; }

export interface Run { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
/** The same as `id`. */ readonly run_id: string;
/** A UUID (RFC 9562) in lower case. */ readonly manifest_id: string;
readonly manifest_version: number;
readonly manifest_name: string;
/** SHA-256 in lower-case hexadecimal. */ readonly plan_digest: string;
readonly status: RunStatus;
/** RFC 3339, UTC, microseconds. */ readonly created_at: string;
readonly started_at: string | null;
readonly ended_at: string | null;
readonly initiated_by: string;
readonly run_params: JsonObject | null;
readonly waiting_for: { /** The author's name of a step. */ readonly step_key: string;
/** A UUID (RFC 9562) in lower case. */ readonly step_run_id: string;
readonly attested: boolean; } | null;
readonly error: { /** The author's name of a step. */ readonly step_key: string;
readonly code: FailureCode; } | null;
readonly entry_count: number;
/** Leaf hash of the last entry: with entry_count, a receipt to keep. */ readonly leaf: string; }

export type RunStatus = "running" | "waiting" | "success" | "error" | "cancelled";

export interface Waiting { /** A UUID (RFC 9562) in lower case. */ readonly run_id: string;
/** A UUID (RFC 9562) in lower case. */ readonly manifest_id: string;
readonly manifest_name: string;
readonly initiated_by: string;
/** The author's name of a step. */ readonly step_key: string;
/** A UUID (RFC 9562) in lower case. */ readonly step_run_id: string;
/** RFC 3339, UTC, microseconds. */ readonly waiting_since: string;
readonly due_at: string | null;
/** Its time is over, and nothing ended by itself. */ readonly overdue: boolean;
/** True when only the resume is missing. */ readonly attested: boolean;
readonly compute_contract: ComputeContract; }

export interface Stats { readonly days: number;
readonly per_day: readonly ({ readonly day: string;
readonly started: number;
readonly success: number;
readonly error: number;
readonly cancelled: number;
readonly open: number; })[];
readonly failures: readonly ({ readonly code: FailureCode;
readonly count: number; })[];
/** How long compute steps waited until they were attested. */ readonly waits: { readonly count: number;
readonly median_seconds: number | null;
readonly longest_seconds: number | null; };
/** Model calls of the newest runs. */ readonly calls: { /** Calls are counted of the newest runs, at most so many. */ readonly of_runs_max: number;
readonly models: readonly ({ readonly model: string;
readonly calls: number;
readonly median_latency_ms: number | null;
readonly input_tokens: number;
readonly output_tokens: number; })[]; }; }

export interface Plan { readonly v: "rm-plan/1";
readonly engine: string;
/** The manifest's version. */ readonly manifest: { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
readonly version: number;
/** SHA-256 in lower-case hexadecimal. */ readonly digest: string;
readonly name: string; };
readonly params_schema: JsonSchema | null;
readonly max_parallel: number;
/** In order of execution. */ readonly steps: readonly (PlannedTaskStep | PlannedComputeStep)[]; }

export interface PlannedTaskStep { /** The author's name of a step. */ readonly step_key: string;
readonly depends_on: readonly string[];
readonly config: JsonObject;
readonly step_type: "task";
readonly chaining: Readonly<Record<string, ChainSource>>;
/** The task's version. */ readonly task: { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
readonly version: number;
/** SHA-256 in lower-case hexadecimal. */ readonly digest: string;
readonly definition: TaskDefinition; };
readonly model: EffectiveModel; }

export interface PlannedComputeStep { /** The author's name of a step. */ readonly step_key: string;
readonly depends_on: readonly string[];
readonly config: JsonObject;
readonly step_type: "compute";
readonly compute_contract: ComputeContract; }

export interface EffectiveModel { readonly provider: Provider;
readonly model: string;
readonly temperature: number | null;
readonly max_output_tokens: number | null;
readonly seed: number | null; }

export interface StepRun { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
/** A UUID (RFC 9562) in lower case. */ readonly run_id: string;
/** The author's name of a step. */ readonly step_key: string;
readonly step_type: "task" | "compute";
/** A UUID (RFC 9562) in lower case. */ readonly manifest_step_id: string;
readonly status: StepStatus;
readonly started_at: string | null;
readonly ended_at: string | null;
readonly attempts: readonly Attempt[];
/** A DecisionRationale once the step succeeded; of a failed step, whatever object the model wrote. */ readonly decision_rationale: DecisionRationale | JsonObject | null;
readonly execution_policy_report: PolicyReport | null;
/** Any JSON value; null until the step succeeded. */ readonly canonical_output: unknown;
readonly error: Failure | null;
readonly skipped_because: string | null;
readonly compute_contract: ComputeContract | null;
readonly attestation: Attestation | null;
readonly rejected_attestations: readonly RejectedAttestation[]; }

export type StepStatus = "RUNNING" | "WAITING_FOR_ATTESTATION" | "SUCCESS" | "FAIL" | "SKIPPED";

export interface Attempt { readonly attempt: number;
/** RFC 3339, UTC, microseconds. */ readonly started_at: string;
readonly ended_at: string | null;
readonly provider: Provider;
readonly model: string;
readonly model_replied: string | null;
/** Place of an artifact in its run: {seq}.{n}, the n-th of entry seq. */ readonly request_artifact: string;
readonly reply_artifact: string | null;
readonly reply_status: number | null;
readonly latency_ms: number | null;
readonly usage: Usage | null;
readonly outcome: "running" | "succeeded" | "failed" | "interrupted";
readonly error: Failure | null; }

export interface Usage { readonly input_tokens: number | null;
readonly output_tokens: number | null; }

export interface Failure { readonly code: FailureCode;
readonly detail: string; }

export type FailureCode = "network" | "timeout" | "rate_limited" | "server_error" | "request_refused" | "reply_too_large" | "reply_unreadable" | "invalid_output" | "contract_violation" | "policy_violation" | "template_error" | "input_too_large" | "interrupted" | "attested_fail" | "cancelled";

export interface DecisionRationale { readonly version: string;
readonly summary?: string;
readonly nodes?: readonly unknown[];
readonly selected_path?: readonly unknown[]; }

export interface PolicyReport { readonly v: "rm-policy-report/1";
readonly verdict: "PASS" | "FAIL";
readonly rules: readonly RuleVerdict[]; }

export interface RuleVerdict { readonly rule: string;
readonly verdict: "PASS" | "FAIL";
readonly reason: string | null; }

export interface AttestStep { /** Whoever does this, as it is written into the record. */ readonly attested_by?: string;
readonly outcome: "SUCCESS" | "FAIL";
readonly notes?: string | null;
readonly artifacts?: readonly ({ readonly name: string;
/** Stored, never fetched. */ readonly uri: string;
readonly sha256?: string | null;
readonly bytes?: number | null; })[];
/** Any JSON value. */ readonly output?: unknown;
readonly signature?: Readonly<Record<string, unknown>> | null;
/** Hand the run back to a worker in the same commit. */ readonly resume?: boolean; }

export interface Attested { readonly ok: true;
/** A UUID (RFC 9562) in lower case. */ readonly step_run_id: string;
readonly new_status: StepStatus; }

export interface Attestation { readonly attested_by: string;
/** RFC 3339, UTC, microseconds. */ readonly attested_at: string;
readonly signature_class: SignatureClass;
readonly key: string | null;
readonly envelope: string | null;
readonly verified_by: readonly SignedName[];
readonly outcome: "SUCCESS" | "FAIL";
readonly notes: string | null;
readonly artifacts: readonly AttestedArtifact[];
/** Any JSON value. */ readonly output: unknown; }

export interface AttestedArtifact { readonly name: string;
readonly uri: string;
readonly sha256: string | null;
readonly bytes: number | null;
/** True: the file was handed over and hashed here. False: claimed, not verified. */ readonly is_verified: boolean; }

export interface ResumeRun { readonly initiated_by?: string | null; }

export interface CancelRun { readonly reason: string;
/** Whoever does this, as it is written into the record. */ readonly cancelled_by?: string; }

export interface RequestErasure { /** Place of an artifact in its run: {seq}.{n}, the n-th of entry seq. */ readonly artifact: string;
readonly legal_basis: string;
readonly reason: string;
/** Whoever does this, as it is written into the record. */ readonly requested_by?: string; }

export interface ApproveErasure { /** Whoever does this, as it is written into the record. */ readonly approved_by?: string; }

export interface PlaceHold { readonly reason: string;
/** Whoever does this, as it is written into the record. */ readonly held_by?: string; }

export interface ReleaseHold { readonly reason: string;
/** Whoever does this, as it is written into the record. */ readonly released_by?: string; }

export interface Entry { readonly seq: number;
/** SHA-256 in lower-case hexadecimal. */ readonly leaf: string;
readonly body: EntryBody;
/** The entry's exact bytes, base64. */ readonly bytes: string; }

export interface EntryBody { readonly v: "rm-entry/1";
readonly log: string;
/** A UUID (RFC 9562) in lower case. */ readonly run: string;
readonly seq: number;
readonly prev: string | null;
readonly kind: EntryKind;
readonly step: string | null;
readonly attempt: number | null;
/** RFC 3339, UTC, microseconds. */ readonly at: string;
readonly actor: Actor;
readonly epoch: number;
readonly cmd: string | null;
readonly data: JsonObject;
readonly refs: readonly EntryRef[]; }

export type EntryKind = "run.created" | "step.started" | "step.attempt_failed" | "step.interrupted" | "step.waiting" | "attestation.submitted" | "attestation.verified" | "attestation.rejected" | "step.succeeded" | "step.failed" | "step.skipped" | "run.resumed" | "run.succeeded" | "run.failed" | "run.cancelled" | "erasure.requested" | "artifact.erased" | "hold.placed" | "hold.released";

export interface EntryRef { readonly role: "params" | "request" | "reply" | "outcome" | "attestation" | "envelope" | "reason";
readonly type: string;
readonly size: number;
/** Salted commitment. */ readonly c: string; }

export interface Actor { readonly type: "engine" | "operator";
readonly id: string | null;
readonly cred: string | null; }

export type SignatureClass = "anonymous" | "token" | "signed";

export interface SignedName { readonly name: string;
/** RFC 3339, UTC, microseconds. */ readonly at: string;
readonly signature_class: SignatureClass;
readonly key: string | null;
readonly envelope: string | null; }

export interface RejectedAttestation { readonly attested_by: string;
readonly rejected_by: SignedName;
readonly reason: string | null; }

export interface Challenge { readonly v: "rm-challenge/1";
readonly log: string;
readonly about: JsonObject;
readonly to: string;
readonly nonce: string;
/** RFC 3339, UTC, microseconds. */ readonly deadline: string; }

export interface AskForChallenge { /** Whoever does this, as it is written into the record. */ readonly to?: string; }

export interface VerifyAttestation { /** Whoever does this, as it is written into the record. */ readonly verified_by?: string;
readonly verdict: "VERIFIED" | "REJECTED";
readonly reason?: string | null;
readonly signature?: Readonly<Record<string, unknown>> | null;
/** Hand the run back to a worker if this was the last word needed. */ readonly resume?: boolean; }

export interface OperatorKey { /** SHA-256 of the SubjectPublicKeyInfo. */ readonly id: string;
readonly subject: string;
readonly printed_name: string;
readonly public_key: string;
readonly replaces: string | null;
/** RFC 3339, UTC, microseconds. */ readonly enrolled_at: string;
readonly revoked_at: string | null; }

export interface EnrollKey { /** Whoever does this, as it is written into the record. */ readonly subject: string;
/** Whoever does this, as it is written into the record. */ readonly printed_name: string;
/** ed25519: and the 32 bytes of the key in base64url. */ readonly public_key: string;
readonly replaces?: string | null; }

export interface Upload { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
/** Names the file in an attestation. */ readonly uri: string;
/** SHA-256 in lower-case hexadecimal. */ readonly sha256: string;
readonly bytes: number;
readonly uploaded_by: string;
/** RFC 3339, UTC, microseconds. */ readonly uploaded_at: string; }

export interface RevokeKey { readonly reason: string; }

export type Role = "author" | "releaser" | "runner" | "attestor" | "verifier" | "auditor" | "eraser" | "key_custodian" | "admin";

export interface SignInMethods { /** True: at an identity provider, by /auth/sign-in. */ readonly provider: boolean; }

export interface WhoAmI { readonly subject: string | null;
readonly roles: readonly Role[];
readonly credential: string | null; }

export interface Token { /** A UUID (RFC 9562) in lower case. */ readonly id: string;
readonly subject: string;
readonly roles: readonly Role[];
/** RFC 3339, UTC, microseconds. */ readonly created_at: string;
/** RFC 3339, UTC, microseconds. */ readonly expires_at: string;
readonly revoked_at: string | null; }

export interface NewToken { readonly token: Token;
/** The token's text. It is shown this once. */ readonly secret: string; }

export interface CreateToken { /** Whoever does this, as it is written into the record. */ readonly subject: string;
readonly roles: readonly ("author" | "releaser" | "runner" | "attestor" | "verifier" | "auditor" | "eraser" | "key_custodian" | "admin")[];
readonly expires_in_days?: number; }

export interface RevokeToken { readonly reason: string; }

export interface Log { /** The log's name, first line of its checkpoints. */ readonly origin: string;
readonly size: number;
readonly root: string | null;
readonly checkpoint: { readonly size: number;
/** RFC 3339, UTC, microseconds. */ readonly published_at: string;
/** Names of the keys that signed. */ readonly signatures: readonly string[]; } | null;
/** Entries that are not in the log yet. */ readonly pending: number;
/** `pending` is where counting stopped. */ readonly pending_is_more: boolean;
/** This process seals entries. */ readonly seals: boolean;
/** This process has a key to sign with. */ readonly signs: boolean;
readonly verifier_key: string | null;
readonly alarm: { readonly code: string;
readonly detail: string; } | null; }

export interface Operations { /** The process is alive and its event loop turns */
health: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Health };
/** One real round trip to the database */
pingDatabase: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Pong };
/** Which program this is */
version: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Version };
/** Metrics for Prometheus */
metrics: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Create a task as its version 1 */
createTask: { readonly params: undefined; readonly query: undefined; readonly body: TaskInput; readonly answer: Task };
/** Current versions by name; the next page is in the Link header */
listTasks: { readonly params: undefined; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Task[] };
/** Every door check, and nothing is written */
checkTask: { readonly params: undefined; readonly query: undefined; readonly body: TaskInput; readonly answer: Checked };
/** The current version of a task */
getTask: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Task };
/** Make a new version; earlier ones stay, and runs under way keep theirs */
replaceTask: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: TaskInput; readonly answer: Task };
/** All versions, newest first */
listTaskVersions: { readonly params: { readonly id: string; }; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Task[] };
/** One version of a task */
getTaskVersion: { readonly params: { readonly id: string; readonly version: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Task };
/** Create a manifest as its version 1; its steps may come with it or by a PUT of their own */
createManifest: { readonly params: undefined; readonly query: undefined; readonly body: ManifestInput; readonly answer: Manifest };
/** Current versions by name; the next page is in the Link header */
listManifests: { readonly params: undefined; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Manifest[] };
/** Every door check, and nothing is written */
checkManifest: { readonly params: undefined; readonly query: undefined; readonly body: ManifestInput; readonly answer: Checked };
/** The current version of a manifest */
getManifest: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Manifest };
/** Make a new version; steps that the body does not mention stay */
replaceManifest: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: ManifestInput; readonly answer: Manifest };
/** The steps of the current version */
listSteps: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: readonly Step[] };
/** Replace the set of steps: a new version */
replaceSteps: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: StepsInput; readonly answer: readonly Step[] };
/** All versions, newest first */
listManifestVersions: { readonly params: { readonly id: string; }; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Manifest[] };
/** One version of a manifest */
getManifestVersion: { readonly params: { readonly id: string; readonly version: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Manifest };
/** Start a run of the manifest's current version */
startRun: { readonly params: undefined; readonly query: undefined; readonly body: StartRun; readonly answer: Run };
/** Runs, newest first; the next page is in the Link header */
listRuns: { readonly params: undefined; readonly query: { readonly status?: "running" | "waiting" | "success" | "error" | "cancelled"; readonly manifest_id?: string; readonly initiated_by?: string; readonly created_from?: string; readonly created_to?: string; readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Run[] };
/** One run */
getRun: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Run };
/** The steps of a run that have begun or ended, in plan order */
listStepRuns: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: readonly StepRun[] };
/** The record of a run, entry by entry; the next page is in the Link header */
listEntries: { readonly params: { readonly id: string; }; readonly query: { readonly limit?: string; readonly after?: string; }; readonly body: undefined; readonly answer: readonly Entry[] };
/** The plan a run is bound to: its canonical bytes */
getPlan: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: Plan };
/** One artifact of a run, named by its place {seq}.{n} */
getArtifact: { readonly params: { readonly id: string; readonly artifact: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** The last days in numbers: runs by day and end, failures, waits for people, model calls */
getStats: { readonly params: undefined; readonly query: { readonly days?: string; }; readonly body: undefined; readonly answer: Stats };
/** State what came of a waiting compute step */
attestStep: { readonly params: { readonly id: string; readonly step_run_id: string; }; readonly query: undefined; readonly body: AttestStep; readonly answer: Attested };
/** Stand by an attestation that waits for another person, or reject it */
verifyAttestation: { readonly params: { readonly id: string; readonly step_run_id: string; }; readonly query: undefined; readonly body: VerifyAttestation; readonly answer: Attested };
/** What to sign on a waiting step */
issueChallenge: { readonly params: { readonly id: string; readonly step_run_id: string; }; readonly query: undefined; readonly body: AskForChallenge; readonly answer: Challenge };
/** Hand an attested, waiting run back to the workers */
resumeRun: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: ResumeRun | undefined; readonly answer: Run };
/** End a run, for a stated reason */
cancelRun: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: CancelRun; readonly answer: Run };
/** What waits for a person, with what is to be delivered: due soonest first, the overdue leading */
listWaiting: { readonly params: undefined; readonly query: { readonly limit?: string; }; readonly body: undefined; readonly answer: readonly Waiting[] };
/** The entries of a run as they are written */
followRun: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Runs as they change */
followRuns: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Everything there is of a run, as one file that can be checked anywhere */
exportRun: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** The report of a run: one page for people, without script */
getReport: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Ask for an artifact's content to be erased */
requestErasure: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: RequestErasure; readonly answer: Run };
/** Erase an artifact whose erasure another person asked for */
approveErasure: { readonly params: { readonly id: string; readonly artifact: string; }; readonly query: undefined; readonly body: ApproveErasure; readonly answer: Run };
/** Forbid that anything of a run is erased */
placeHold: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: PlaceHold; readonly answer: Run };
/** Lift the hold of a run */
releaseHold: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: ReleaseHold; readonly answer: Run };
/** The last signed tree head (C2SP tlog-checkpoint) */
getCheckpoint: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Tree hashes or entries (C2SP tlog-tiles): {level}/{n}, entries/{n}, each with .p/{width} for a part */
getTile: { readonly params: { readonly path: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** How the sealed log is doing */
getLog: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Log };
/** Proof that an entry is in the log (C2SP tlog-proof), checkable offline by whoever has the log's key */
getEntryProof: { readonly params: { readonly id: string; readonly seq: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Whom the server takes the caller for */
whoAmI: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: WhoAmI };
/** Give out an API token */
createToken: { readonly params: undefined; readonly query: undefined; readonly body: CreateToken; readonly answer: NewToken };
/** Tokens that were given out, oldest first; the next page is in the Link header */
listTokens: { readonly params: undefined; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly Token[] };
/** Let a token let nobody in any more, for a stated reason */
revokeToken: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: RevokeToken; readonly answer: Token };
/** How a browser can sign in */
signInMethods: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: SignInMethods };
/** End this session, or whatever token this is asked with */
signOut: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Put on record whose key this is */
enrollKey: { readonly params: undefined; readonly query: undefined; readonly body: EnrollKey; readonly answer: OperatorKey };
/** Keys that were ever enrolled; the next page is in the Link header */
listKeys: { readonly params: undefined; readonly query: { readonly limit?: string; readonly cursor?: string; }; readonly body: undefined; readonly answer: readonly OperatorKey[] };
/** Take nothing from a key any more, for a stated reason */
revokeKey: { readonly params: { readonly key: string; }; readonly query: undefined; readonly body: RevokeKey; readonly answer: OperatorKey };
/** This interface as OpenAPI 3.1 */
openApi: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: JsonObject };
/** This interface, for people */
docs: { readonly params: undefined; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** What a problem's code means */
problem: { readonly params: { readonly code: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown };
/** Hand over a file, to be named in an attestation */
uploadArtifact: { readonly params: undefined; readonly query: undefined; readonly body: unknown; readonly answer: Upload };
/** A file that was handed over */
downloadArtifact: { readonly params: { readonly id: string; }; readonly query: undefined; readonly body: undefined; readonly answer: unknown }; }

export const routes = { health: { method: "GET", path: "/health" },
pingDatabase: { method: "GET", path: "/db/ping" },
version: { method: "GET", path: "/version" },
metrics: { method: "GET", path: "/metrics" },
createTask: { method: "POST", path: "/api/tasks" },
listTasks: { method: "GET", path: "/api/tasks" },
checkTask: { method: "POST", path: "/api/tasks/check" },
getTask: { method: "GET", path: "/api/tasks/{id}" },
replaceTask: { method: "PUT", path: "/api/tasks/{id}" },
listTaskVersions: { method: "GET", path: "/api/tasks/{id}/versions" },
getTaskVersion: { method: "GET", path: "/api/tasks/{id}/versions/{version}" },
createManifest: { method: "POST", path: "/api/manifests" },
listManifests: { method: "GET", path: "/api/manifests" },
checkManifest: { method: "POST", path: "/api/manifests/check" },
getManifest: { method: "GET", path: "/api/manifests/{id}" },
replaceManifest: { method: "PUT", path: "/api/manifests/{id}" },
listSteps: { method: "GET", path: "/api/manifests/{id}/steps" },
replaceSteps: { method: "PUT", path: "/api/manifests/{id}/steps" },
listManifestVersions: { method: "GET", path: "/api/manifests/{id}/versions" },
getManifestVersion: { method: "GET", path: "/api/manifests/{id}/versions/{version}" },
startRun: { method: "POST", path: "/api/runs" },
listRuns: { method: "GET", path: "/api/runs" },
getRun: { method: "GET", path: "/api/runs/{id}" },
listStepRuns: { method: "GET", path: "/api/runs/{id}/steps" },
listEntries: { method: "GET", path: "/api/runs/{id}/entries" },
getPlan: { method: "GET", path: "/api/runs/{id}/plan" },
getArtifact: { method: "GET", path: "/api/runs/{id}/artifacts/{artifact}" },
getStats: { method: "GET", path: "/api/stats" },
attestStep: { method: "POST", path: "/api/runs/{id}/steps/{step_run_id}/attest" },
verifyAttestation: { method: "POST", path: "/api/runs/{id}/steps/{step_run_id}/verify" },
issueChallenge: { method: "POST", path: "/api/runs/{id}/steps/{step_run_id}/challenge" },
resumeRun: { method: "POST", path: "/api/runs/{id}/resume" },
cancelRun: { method: "POST", path: "/api/runs/{id}/cancel" },
listWaiting: { method: "GET", path: "/api/waiting" },
followRun: { method: "GET", path: "/api/runs/{id}/events" },
followRuns: { method: "GET", path: "/api/events" },
exportRun: { method: "GET", path: "/api/runs/{id}/export" },
getReport: { method: "GET", path: "/api/runs/{id}/report" },
requestErasure: { method: "POST", path: "/api/runs/{id}/erasures" },
approveErasure: { method: "POST", path: "/api/runs/{id}/erasures/{artifact}/approve" },
placeHold: { method: "POST", path: "/api/runs/{id}/hold" },
releaseHold: { method: "POST", path: "/api/runs/{id}/hold/release" },
getCheckpoint: { method: "GET", path: "/log/checkpoint" },
getTile: { method: "GET", path: "/log/tile/{path}" },
getLog: { method: "GET", path: "/api/log" },
getEntryProof: { method: "GET", path: "/api/runs/{id}/entries/{seq}/proof" },
whoAmI: { method: "GET", path: "/api/me" },
createToken: { method: "POST", path: "/api/tokens" },
listTokens: { method: "GET", path: "/api/tokens" },
revokeToken: { method: "POST", path: "/api/tokens/{id}/revoke" },
signInMethods: { method: "GET", path: "/api/sign-in" },
signOut: { method: "POST", path: "/auth/sign-out" },
enrollKey: { method: "POST", path: "/api/keys" },
listKeys: { method: "GET", path: "/api/keys" },
revokeKey: { method: "POST", path: "/api/keys/{key}/revoke" },
openApi: { method: "GET", path: "/openapi.json" },
docs: { method: "GET", path: "/docs" },
problem: { method: "GET", path: "/problems/{code}" },
uploadArtifact: { method: "PUT", path: "/api/artifacts" },
downloadArtifact: { method: "GET", path: "/api/artifacts/{id}" }, } as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;

