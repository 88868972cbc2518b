import { assert, present, unreachable } from "../domain/assert.ts";
import type { RunFact, SkipCause } from "../domain/event.ts";
import { failureCodes } from "../domain/failure.ts";
import type { Failure, FailureCode } from "../domain/failure.ts";
import { parseStepKey } from "../domain/ids.ts";
import type { StepKey } from "../domain/ids.ts";
import { isJsonObject, textOf } from "../domain/json.ts";
import type { JsonObject } from "../domain/json.ts";
import type { CanonicalOutput } from "../domain/outcome.ts";
import type { Plan } from "../domain/plan.ts";
import { parseSha256 } from "../domain/sha256.ts";
import type { Entry } from "./read-entry.ts";

/** Where a fold finds what an entry only refers to. Each answers for one entry by its `seq`. */
export interface FactSources {
  readonly plan: Plan;
  readonly params: JsonObject;
  /** Canonical output and error detail of a step's end or failed attempt; the output of an erased artifact is null. */
  readonly outcome: (seq: number) => { readonly output: CanonicalOutput | null; readonly error: Failure | null };
}

/** The fact an entry states, for `engine/evolve`. Asserts on a body that the writer could not have made. */
export function readFact(entry: Entry, sources: FactSources): RunFact {
  const { kind, data, seq } = entry;
  switch (kind) {
    case "run.created": {
      const planDigest = present(parseSha256(textOf(data["plan"]) ?? ""), "the plan digest of run.created");
      return {
        kind,
        plan: sources.plan,
        planDigest,
        params: sources.params,
        initiatedBy: present(textOf(data["initiated_by"]), "the initiator of run.created"),
      };
    }
    case "step.started":
    case "step.interrupted":
      return { kind, step: stepOf(entry), attempt: attemptOf(entry) };
    case "step.attempt_failed": {
      const failure = failureOf(entry, sources);
      return { kind, step: stepOf(entry), attempt: attemptOf(entry), failure, retryInMs: Number(data["retry_in_ms"]) };
    }
    case "step.waiting":
      return { kind, step: stepOf(entry) };
    case "attestation.submitted": {
      const outcome = data["outcome"] === "FAIL" ? "FAIL" : "SUCCESS";
      const attested_by = present(textOf(data["attested_by"]), `the attestor of entry ${seq}`);
      return { kind, step: stepOf(entry), attestation: { attested_by, outcome }, signature: signatureOf(data) };
    }
    case "attestation.verified": {
      const verifiedBy = present(textOf(data["verified_by"]), `the verifier of entry ${seq}`);
      return { kind, step: stepOf(entry), verifiedBy, signature: signatureOf(data) };
    }
    case "attestation.rejected":
      return { kind, step: stepOf(entry), signature: signatureOf(data) };
    case "step.succeeded":
      return { kind, step: stepOf(entry), output: present(sources.outcome(seq).output, `the canonical output of entry ${seq}`) };
    case "step.failed":
      return { kind, step: stepOf(entry), failure: failureOf(entry, sources) };
    case "step.skipped":
      return { kind, step: stepOf(entry), because: skipCause(data) };
    case "run.failed":
      return { kind, step: stepKey(data["step"]), code: codeOf(data) };
    case "erasure.requested":
      return {
        kind,
        artifact: textIn(data, "artifact"),
        legalBasis: textIn(data, "legal_basis"),
        requestedBy: textIn(data, "requested_by"),
      };
    case "artifact.erased":
      return { kind, artifact: textIn(data, "artifact") };
    case "hold.placed":
      return { kind, heldBy: textIn(data, "held_by") };
    case "hold.released":
    case "run.resumed":
    case "run.succeeded":
    case "run.cancelled":
      return { kind };
    default:
      return unreachable(kind);
  }
}

function signatureOf(data: JsonObject): { readonly nonce: string } | null {
  const { signature } = data;
  return isJsonObject(signature) ? { nonce: present(textOf(signature["nonce"]), "the nonce of a signature") } : null;
}

function textIn(data: JsonObject, name: string): string {
  return present(textOf(data[name]), `the member ${name} of an entry's data`);
}

function stepOf(entry: Entry): StepKey {
  return present(entry.step, `the step of entry ${entry.seq} (${entry.kind})`);
}

function attemptOf(entry: Entry): number {
  return present(entry.attempt, `the attempt of entry ${entry.seq} (${entry.kind})`);
}

function stepKey(value: unknown): StepKey {
  return present(typeof value === "string" ? parseStepKey(value) : null, "a step key");
}

function skipCause(data: JsonObject): SkipCause {
  return data["because"] === null ? { type: "run_cancelled" } : { type: "step_failed", step: stepKey(data["because"]) };
}

function codeOf(data: JsonObject): FailureCode {
  const code = failureCodes.find((known) => known === data["code"]);
  assert(code !== undefined, `the failure code ${JSON.stringify(data["code"])} is known`);
  return code;
}

function failureOf(entry: Entry, sources: FactSources): Failure {
  return { code: codeOf(entry.data), detail: sources.outcome(entry.seq).error?.detail ?? "" };
}
