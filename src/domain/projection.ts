import { assert, present, unreachable } from "./assert.ts";
import type { RunFact } from "./event.ts";
import type { FailureCode } from "./failure.ts";
import type { ManifestId, StepKey } from "./ids.ts";
import type { Instant } from "./instant.ts";
import type { RunStatus, StepStatus } from "./run.ts";
import type { Sha256 } from "./sha256.ts";

/** The row of `reckoning.run`: what lists and filters need, and nothing that its entries do not say. */
export interface RunRow {
  readonly manifestId: ManifestId;
  readonly manifestVersion: number;
  readonly planDigest: Sha256;
  readonly initiatedBy: string;
  readonly createdAt: Instant;
  readonly status: RunStatus;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly waitingStep: StepKey | null;
  readonly errorStep: StepKey | null;
  readonly errorCode: FailureCode | null;
}

/** The row of `reckoning.step_run`. `startedSeq` and `endedSeq` name the entries that hold the artifacts. */
export interface StepRunRow {
  readonly stepKey: StepKey;
  /** Place in the plan, from 0. */
  readonly position: number;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Entry of the latest attempt's start (task) or of the wait (compute); null for a skipped step. */
  readonly startedSeq: number | null;
  readonly endedSeq: number | null;
  readonly attestedSeq: number | null;
  readonly failureCode: FailureCode | null;
  /** The failed step that caused the skip; null when the run was cancelled or the step was not skipped. */
  readonly skippedBecause: StepKey | null;
}

export interface Projection {
  readonly run: RunRow;
  readonly steps: ReadonlyMap<StepKey, StepRunRow>;
  readonly positions: ReadonlyMap<StepKey, number>;
}

/**
 * The projections after one more event: the same function makes the live rows and rebuilds them from the ledger, so
 * the two can be compared byte for byte (invariant 9).
 */
export function project(before: Projection | null, event: RunFact, place: { readonly seq: number; readonly at: Instant }): Projection {
  if (event.kind === "run.created") return created(event, place.at);
  const projection = present(before, `the projection before ${event.kind}`);
  switch (event.kind) {
    case "step.started": {
      const step = stepOf(projection, event.step);
      const next = {
        ...step,
        status: "RUNNING" as const,
        attempts: event.attempt,
        startedAt: step.startedAt ?? place.at,
        startedSeq: place.seq,
      };
      return withStep(startedRun(projection, place.at), next);
    }
    case "step.waiting": {
      const next = {
        ...stepOf(projection, event.step),
        status: "WAITING_FOR_ATTESTATION" as const,
        startedAt: place.at,
        startedSeq: place.seq,
      };
      return withRun(withStep(startedRun(projection, place.at), next), { status: "waiting", waitingStep: event.step });
    }
    case "step.attempt_failed":
    case "step.interrupted":
      return projection;
    case "attestation.verified":
      return projection;
    case "attestation.rejected":
      return withStep(projection, { ...stepOf(projection, event.step), attestedSeq: null });
    case "attestation.submitted":
      return withStep(projection, { ...stepOf(projection, event.step), attestedSeq: place.seq });
    case "step.succeeded":
      return withStep(projection, { ...stepOf(projection, event.step), status: "SUCCESS", endedAt: place.at, endedSeq: place.seq });
    case "step.failed":
      return withStep(projection, {
        ...stepOf(projection, event.step),
        status: "FAIL",
        endedAt: place.at,
        endedSeq: place.seq,
        failureCode: event.failure.code,
      });
    case "step.skipped":
      return withStep(projection, {
        ...stepOf(projection, event.step),
        status: "SKIPPED",
        endedAt: place.at,
        endedSeq: place.seq,
        skippedBecause: event.because.type === "step_failed" ? event.because.step : null,
      });
    case "run.resumed":
      return withRun(projection, { status: "running", waitingStep: null });
    case "run.succeeded":
      return withRun(projection, { status: "success", endedAt: place.at, waitingStep: null });
    case "run.failed":
      return withRun(projection, { status: "error", endedAt: place.at, waitingStep: null, errorStep: event.step, errorCode: event.code });
    case "run.cancelled":
      return withRun(projection, { status: "cancelled", endedAt: place.at, waitingStep: null });
    case "erasure.requested":
    case "artifact.erased":
    case "hold.placed":
    case "hold.released":
      return projection;
    default:
      return unreachable(event);
  }
}

function created(event: Extract<RunFact, { kind: "run.created" }>, at: Instant): Projection {
  return {
    run: {
      manifestId: event.plan.manifest.id,
      manifestVersion: event.plan.manifest.version,
      planDigest: event.planDigest,
      initiatedBy: event.initiatedBy,
      createdAt: at,
      status: "running",
      startedAt: null,
      endedAt: null,
      waitingStep: null,
      errorStep: null,
      errorCode: null,
    },
    steps: new Map(),
    positions: new Map(event.plan.steps.map((step, position) => [step.step_key, position])),
  };
}

function stepOf(projection: Projection, stepKey: StepKey): StepRunRow {
  const known = projection.steps.get(stepKey);
  if (known !== undefined) return known;
  const position = projection.positions.get(stepKey);
  assert(position !== undefined, `step ${stepKey} stands in the plan`);
  return {
    stepKey,
    position,
    status: "RUNNING",
    attempts: 0,
    startedAt: null,
    endedAt: null,
    startedSeq: null,
    endedSeq: null,
    attestedSeq: null,
    failureCode: null,
    skippedBecause: null,
  };
}

function withStep(projection: Projection, step: StepRunRow): Projection {
  return { ...projection, steps: new Map(projection.steps).set(step.stepKey, step) };
}

function withRun(projection: Projection, change: Partial<RunRow>): Projection {
  return { ...projection, run: { ...projection.run, ...change } };
}

function startedRun(projection: Projection, at: Instant): Projection {
  return projection.run.startedAt === null ? withRun(projection, { startedAt: at }) : projection;
}
