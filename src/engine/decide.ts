import { present, unreachable } from "../domain/assert.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import { decideAttest, decideVerify } from "./decide-attestation.ts";
import { decideErasure, decideErasureRequest, decideHold, decideRelease } from "./decide-custody.ts";
import { decideCancel, decideResume } from "./decide-people.ts";
import { recordInterruptions, recordReply, refuseAttempt, startAttempt } from "./decide-step.ts";
import { evolve } from "./evolve.ts";
import { settle } from "./settle.ts";

/**
 * What becomes true when `command` meets `run` (null: no such run yet). The answer carries the whole consequence,
 * also what needs no outside word: skips, the pause at a compute step, the end. A Rejection changes nothing.
 */
export function decide(run: Run | null, command: RunCommand): Result<readonly RunEvent[], Rejection> {
  const first = decideFirst(run, command);
  if (!first.ok) return first;
  const events = [...first.value];
  let after = events.reduce<Run | null>(evolve, run);
  // Each round of settling ends a step or the run, so there are at most as many rounds as steps, and two more.
  for (let more = settle(present(after, "the run")); more.length > 0; more = settle(present(after, "the run"))) {
    events.push(...more);
    after = more.reduce<Run | null>(evolve, after);
  }
  return ok(events);
}

function decideFirst(run: Run | null, command: RunCommand): Result<readonly RunEvent[], Rejection> {
  if (command.type === "start_run") {
    if (run !== null) return err({ code: "command_out_of_place", detail: "the run exists already" });
    const { plan, planDigest, params, initiatedBy } = command;
    return ok([{ kind: "run.created", plan, planDigest, params, initiatedBy }]);
  }
  if (run === null) return err({ code: "run_not_found", detail: "there is no such run" });
  switch (command.type) {
    case "start_attempt":
      return startAttempt(run, command);
    case "refuse_attempt":
      return refuseAttempt(run, command);
    case "record_reply":
      return recordReply(run, command);
    case "record_interruptions":
      return recordInterruptions(run);
    case "attest":
      return decideAttest(run, command);
    case "verify":
      return decideVerify(run, command);
    case "resume":
      return decideResume(run, command);
    case "cancel":
      return decideCancel(run, command);
    case "request_erasure":
      return decideErasureRequest(run, command);
    case "approve_erasure":
      return decideErasure(run, command);
    case "place_hold":
      return decideHold(run, command);
    case "release_hold":
      return decideRelease(run, command);
    default:
      return unreachable(command);
  }
}
