import { assert } from "../domain/assert.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import { retryCauseOf } from "../domain/failure.ts";
import type { Failure } from "../domain/failure.ts";
import type { StepKey } from "../domain/ids.ts";
import type { ModelReply } from "../domain/model-call.ts";
import type { PlannedTaskStep } from "../domain/plan.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { nextEffects } from "./next-effects.ts";
import { haltCause, runningSteps } from "./run-steps.ts";

type Decision = Result<readonly RunEvent[], Rejection>;
type Command<Type extends RunCommand["type"]> = Extract<RunCommand, { type: Type }>;

/** A step whose third attempt (or a later one) was interrupted is not sent again (SPEC 3.6). */
export const interruptedAttemptsMax = 3;
/** No declared retry waits longer than this, whatever a Retry-After header asks. */
export const retryDelayMsMax = 3_600_000;

export function startAttempt(run: Run, command: Command<"start_attempt">): Decision {
  const attempt = dueAttempt(run, command.step);
  if (attempt === null) return outOfPlace(`step ${command.step} is not due`);
  return ok([{ kind: "step.started", step: command.step, attempt, request: command.request }]);
}

export function refuseAttempt(run: Run, command: Command<"refuse_attempt">): Decision {
  if (dueAttempt(run, command.step) === null) return outOfPlace(`step ${command.step} is not due`);
  return ok([{ kind: "step.failed", step: command.step, failure: command.failure, by: null }]);
}

export function recordReply(run: Run, command: Command<"record_reply">): Decision {
  const { step, attempt, call, admission } = command;
  const running = run.steps.get(step);
  if (running?.status !== "RUNNING" || running.phase.type !== "calling" || running.attempt !== attempt) {
    return outOfPlace(`step ${step} has no call of attempt ${attempt} under way`);
  }
  if (admission.admitted) {
    const { output, rationale, report } = admission;
    return ok([{ kind: "step.succeeded", step, output, by: { attempt, call, rationale, report } }]);
  }
  const { failure, rationale, report } = admission;
  const retryInMs = retryDelayMs(run, step, { attempt, failure, reply: call.reply });
  if (retryInMs !== null) return ok([{ kind: "step.attempt_failed", step, attempt, call, failure, rationale, report, retryInMs }]);
  return ok([{ kind: "step.failed", step, failure, by: { attempt, call, rationale, report } }]);
}

export function recordInterruptions(run: Run): Decision {
  const events: RunEvent[] = [];
  for (const [step, running] of runningSteps(run)) {
    if (running.phase.type !== "calling") continue;
    const { attempt } = running;
    events.push({ kind: "step.interrupted", step, attempt });
    if (taskStep(run, step).task.definition.on_interrupt === "resend" && attempt < interruptedAttemptsMax) continue;
    const detail = `attempt ${attempt} was interrupted: its request is on record, the outcome of the call is unknown`;
    events.push({ kind: "step.failed", step, failure: { code: "interrupted", detail }, by: null });
  }
  return ok(events);
}

/** The number of the attempt that may start now, or null when none of this step may. */
function dueAttempt(run: Run, step: StepKey): number | null {
  for (const effect of nextEffects(run)) if (effect.type === "prepare_attempt" && effect.step === step) return effect.attempt;
  return null;
}

/** Milliseconds until the attempt that the task's declared retry grants, or null when it grants none. */
function retryDelayMs(run: Run, step: StepKey, over: { attempt: number; failure: Failure; reply: ModelReply }): number | null {
  const retry = taskStep(run, step).task.definition.retry;
  const cause = retryCauseOf(over.failure.code);
  if (retry === null || cause === null || !retry.on.includes(cause)) return null;
  if (over.attempt >= retry.max_attempts || haltCause(run) !== null) return null;
  const backoffMs = retry.backoff_seconds * 1000 * 2 ** (over.attempt - 1);
  const asked = over.reply.arrived && retry.respect_retry_after ? (over.reply.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.min(Math.round(Math.max(backoffMs, asked)), retryDelayMsMax);
}

function taskStep(run: Run, key: StepKey): PlannedTaskStep {
  const step = run.plan.steps.find((planned) => planned.step_key === key);
  assert(step?.step_type === "task", `step ${key} of the plan is a task step`);
  return step;
}

function outOfPlace(detail: string): Decision {
  return err({ code: "command_out_of_place", detail });
}
