import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";

type Decision = Result<readonly RunEvent[], Rejection>;
type Command<Type extends RunCommand["type"]> = Extract<RunCommand, { type: Type }>;

/** Asks for content to be erased. Nothing is erased before another person agrees, nor of a run that still needs it. */
export function decideErasureRequest(run: Run, command: Command<"request_erasure">): Decision {
  const { artifact, legalBasis, requestedBy, reason } = command;
  const refused = refusal(run, artifact);
  if (refused !== null) return err(refused);
  if (run.custody.requested.has(artifact))
    return err({ code: "erasure_requested", detail: `the erasure of ${artifact} was asked for already` });
  return ok([{ kind: "erasure.requested", artifact, legalBasis, requestedBy, reason }]);
}

/** Carries an erasure out, by another person than asked for it. */
export function decideErasure(run: Run, command: Command<"approve_erasure">): Decision {
  const { artifact, approvedBy } = command;
  const refused = refusal(run, artifact);
  if (refused !== null) return err(refused);
  const request = run.custody.requested.get(artifact);
  if (request === undefined) return err({ code: "erasure_not_requested", detail: `nobody asked for the erasure of ${artifact}` });
  if (request.requestedBy === approvedBy)
    return err({ code: "duties_not_separate", detail: `${approvedBy} asked for this erasure: another person must approve it` });
  const { seq, requestedBy, legalBasis } = request;
  return ok([{ kind: "artifact.erased", artifact, request: seq, requestedBy, approvedBy, legalBasis }]);
}

export function decideHold(run: Run, { heldBy, reason }: Command<"place_hold">): Decision {
  if (run.custody.heldBy !== null) return err({ code: "run_on_hold", detail: `${run.custody.heldBy} placed the run on hold already` });
  if (!isTerminal(run.state)) return err(notEnded(run));
  return ok([{ kind: "hold.placed", heldBy, reason }]);
}

export function decideRelease(run: Run, { releasedBy, reason }: Command<"release_hold">): Decision {
  if (run.custody.heldBy === null) return err({ code: "run_not_on_hold", detail: "the run is not on hold" });
  return ok([{ kind: "hold.released", releasedBy, reason }]);
}

function refusal(run: Run, artifact: string): Rejection | null {
  const by = run.custody.erased.get(artifact);
  if (by !== undefined) return { code: "artifact_erased", detail: `${artifact} was erased, authorised by entry ${by}` };
  if (!isTerminal(run.state)) return notEnded(run);
  const { heldBy } = run.custody;
  return heldBy === null
    ? null
    : { code: "run_on_hold", detail: `${heldBy} placed the run on hold: nothing of it is erased before that is lifted` };
}

function notEnded(run: Run): Rejection {
  return { code: "run_not_ended", detail: `only an ended run is put away: this one is ${run.state.status}` };
}
