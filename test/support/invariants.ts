import { expect } from "vitest";
import { present } from "../../src/domain/assert.ts";
import type { RunCommand } from "../../src/domain/command.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import { retryCauseOf } from "../../src/domain/failure.ts";
import type { Failure } from "../../src/domain/failure.ts";
import type { StepKey } from "../../src/domain/ids.ts";
import type { PlannedStep } from "../../src/domain/plan.ts";
import type { Instant } from "../../src/domain/instant.ts";
import { project } from "../../src/domain/projection.ts";
import type { Projection } from "../../src/domain/projection.ts";
import { isTerminal } from "../../src/domain/run.ts";
import type { Run } from "../../src/domain/run.ts";
import { outputOf } from "./random-run.ts";
import type { Happening, Machine } from "./random-run.ts";

// What must hold of every run, whatever its graph and whatever the world did to it. Each rule looks at a life as a reader
// of the record would: at its events, and at the states it went through. It must not ask the machine what is right,
// since it is held against wrong machines too (test/mutants.test.ts).

export interface Life {
  readonly machine: Machine;
  readonly history: readonly Happening[];
  readonly final: Run;
}

export interface Invariant {
  readonly rule: string;
  readonly holds: (life: Life) => void;
}

/** SPEC 3.6: a third interrupted attempt is the last. */
const interruptedAttemptsMax = 3;

export const invariants: readonly Invariant[] = [
  { rule: "every run comes to an end and leaves no step open", holds: comesToAnEnd },
  { rule: "a step starts or waits only when all its dependencies succeeded (invariant 13)", holds: startsAfterDependencies },
  { rule: "each attempt of a step starts at most once, and attempts count from 1 without a gap (invariant 14)", holds: attemptsCount },
  { rule: "each begun step has exactly one end (invariant 15)", holds: endsOnce },
  { rule: "a call is concluded only while its request is on record, and only once (invariant 16)", holds: callsAreConcludedOnce },
  { rule: "a compute step never has an attempt (invariant 17)", holds: computeStepsMakeNoCall },
  { rule: "a further attempt needs a declared retry or an interruption that may be sent again (invariant 18)", holds: attemptsAreGranted },
  { rule: "the output that flows on is the one its step's only success recorded (invariant 19)", holds: outputIsTheRecorded },
  { rule: "after a failure nothing starts, and every step that never began is SKIPPED (invariant 21)", holds: haltsAfterFailure },
  {
    rule: "a run succeeds exactly when all its steps did, and errs exactly when one failed and nobody cancelled (invariant 22)",
    holds: endsAsItsSteps,
  },
  { rule: "a finished run refuses every command (invariant 22)", holds: finishedRefusesAll },
  {
    rule: "a run waits exactly while a step waits, or was attested and not yet resumed, and then none runs (invariant 23)",
    holds: waitsWithItsStep,
  },
  {
    rule: "a waiting run goes on only after an accepted attestation of the step it waits for (invariant 23)",
    holds: goesOnAfterAttestation,
  },
  {
    rule: "four eyes are those of as many different persons as the contract asks for, none of them the initiator (invariant 27)",
    holds: fourEyesAreFour,
  },
  { rule: "a sequential run has at most one step in flight, a parallel one at most max_parallel", holds: staysWithinParallel },
  { rule: "steps begin strictly in plan order", holds: beginsInOrder },
  { rule: "the projection of a finished run agrees with its fold", holds: projectionAgrees },
  { rule: "a command that does not fit the state of its step is refused", holds: refusesWhatDoesNotFit },
  { rule: "a run is started once, and nothing can be asked of one that was never started", holds: startsOnce },
];

function comesToAnEnd({ history, final }: Life): void {
  expect(isTerminal(final.state)).toBe(true);
  for (const step of final.plan.steps) expect(["SUCCESS", "FAIL", "SKIPPED"]).toContain(final.steps.get(step.step_key)?.status);
  expect(eventsOf(history).filter((event) => ["run.succeeded", "run.failed", "run.cancelled"].includes(event.kind))).toHaveLength(1);
}

function startsAfterDependencies({ history, final }: Life): void {
  const succeeded = new Set<StepKey>();
  for (const event of eventsOf(history)) {
    if (event.kind === "step.succeeded") succeeded.add(event.step);
    if (event.kind !== "step.started" && event.kind !== "step.waiting") continue;
    for (const key of plannedStep(final, event.step).depends_on) expect(succeeded.has(key)).toBe(true);
  }
}

