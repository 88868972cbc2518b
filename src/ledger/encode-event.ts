import { unreachable } from "../domain/assert.ts";
import { canonicalBytes } from "../domain/canonical-json.ts";
import type { SignatureRecord } from "../domain/attestation.ts";
import type { CallRecord, RunEvent } from "../domain/event.ts";
import type { JsonObject } from "../domain/json.ts";
import type { StepKey } from "../domain/ids.ts";
import type { Plan } from "../domain/plan.ts";
import type { CanonicalOutput, PolicyReport } from "../domain/outcome.ts";
import type { Failure } from "../domain/failure.ts";
import type { ArtifactRole } from "../domain/transition.ts";

/** Bytes that an entry refers to but does not hold: everything large or possibly personal. */
export interface ArtifactDraft {
  readonly role: ArtifactRole;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** An event as its entry will say it: `data` is small and non-personal, the rest are artifacts. */
export interface EventDraft {
  readonly step: StepKey | null;
  readonly attempt: number | null;
  readonly data: JsonObject;
  readonly artifacts: readonly ArtifactDraft[];
}

/** How the parts of a step's end become the one `outcome` artifact; handed in because its form belongs to the engine. */
export type OutcomeWriter = (parts: {
  readonly output: CanonicalOutput | null;
  readonly rationale: JsonObject | null;
  readonly error: Failure | null;
  readonly report: PolicyReport | null;
}) => Uint8Array;

const jsonType = "application/json";
const octets = "application/octet-stream";
const plainText = "text/plain; charset=utf-8";
const envelopeType = "application/vnd.dsse.envelope.v1+json";
const encoder = new TextEncoder();

export function draftEvent(event: RunEvent, plan: Plan, outcomeBytes: OutcomeWriter): EventDraft {
  switch (event.kind) {
    case "run.created":
      return draft({
        data: createdData(event),
        artifacts: [{ role: "params", mediaType: jsonType, content: canonicalBytes(event.params) }],
      });
    case "step.started":
      return draft({
        ...at(event),
        data: startedData(plan, event.step, event.request.path),
        artifacts: [{ role: "request", mediaType: jsonType, content: event.request.body }],
      });
    case "step.attempt_failed": {
      const { call, failure, rationale, report, retryInMs } = event;
      const outcome = outcomeBytes({ output: null, rationale, error: failure, report });
      return draft({
        ...at(event),
        data: { ...callData(call), code: failure.code, retry_in_ms: retryInMs },
        artifacts: ended(call, outcome),
      });
    }
    case "step.interrupted":
      return draft(at(event));
    case "step.waiting":
      return draft({ step: event.step });
    case "attestation.submitted": {
      const { step, attestation, signature } = event;
      return draft({
        step,
        data: { attested_by: attestation.attested_by, outcome: attestation.outcome, ...signatureData(signature) },
        artifacts: [
          {
            role: "attestation",
            mediaType: jsonType,
            content: canonicalBytes({ ...attestation, artifacts: attestation.artifacts.map((item) => ({ ...item })) }),
          },
          ...envelopeOf(signature),
        ],
      });
    }
    case "attestation.verified":
      return draft({
        step: event.step,
        data: { verified_by: event.verifiedBy, ...signatureData(event.signature) },
        artifacts: [...reasonOf(event.reason), ...envelopeOf(event.signature)],
      });
    case "attestation.rejected":
      return draft({
        step: event.step,
        data: { rejected_by: event.rejectedBy, ...signatureData(event.signature) },
        artifacts: [...reasonOf(event.reason), ...envelopeOf(event.signature)],
      });
    case "step.succeeded": {
      const { step, output, by } = event;
      const outcome = outcomeBytes({ output, rationale: by?.rationale ?? null, error: null, report: by?.report ?? null });
      if (by === null) return draft({ step, artifacts: ended(null, outcome) });
      return draft({ step, attempt: by.attempt, data: callData(by.call), artifacts: ended(by.call, outcome) });
    }
    case "step.failed": {
      const { step, failure, by } = event;
      const outcome = outcomeBytes({ output: null, rationale: by?.rationale ?? null, error: failure, report: by?.report ?? null });
      const call = by === null ? {} : callData(by.call);
      return draft({
        step,
        attempt: by?.attempt ?? null,
        data: { ...call, code: failure.code },
        artifacts: ended(by?.call ?? null, outcome),
      });
    }
    case "step.skipped":
      return draft({ step: event.step, data: { because: event.because.type === "step_failed" ? event.because.step : null } });
    case "run.resumed":
      return draft({ data: { resumed_by: event.resumedBy } });
    case "run.succeeded":
      return draft({});
    case "run.failed":
      return draft({ data: { code: event.code, step: event.step } });
    case "run.cancelled":
      return draft({
        data: { cancelled_by: event.cancelledBy },
        artifacts: reasonOf(event.reason),
      });
    case "erasure.requested": {
      const { artifact, legalBasis, requestedBy, reason } = event;
      return draft({ data: { artifact, legal_basis: legalBasis, requested_by: requestedBy }, artifacts: reasonOf(reason) });
    }
    case "artifact.erased": {
      const { artifact, request, requestedBy, approvedBy, legalBasis } = event;
      return draft({
        data: { approved_by: approvedBy, artifact, legal_basis: legalBasis, request, requested_by: requestedBy },
      });
    }
    case "hold.placed":
      return draft({ data: { held_by: event.heldBy }, artifacts: reasonOf(event.reason) });
    case "hold.released":
      return draft({ data: { released_by: event.releasedBy }, artifacts: reasonOf(event.reason) });
    default:
      return unreachable(event);
  }
}

/** Absent where nothing was signed, so that an entry without a signature is what it always was. */
function signatureData(signature: SignatureRecord | null): JsonObject {
  if (signature === null) return {};
  const { key, publicKey, nonce, register } = signature;
  return { signature: { class: "signed", key, nonce, public_key: publicKey, register } };
}

function envelopeOf(signature: SignatureRecord | null): readonly ArtifactDraft[] {
  if (signature === null) return [];
  return [{ role: "envelope", mediaType: envelopeType, content: canonicalBytes(signature.envelope) }];
}

function reasonOf(reason: string | null): readonly ArtifactDraft[] {
  return reason === null ? [] : [{ role: "reason", mediaType: plainText, content: encoder.encode(reason) }];
}

function draft(parts: Partial<EventDraft>): EventDraft {
  return { step: null, attempt: null, data: {}, artifacts: [], ...parts };
}

function at(event: { readonly step: StepKey; readonly attempt: number }): { step: StepKey; attempt: number } {
  return { step: event.step, attempt: event.attempt };
}

function createdData(event: Extract<RunEvent, { kind: "run.created" }>): JsonObject {
  const { manifest, engine } = event.plan;
  return {
    engine,
    initiated_by: event.initiatedBy,
    manifest_digest: manifest.digest,
    manifest_id: manifest.id,
    manifest_version: manifest.version,
    plan: event.planDigest,
  };
}

function startedData(plan: Plan, key: StepKey, path: string): JsonObject {
  const step = plan.steps.find((planned) => planned.step_key === key);
  return step?.step_type === "task" ? { model: step.model.model, path, provider: step.model.provider } : { path };
}

function callData(call: CallRecord): JsonObject {
  const { reply, model, usage } = call;
  return {
    latency_ms: reply.latencyMs,
    model,
    provider_status: reply.arrived ? reply.status : null,
    usage: usage === null ? null : { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens },
  };
}

function ended(call: CallRecord | null, outcome: Uint8Array): readonly ArtifactDraft[] {
  const artifacts: ArtifactDraft[] = [];
  if (call !== null && call.reply.body !== null) artifacts.push({ role: "reply", mediaType: octets, content: call.reply.body });
  artifacts.push({ role: "outcome", mediaType: jsonType, content: outcome });
  return artifacts;
}
