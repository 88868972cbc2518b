import { assert, present, unreachable } from "../domain/assert.ts";
import { isAdministrative, noCustody } from "../domain/custody.ts";
import type { Custody } from "../domain/custody.ts";
import type { RunFact } from "../domain/event.ts";
import type { StepKey } from "../domain/ids.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run, RunState, StepRun, Submission } from "../domain/run.ts";

/** What an event means: the run after it. Total on every history `decide` can write, and asserts on any other. */
export function evolve(run: Run | null, fact: RunFact): Run {
  if (fact.kind === "run.created") {
    assert(run === null, "run.created is the first event of a run");
    return {
      plan: fact.plan,
      params: fact.params,
      initiatedBy: fact.initiatedBy,
      state: { status: "running" },
      steps: new Map(),
      eventCount: 1,
      custody: noCustody,
    };
  }
  const before = present(run, `the run before ${fact.kind}`);
  // After the end only the keeping of the record may change, and before it only the run.
  assert(isTerminal(before.state) === isAdministrative(fact.kind), `${fact.kind} has its place in a run that is ${before.state.status}`);
  switch (fact.kind) {
    case "step.started":
      return withStep(before, fact.step, { status: "RUNNING", attempt: fact.attempt, phase: { type: "calling" } });
    case "step.attempt_failed":
      return withStep(before, fact.step, {
        status: "RUNNING",
        attempt: fact.attempt,
        phase: { type: "retry_due", retryInMs: fact.retryInMs, lastFailure: fact.failure },
      });
    case "step.interrupted":
      return withStep(before, fact.step, { status: "RUNNING", attempt: fact.attempt, phase: { type: "interrupted" } });
    case "step.waiting":
      return withState(
        withStep(before, fact.step, { status: "WAITING_FOR_ATTESTATION", submission: null, answered: [] }),
        { status: "waiting", step: fact.step, attested: false },
        0,
      );
    case "attestation.submitted": {
      const submission = { seq: before.eventCount, attestedBy: fact.attestation.attested_by, verifiedBy: [] };
      return withSubmission(before, fact, submission);
    }
    case "attestation.verified": {
      const submission = present(waitingStep(before, fact.step).submission, "the attestation that is verified");
      return withSubmission(before, fact, { ...submission, verifiedBy: [...submission.verifiedBy, fact.verifiedBy] });
    }
    case "attestation.rejected":
      return withSubmission(before, fact, null);
    case "step.succeeded": {
      const after = withStep(before, fact.step, { status: "SUCCESS", output: fact.output, attempts: attemptsOf(before, fact.step) });
      return before.state.status === "waiting" && before.state.step === fact.step
        ? withState(after, { ...before.state, attested: true }, 0)
        : after;
    }
    case "step.failed":
      return withStep(before, fact.step, { status: "FAIL", failure: fact.failure, attempts: attemptsOf(before, fact.step) });
    case "step.skipped":
      return withStep(before, fact.step, { status: "SKIPPED", because: fact.because });
    case "run.resumed":
      return withState(before, { status: "running" });
    case "run.succeeded":
      return withState(before, { status: "success" });
    case "run.failed":
      return withState(before, { status: "error", step: fact.step, code: fact.code });
    case "run.cancelled":
      return withState(before, { status: "cancelled" });
    case "erasure.requested": {
      const { artifact, requestedBy, legalBasis } = fact;
      const request = { seq: before.eventCount, requestedBy, legalBasis };
      return withCustody(before, { requested: new Map(before.custody.requested).set(artifact, request) });
    }
    case "artifact.erased": {
      const requested = new Map(before.custody.requested);
      requested.delete(fact.artifact);
      return withCustody(before, { requested, erased: new Map(before.custody.erased).set(fact.artifact, before.eventCount) });
    }
    case "hold.placed":
      return withCustody(before, { heldBy: fact.heldBy });
    case "hold.released":
      return withCustody(before, { heldBy: null });
    default:
      return unreachable(fact);
  }
}

function withCustody(run: Run, change: Partial<Custody>): Run {
  return { ...run, custody: { ...run.custody, ...change }, eventCount: run.eventCount + 1 };
}

function waitingStep(run: Run, step: StepKey): Extract<StepRun, { status: "WAITING_FOR_ATTESTATION" }> {
  const before = run.steps.get(step);
  assert(before?.status === "WAITING_FOR_ATTESTATION", `step ${step} waits for an attestation`);
  return before;
}

function withSubmission(
  run: Run,
  fact: { readonly step: StepKey; readonly signature: { readonly nonce: string } | null },
  submission: Submission | null,
): Run {
  const { answered } = waitingStep(run, fact.step);
  const nonces = fact.signature === null ? answered : [...answered, fact.signature.nonce];
  return withStep(run, fact.step, { status: "WAITING_FOR_ATTESTATION", submission, answered: nonces });
}

function attemptsOf(run: Run, step: StepKey): number {
  const before = run.steps.get(step);
  return before?.status === "RUNNING" ? before.attempt : 0;
}

function withStep(run: Run, key: StepKey, step: StepRun): Run {
  return { ...run, steps: new Map(run.steps).set(key, step), eventCount: run.eventCount + 1 };
}

function withState(run: Run, state: RunState, events = 1): Run {
  return { ...run, state, eventCount: run.eventCount + events };
}
