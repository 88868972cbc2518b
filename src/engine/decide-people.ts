import type { RunCommand } from "../domain/command.ts";
import type { RunEvent, SkipCause } from "../domain/event.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { unstartedSteps } from "./run-steps.ts";

type Decision = Result<readonly RunEvent[], Rejection>;
type Command<Type extends RunCommand["type"]> = Extract<RunCommand, { type: Type }>;

export function decideResume(run: Run, command: Command<"resume">): Decision {
  if (run.state.status !== "waiting") {
    return err({ code: "run_not_waiting", detail: `only a waiting run can be resumed: this one is ${run.state.status}` });
  }
  if (!run.state.attested) {
    return err({ code: "step_not_attested", detail: `step ${run.state.step} must be attested before the run can be resumed` });
  }
  return ok([{ kind: "run.resumed", resumedBy: command.resumedBy }]);
}

/** Cancelling ends every step that has begun: a call under way as FAIL (its reply is no longer awaited), a wait as SKIPPED. */
export function decideCancel(run: Run, command: Command<"cancel">): Decision {
  if (isTerminal(run.state)) return err({ code: "run_is_terminal", detail: `the run has ended: ${run.state.status}` });
  const because: SkipCause = { type: "run_cancelled" };
  const events: RunEvent[] = [];
  for (const [step, stepRun] of run.steps) {
    if (stepRun.status === "WAITING_FOR_ATTESTATION") events.push({ kind: "step.skipped", step, because });
    if (stepRun.status !== "RUNNING") continue;
    const detail = `the run was cancelled during attempt ${stepRun.attempt}`;
    events.push({ kind: "step.failed", step, failure: { code: "cancelled", detail }, by: null });
  }
  for (const { step_key } of unstartedSteps(run)) events.push({ kind: "step.skipped", step: step_key, because });
  events.push({ kind: "run.cancelled", cancelledBy: command.cancelledBy, reason: command.reason });
  return ok(events);
}