function attemptsCount({ history }: Life): void {
  const attempts = new Map<StepKey, number>();
  for (const { step, attempt } of eventsOfKind(history, "step.started")) {
    expect(attempt).toBe((attempts.get(step) ?? 0) + 1);
    attempts.set(step, attempt);
  }
}

function endsOnce({ history, final }: Life): void {
  for (const { step_key } of final.plan.steps) {
    const ends = eventsOf(history).filter(
      (event) => ["step.succeeded", "step.failed", "step.skipped"].includes(event.kind) && "step" in event && event.step === step_key,
    );
    expect(ends).toHaveLength(1);
  }
}

function callsAreConcludedOnce({ history }: Life): void {
  const open = new Map<StepKey, number>();
  for (const event of eventsOf(history)) {
    if (event.kind === "step.started") open.set(event.step, event.attempt);
    if (event.kind === "step.interrupted") expect(open.get(event.step)).toBe(event.attempt);
    const by =
      event.kind === "step.succeeded" || event.kind === "step.failed" ? event.by : event.kind === "step.attempt_failed" ? event : null;
    if (by !== null && "step" in event) expect(open.get(event.step)).toBe(by.attempt);
    if ("step" in event && event.kind !== "step.started") open.delete(event.step);
  }
}

function computeStepsMakeNoCall({ history, final }: Life): void {
  for (const { step } of eventsOfKind(history, "step.started")) expect(plannedStep(final, step).step_type).toBe("task");
  for (const { step } of eventsOfKind(history, "step.waiting")) expect(plannedStep(final, step).step_type).toBe("compute");
}

function attemptsAreGranted({ history, final }: Life): void {
  const grounds = new Map<StepKey, Failure | "interrupted">();
  for (const event of eventsOf(history)) {
    if (event.kind === "step.attempt_failed") grounds.set(event.step, event.failure);
    if (event.kind === "step.interrupted") grounds.set(event.step, "interrupted");
    if (event.kind === "step.started" && event.attempt > 1)
      expectGranted(plannedStep(final, event.step), event.attempt, grounds.get(event.step));
  }
}

function expectGranted(step: PlannedStep, attempt: number, ground: Failure | "interrupted" | undefined): void {
  if (step.step_type !== "task" || ground === undefined) throw new Error(`attempt ${attempt} of ${step.step_key} has no ground`);
  const { retry, on_interrupt } = step.task.definition;
  if (ground === "interrupted") {
    expect(on_interrupt).toBe("resend");
    expect(attempt).toBeLessThanOrEqual(interruptedAttemptsMax);
    return;
  }
  expect(retry?.on).toContain(retryCauseOf(ground.code));
  expect(attempt).toBeLessThanOrEqual(retry?.max_attempts ?? 1);
}

function outputIsTheRecorded({ history, final }: Life): void {
  for (const { step, output } of eventsOfKind(history, "step.succeeded")) {
    const held = final.steps.get(step);
    expect(held?.status === "SUCCESS" && held.output === output).toBe(true);
  }
}

function haltsAfterFailure({ history, final }: Life): void {
  let failed = false;
  for (const event of eventsOf(history)) {
    if (failed) expect(["step.started", "step.waiting", "step.attempt_failed"]).not.toContain(event.kind);
    failed ||= event.kind === "step.failed";
  }
  const begun = new Set(
    eventsOf(history).flatMap((event) =>
      event.kind === "step.started" || event.kind === "step.waiting" || event.kind === "step.failed" ? [event.step] : [],
    ),
  );
  for (const step of final.plan.steps) if (!begun.has(step.step_key)) expect(final.steps.get(step.step_key)?.status).toBe("SKIPPED");
}

function endsAsItsSteps({ final }: Life): void {
  const statuses = final.plan.steps.map((step) => final.steps.get(step.step_key)?.status);
  if (final.state.status === "success") expect(new Set(statuses)).toEqual(new Set(["SUCCESS"]));
  if (statuses.every((status) => status === "SUCCESS")) expect(["success", "cancelled"]).toContain(final.state.status);
  if (final.state.status !== "cancelled") expect(final.state.status === "error").toBe(statuses.includes("FAIL"));
  if (final.state.status !== "error") return;
  // The first failure in plan order is the cause, whichever came first in time.
  const cause = final.plan.steps.find((step) => final.steps.get(step.step_key)?.status === "FAIL")?.step_key;
  expect(final.state.step).toBe(cause);
  const failed = final.steps.get(final.state.step);
  expect(failed?.status === "FAIL" ? failed.failure.code : null).toBe(final.state.code);
}

