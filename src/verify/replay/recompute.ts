import { aboutWaitingStep } from "../../attestation/about-step.ts";
import { attestAct, attestMeanings, verifyAct, verifyMeanings } from "../../attestation/acts.ts";
import type { Meaning } from "../../attestation/statement.ts";
import { present } from "../../domain/assert.ts";
import type { SignatureRecord } from "../../domain/attestation.ts";
import type { RunCommand } from "../../domain/command.ts";
import { failureCodes } from "../../domain/failure.ts";
import type { Failure } from "../../domain/failure.ts";
import type { StepKey } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ModelRequest, ReadReply } from "../../domain/model-call.ts";
import type { Admission } from "../../domain/outcome.ts";
import type { PlannedComputeStep, PlannedStep, PlannedTaskStep } from "../../domain/plan.ts";
import { ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";
import type { Run } from "../../domain/run.ts";
import { admitAttestation } from "../../engine/admit-attestation.ts";
import { admit } from "../../engine/admit.ts";
import { erasedOutput } from "../../engine/canonical-output.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { noClientFailure } from "../../engine/refuse-provider.ts";
import { renderPrompt, stepInput } from "../../engine/render-prompt.ts";
import type { StepInput } from "../../engine/render-prompt.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { providerMessages } from "../../llm/provider-messages.ts";
import type { Compile } from "../compiled-plans.ts";
import { contentOf } from "../recorded-run.ts";
import type { RecordedRun } from "../recorded-run.ts";
import { recordedSignature, recordedSignatureFault } from "./recorded-signature.ts";
import { readAttestation, readCall, readParams, readReason, readRecordedOutcome } from "./read-recorded.ts";
import { wordOf } from "../word.ts";

export interface ReplayTools {
  readonly compile: Compile;
  /** True: prompts are rendered and requests built again. False: the requests on record are taken as they are. */
  readonly renders: boolean;
  /** Told of every reply that could be read, with what it was judged by and what the judgement is. */
  readonly onReply?: ((judged: JudgedReply) => void) | undefined;
}

export interface JudgedReply {
  readonly entry: Entry;
  readonly step: PlannedTaskStep;
  readonly input: StepInput;
  readonly read: ReadReply;
  readonly admission: Admission;
}

/** Where the walk stands: before entry `index`, with the run as all entries before it make it. */
export interface Standing {
  readonly run: Run | null;
  readonly index: number;
  /** Steps whose output is on record as existing, and gone. */
  readonly erased: ReadonlySet<StepKey>;
}

/** What a recorded entry must have been caused by, computed again from what the record holds. */
export type Cause =
  /** `unchecked` says what could not be computed again and was taken from the record instead. */
  | { readonly type: "command"; readonly command: RunCommand; readonly unchecked: string | null }
  /** No command of anybody makes this entry true here. */
  | { readonly type: "unlawful"; readonly expected: string };

/** The command behind the entry where the walk stands, which no earlier one explains. */
export function causeOf(recorded: RecordedRun, standing: Standing, tools: ReplayTools): Cause {
  const { run, index } = standing;
  const entry = present(recorded.entries[index], "the entry");
  if (entry.kind === "run.created") return startCause(recorded, entry);
  if (run === null) return unlawful("run.created");
  const at: Scene = { recorded, run, index, erased: standing.erased, entry, tools };
  switch (entry.kind) {
    case "step.started":
      return attemptCause(at);
    case "step.attempt_failed":
      return replyCause(at);
    case "step.succeeded":
      return entry.attempt === null ? unlawful("an attestation before it") : replyCause(at);
    case "step.failed":
      if (entry.attempt !== null) return replyCause(at);
      return entry.data["code"] === "cancelled" ? cancelCause(at) : refusalCause(at);
    case "step.skipped":
    case "run.cancelled":
      return cancelCause(at);
    case "step.interrupted":
      return command({ type: "record_interruptions" });
    case "attestation.submitted":
      return attestCause(at);
    case "attestation.verified":
    case "attestation.rejected":
      return verifyCause(at);
    case "run.resumed":
      return command({ type: "resume", resumedBy: wordOf(entry.data["resumed_by"]) });
    case "erasure.requested":
    case "artifact.erased":
    case "hold.placed":
    case "hold.released":
      return custodyCause(at);
    case "step.waiting":
    case "run.succeeded":
    case "run.failed":
      return unlawful("something that it follows from");
  }
}

interface Scene extends Standing {
  readonly recorded: RecordedRun;
  readonly run: Run;
  readonly entry: Entry;
  readonly tools: ReplayTools;
}

function command(asked: RunCommand, unchecked: string | null = null): Cause {
  return { type: "command", command: asked, unchecked };
}

function unlawful(expected: string): Cause {
  return { type: "unlawful", expected };
}

const paramsGone = "the run's parameters are gone";

function startCause({ plan, planDigest, artifacts }: RecordedRun, entry: Entry): Cause {
  const params = readParams(artifacts, entry);
  const start = { type: "start_run", plan, planDigest, initiatedBy: wordOf(entry.data["initiated_by"]) } as const;
  return command({ ...start, params: params ?? {} }, params === null ? paramsGone : null);
}

function attemptCause(at: Scene): Cause {
  const { recorded, run, entry, tools } = at;
  const step = taskStep(at);
  if (step === null) return unlawful("a task step of the plan");
  const request = contentOf(recorded.artifacts, entry, "request");
  const body = request.type === "content" ? request.content : new Uint8Array();
  const asRecorded: ModelRequest = { method: "POST", path: wordOf(entry.data["path"]), body };
  const start = { type: "start_attempt", step: step.step_key } as const;
  const gone = request.type === "absent" ? "its request is gone" : inputGone(at, step);
  if (gone !== null || !tools.renders) return command({ ...start, request: asRecorded }, gone);
  const built = buildRequest(run, step, asRecorded, tools);
  if (built.ok) return command({ ...start, request: built.value });
  return command({ type: "refuse_attempt", step: step.step_key, failure: built.error });
}

/** Renders the prompt and makes the request again, with the provider options that the recorded one shows. */
function buildRequest(run: Run, step: PlannedTaskStep, recorded: ModelRequest, tools: ReplayTools): Result<ModelRequest, Failure> {
  const messages = providerMessages[step.model.provider];
  const prompt = renderPrompt(tools.compile(step), stepInput(run, step));
  if (!prompt.ok) return prompt;
  const { name, extract_schema: schema } = step.task.definition;
  return ok(messages.buildRequest(prompt.value, step.model, { schema, taskName: name }, messages.optionsOf(recorded)));
}

/** An attempt that never became a request: the prompt could not be made, or there was nobody to send it to. */
function refusalCause(at: Scene): Cause {
  const { run, entry, tools } = at;
  const step = taskStep(at);
  if (step === null) return unlawful("a task step of the plan");
  const refuse = { type: "refuse_attempt", step: step.step_key } as const;
  const code = entry.data["code"];
  if (code === "request_refused") return command({ ...refuse, failure: noClientFailure(step.model.provider) });
  if (code !== "template_error" && code !== "input_too_large") return unlawful("an attempt before it");
  const gone = inputGone(at, step);
  if (gone !== null) return command({ ...refuse, failure: recordedFailure(at) }, gone);
  const prompt = renderPrompt(tools.compile(step), stepInput(run, step));
  return prompt.ok ? unlawful("an attempt, for its prompt can be rendered") : command({ ...refuse, failure: prompt.error });
}

/** The gate again: the recorded reply is read, taken apart and judged by contract and policy as it was then. */
function replyCause(at: Scene): Cause {
  const { recorded, run, entry, tools } = at;
  const step = taskStep(at);
  if (step === null || entry.attempt === null) return unlawful("an attempt of a task step of the plan");
  // What the gate said is read only where it cannot be asked again, or where a call that did not arrive left nothing else.
  const outcome = lazily(() => readRecordedOutcome(recorded.artifacts, entry));
  const call = readCall(recorded.artifacts, entry, outcome);
  const record = { type: "record_reply", step: step.step_key, attempt: entry.attempt } as const;
  const gone = contentOf(recorded.artifacts, entry, "reply").type === "absent" ? "its reply is gone" : inputGone(at, step);
  if (gone !== null) return command({ ...record, call, admission: recordedAdmission(at, outcome()) }, gone);
  const read = providerMessages[step.model.provider].read(call.reply);
  const input = stepInput(run, step);
  const admission: Admission = read.ok
    ? admit(tools.compile(step), input, read.value)
    : { admitted: false, failure: read.error, rationale: null, report: null };
  if (read.ok) tools.onReply?.({ entry, step, input, read: read.value, admission });
  const outcomeGone = contentOf(recorded.artifacts, entry, "outcome").type !== "content";
  const said = { model: read.ok ? read.value.model : null, usage: read.ok ? read.value.usage : null };
  return command({ ...record, call: { reply: call.reply, ...said }, admission }, outcomeGone ? "its outcome is gone" : null);
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** What the record says the gate said, where it cannot be asked again. */
function recordedAdmission(at: Scene, outcome: Outcome | null): Admission {
  if (at.entry.kind !== "step.succeeded") {
    return { admitted: false, failure: recordedFailure(at), rationale: outcome?.rationale ?? null, report: outcome?.report ?? null };
  }
  return {
    admitted: true,
    output: outcome === null ? erasedOutput : present(outcome.output, "the canonical output of a step that succeeded"),
    rationale: outcome === null ? {} : present(outcome.rationale, "the rationale of a step that succeeded"),
    report: outcome === null ? { v: "rm-policy-report/1", verdict: "PASS", rules: [] } : present(outcome.report, "its policy report"),
  };
}

function recordedFailure({ recorded, entry }: Scene): Failure {
  const recordedOne = readRecordedOutcome(recorded.artifacts, entry)?.error;
  if (recordedOne !== undefined && recordedOne !== null) return recordedOne;
  return {
    code: present(
      failureCodes.find((code) => code === entry.data["code"]),
      "the failure code",
    ),
    detail: "",
  };
}

function attestCause(at: Scene): Cause {
  const { artifacts, entries } = at.recorded;
  const step = plannedStep(at);
  if (step?.step_type !== "compute") return unlawful("a compute step of the plan");
  const attestation = readAttestation(artifacts, at.entry);
  const signature = recordedSignature(artifacts, at.entry);
  const attest = { type: "attest", step: step.step_key, signature, resume: false } as const;
  if (attestation === null) {
    // Who attested what outcome stands in the entry itself; what it gave, in the end of the step that follows.
    const next = entries[at.index + 1];
    const output = (next === undefined ? null : readRecordedOutcome(artifacts, next)?.output) ?? erasedOutput;
    const outcome = at.entry.data["outcome"] === "FAIL" ? "FAIL" : "SUCCESS";
    const known = { attested_by: wordOf(at.entry.data["attested_by"]), outcome, notes: null, artifacts: [], output: null } as const;
    return command({ ...attest, attestation: known, output: outcome === "FAIL" ? null : output }, "its attestation is gone");
  }
  const acts = [true, false].map((resume) => attestAct(attestation, resume));
  const fault = signatureFaultOf(at, step, { signature, acts, meanings: attestMeanings, signer: attestation.attested_by });
  if (fault !== null) return unlawful(fault);
  if (attestation.outcome === "FAIL") return command({ ...attest, attestation, output: null });
  const admitted = admitAttestation(step.compute_contract, attestation);
  if (admitted.ok) return command({ ...attest, attestation, output: admitted.value });
  return unlawful(`an attestation that meets the compute contract (${admitted.error.map(({ detail }) => detail).join("; ")})`);
}

/** The attestation that is verified stands in an earlier entry; its output becomes the step's with the last word that was needed. */
function verifyCause(at: Scene): Cause {
  const { recorded, entry, run } = at;
  const { artifacts, entries } = recorded;
  const step = plannedStep(at);
  if (step?.step_type !== "compute") return unlawful("a compute step of the plan");
  const stepRun = run.steps.get(step.step_key);
  const submission = stepRun?.status === "WAITING_FOR_ATTESTATION" ? stepRun.submission : null;
  if (submission === null) return unlawful("an attestation that waits to be verified");
  const signature = recordedSignature(artifacts, entry);
  const verdict = entry.kind === "attestation.rejected" ? "REJECTED" : "VERIFIED";
  const by = wordOf(entry.data[verdict === "REJECTED" ? "rejected_by" : "verified_by"]);
  const hasReason = entry.refs.some(({ role }) => role === "reason");
  const reason = hasReason ? readReason(artifacts, entry) : null;
  const verify = { type: "verify", step: step.step_key, by, verdict, signature, resume: false } as const;
  const submitted = present(entries[submission.seq], "the entry of the attestation");
  const attestation = readAttestation(artifacts, submitted);
  if (attestation === null || (hasReason && reason === null)) {
    const next = entries[at.index + 1];
    const output = (next === undefined ? null : readRecordedOutcome(artifacts, next)?.output) ?? erasedOutput;
    return command({ ...verify, reason: reason ?? (hasReason ? "" : null), output }, "the attestation or the reason is gone");
  }
  const acts = [true, false].map((resume) => verifyAct({ by, verdict, reason, resume }, attestation));
  const fault = signatureFaultOf(at, step, { signature, acts, meanings: verifyMeanings, signer: by });
  if (fault !== null) return unlawful(fault);
  const admitted = admitAttestation(step.compute_contract, attestation);
  return admitted.ok ? command({ ...verify, reason, output: admitted.value }) : unlawful("an attestation that meets the compute contract");
}

/** What is wrong with a signature on record, judged again without anybody's word: null when it holds, or nothing was signed. */
function signatureFaultOf(
  { recorded, run, entry }: Scene,
  step: PlannedComputeStep,
  said: {
    readonly signature: SignatureRecord | null;
    readonly acts: readonly JsonObject[];
    readonly meanings: readonly Meaning[];
    readonly signer: string;
  },
): string | null {
  // An envelope that was withheld or erased cannot be judged; that it is absent is said elsewhere.
  if (said.signature === null || contentOf(recorded.artifacts, entry, "envelope").type === "absent") return null;
  const about = aboutWaitingStep(present(recorded.entries[0], "the first entry").run, run, step);
  const faults = said.acts.map((act) => recordedSignatureFault(present(said.signature, "a signature"), entry.at, { ...said, about, act }));
  return faults.includes(null) ? null : `a signature that holds (${faults.at(-1) ?? ""})`;
}

/** Cancelling ends steps before it ends the run, so who did it and why stands in an entry further on. */
function cancelCause({ recorded: { entries, artifacts }, index }: Scene): Cause {
  const cancelled = entries.slice(index).find(({ kind }) => kind === "run.cancelled");
  if (cancelled === undefined) return unlawful("a cause of its end");
  const reason = readReason(artifacts, cancelled);
  const cancelledBy = wordOf(cancelled.data["cancelled_by"]);
  return command({ type: "cancel", cancelledBy, reason: reason ?? "" }, reason === null ? "the reason of the cancelling is gone" : null);
}

/** What people decided about the keeping of the record: taken as stated, and put to the rules on who may. */
function custodyCause({ recorded, entry }: Scene): Cause {
  const { data } = entry;
  const reason = readReason(recorded.artifacts, entry);
  const unchecked = reason === null && entry.kind !== "artifact.erased" ? "its reason is gone" : null;
  const artifact = wordOf(data["artifact"]);
  switch (entry.kind) {
    case "erasure.requested": {
      if (!isReferredTo(recorded.entries, artifact)) return unlawful("an artifact that an entry refers to");
      const requestedBy = wordOf(data["requested_by"]);
      return command(
        { type: "request_erasure", artifact, legalBasis: wordOf(data["legal_basis"]), requestedBy, reason: reason ?? "" },
        unchecked,
      );
    }
    case "artifact.erased":
      return command({ type: "approve_erasure", artifact, approvedBy: wordOf(data["approved_by"]) });
    case "hold.placed":
      return command({ type: "place_hold", heldBy: wordOf(data["held_by"]), reason: reason ?? "" }, unchecked);
    default:
      return command({ type: "release_hold", releasedBy: wordOf(data["released_by"]), reason: reason ?? "" }, unchecked);
  }
}

function isReferredTo(entries: readonly Entry[], artifact: string): boolean {
  const [seq, n] = artifact.split(".").map(Number);
  return entries[seq ?? -1]?.refs[n ?? -1] !== undefined && /^\d+\.\d+$/.test(artifact);
}

/** What prompt and policy would be computed from and the record no longer holds; null when everything is there. */
function inputGone({ recorded, erased }: Scene, step: PlannedTaskStep): string | null {
  const created = recorded.entries[0];
  if (created === undefined || contentOf(recorded.artifacts, created, "params").type !== "content") return paramsGone;
  const lost = step.depends_on.find((key) => erased.has(key));
  return lost === undefined ? null : `the output of step ${lost} is gone`;
}

function plannedStep({ run, entry }: Scene): PlannedStep | undefined {
  return run.plan.steps.find((step) => step.step_key === entry.step);
}

function taskStep(at: Scene): PlannedTaskStep | null {
  const step = plannedStep(at);
  return step?.step_type === "task" ? step : null;
}