function finishedRefusesAll({ machine, final }: Life): void {
  const commands = (step: StepKey): readonly RunCommand[] => [
    { type: "start_attempt", step, request: { method: "POST", path: "/", body: new Uint8Array() } },
    { type: "refuse_attempt", step, failure: { code: "template_error", detail: "" } },
    replyTo(step, 1),
    { ...attestOf(step), resume: true },
    verifyOf(step, "v"),
    { type: "resume", resumedBy: "b" },
    { type: "cancel", cancelledBy: "c", reason: "" },
  ];
  expect(isTerminal(final.state)).toBe(true);
  for (const { step_key } of final.plan.steps)
    for (const command of commands(step_key)) expect(machine.decide(final, command).ok).toBe(false);
}

function waitsWithItsStep({ history }: Life): void {
  for (const { after } of history) {
    const statuses = [...after.steps.values()].map((step) => step.status);
    if (statuses.includes("WAITING_FOR_ATTESTATION")) expect(after.state).toMatchObject({ status: "waiting", attested: false });
    if (after.state.status !== "waiting") continue;
    expect(statuses).not.toContain("RUNNING");
    expect(after.steps.get(after.state.step)?.status).toBe(after.state.attested ? "SUCCESS" : "WAITING_FOR_ATTESTATION");
  }
}

/** How many persons' word a compute step takes. */
function eyesOf(run: Run, step: StepKey): number {
  const planned = run.plan.steps.find(({ step_key }) => step_key === step);
  return planned?.step_type === "compute" ? (planned.compute_contract.approvals?.required ?? 1) : 1;
}

/** Whoever stands by the last attestation of a step that was not rejected. */
function wordsFor(history: Life["history"], step: StepKey): readonly string[] {
  let words: string[] = [];
  for (const event of eventsOf(history)) {
    if (!("step" in event) || event.step !== step) continue;
    if (event.kind === "attestation.submitted") words = [event.attestation.attested_by];
    if (event.kind === "attestation.verified") words.push(event.verifiedBy);
    if (event.kind === "attestation.rejected") words = [];
  }
  return words;
}

function fourEyesAreFour({ machine, history, final }: Life): void {
  for (const { after } of history) {
    if (after.state.status !== "waiting" || after.state.attested || eyesOf(final, after.state.step) === 1) continue;
    const { step } = after.state;
    const waiting = after.steps.get(step);
    const submission = waiting?.status === "WAITING_FOR_ATTESTATION" ? waiting.submission : null;
    if (submission === null) {
      expect(machine.decide(after, verifyOf(step, "somebody"))).toMatchObject({ ok: false, error: { code: "nothing_to_verify" } });
      const own = { ...attestOf(step), attestation: { ...attestOf(step).attestation, attested_by: after.initiatedBy } };
      expect(machine.decide(after, own)).toMatchObject({ ok: false, error: { code: "duties_not_separate" } });
      continue;
    }
    expect(machine.decide(after, attestOf(step))).toMatchObject({ ok: false, error: { code: "attestation_pending" } });
    for (const by of [after.initiatedBy, submission.attestedBy, ...submission.verifiedBy])
      expect(machine.decide(after, verifyOf(step, by))).toMatchObject({ ok: false, error: { code: "duties_not_separate" } });
  }
  for (const { step_key: step } of final.plan.steps) {
    if (final.steps.get(step)?.status !== "SUCCESS" || eyesOf(final, step) === 1) continue;
    const words = wordsFor(history, step);
    expect(new Set(words).size).toBe(eyesOf(final, step));
    expect(words).not.toContain(final.initiatedBy);
  }
}

function verifyOf(step: StepKey, by: string): RunCommand {
  return { type: "verify", step, by, verdict: "VERIFIED", reason: null, output: outputOf(""), signature: null, resume: false };
}

function goesOnAfterAttestation({ machine, history, final }: Life): void {
  let waiting: StepKey | null = null;
  for (const event of eventsOf(history)) {
    if (event.kind === "step.waiting") waiting = event.step;
    else if (event.kind === "attestation.submitted") {
      expect(event.step).toBe(waiting);
      if (event.attestation.outcome === "FAIL" || eyesOf(final, event.step) === 1) waiting = null;
    } else if (event.kind === "step.succeeded" && event.step === waiting) {
      expect(wordsFor(history, event.step)).toHaveLength(eyesOf(final, event.step));
      waiting = null;
    } else if (["step.started", "run.resumed", "run.succeeded", "run.failed"].includes(event.kind)) expect(waiting).toBeNull();
  }
  for (const { after } of history) {
    const resumed = machine.decide(after, { type: "resume", resumedBy: "b" });
    if (after.state.status !== "waiting") expect(resumed).toMatchObject({ ok: false });
    else if (after.state.attested) expect(resumed.ok).toBe(true);
    else expect(resumed).toMatchObject({ ok: false, error: { code: "step_not_attested" } });
  }
}

function staysWithinParallel({ history }: Life): void {
  for (const { after } of history) {
    const open = [...after.steps.values()].filter((step) => step.status === "RUNNING" || step.status === "WAITING_FOR_ATTESTATION");
    expect(open.length).toBeLessThanOrEqual(after.plan.max_parallel);
  }
}

function beginsInOrder({ history, final }: Life): void {
  const place = new Map(final.plan.steps.map((step, index) => [step.step_key, index]));
  let last = -1;
  for (const event of eventsOf(history)) {
    const begins = (event.kind === "step.started" && event.attempt === 1) || event.kind === "step.waiting";
    if (!begins) continue;
    expect(place.get(event.step)).toBeGreaterThan(last);
    last = place.get(event.step) ?? -1;
  }
}

function projectionAgrees({ history, final }: Life): void {
  let projection: Projection | null = null;
  for (const [seq, event] of eventsOf(history).entries())
    projection = project(projection, event, { seq, at: "2026-01-01T00:00:00.000000Z" as Instant });
  expect(projection?.run.status).toBe(final.state.status);
  expect(new Map([...(projection?.steps ?? [])].map(([key, row]) => [key, row.status]))).toEqual(
    new Map([...final.steps].map(([key, step]) => [key, step.status])),
  );
}

function refusesWhatDoesNotFit({ machine, history }: Life): void {
  for (const { after } of history) {
    for (const { step_key } of after.plan.steps) {
      const step = after.steps.get(step_key);
      const calling = step?.status === "RUNNING" && step.phase.type === "calling" ? step.attempt : null;
      for (const attempt of [1, 2, 3]) if (attempt !== calling) expect(machine.decide(after, replyTo(step_key, attempt)).ok).toBe(false);
      if (step?.status !== "WAITING_FOR_ATTESTATION")
        expect(machine.decide(after, attestOf(step_key))).toMatchObject({ ok: false, error: { code: "step_not_waiting" } });
    }
  }
}

function startsOnce({ machine, history, final }: Life): void {
  const start = present(history[0], "the start").command;
  expect(machine.decide(final, start)).toMatchObject({ ok: false, error: { code: "command_out_of_place" } });
  expect(machine.decide(null, { type: "resume", resumedBy: "b" })).toMatchObject({ ok: false, error: { code: "run_not_found" } });
}

function eventsOf(history: readonly Happening[]): readonly RunEvent[] {
  return history.flatMap((happening) => happening.events);
}

function eventsOfKind<Kind extends RunEvent["kind"]>(
  history: readonly Happening[],
  kind: Kind,
): readonly Extract<RunEvent, { kind: Kind }>[] {
  return eventsOf(history).filter((event): event is Extract<RunEvent, { kind: Kind }> => event.kind === kind);
}

function plannedStep(run: Run, key: StepKey): PlannedStep {
  return present(
    run.plan.steps.find((step) => step.step_key === key),
    `step ${key} of the plan`,
  );
}

function replyTo(step: StepKey, attempt: number): RunCommand {
  const reply = { arrived: true, status: 200, body: new Uint8Array(), retryAfterSeconds: null, latencyMs: 1 } as const;
  const failure = { code: "network", detail: "" } as const;
  return {
    type: "record_reply",
    step,
    attempt,
    call: { reply, model: null, usage: null },
    admission: { admitted: false, failure, rationale: null, report: null },
  };
}

function attestOf(step: StepKey): Extract<RunCommand, { type: "attest" }> {
  const attestation = { attested_by: "b", outcome: "SUCCESS", notes: null, artifacts: [], output: null } as const;
  return { type: "attest", step, attestation, output: outputOf(""), signature: null, resume: false };
}
