import type { Actor } from "../domain/actor.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Run } from "../domain/run.ts";
import type { ClientCommand } from "../domain/transition.ts";
import { rests } from "./advance-run.ts";
import { keyReused } from "./client-command.ts";
import type { HeldRun } from "./held-run.ts";
import { makeTransition } from "./make-transition.ts";
import type { Runtime } from "./runtime.ts";
import { takeTurn } from "./take-turn.ts";

export interface RunChange {
  readonly runId: RunId;
  readonly operator: Actor;
  readonly command: ClientCommand | null;
  /** What is asked of the run as it stands. May be asked again when the run moved meanwhile. */
  readonly ask: (run: Run) => Result<RunCommand, Rejection>;
}

export interface ChangedRun {
  readonly run: Run;
  /** True when an earlier request with the same idempotency key had done it already. */
  readonly repeated: boolean;
}

const triesMax = 20;

/**
 * Carries out a person's command on an existing run: load, decide, commit under the run's fence. Losing the fence means
 * somebody moved the run in between; then everything is asked again of the run as it stands, a bounded number of times.
 */
export async function changeRun(runtime: Runtime, change: RunChange): Promise<Result<ChangedRun, Rejection>> {
  const earlier = await earlierEffect(runtime, change);
  if (earlier !== null) return earlier;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const held = await runtime.loadRun(change.runId);
    if (held === null) return err({ code: "run_not_found", detail: `there is no run ${change.runId}` });
    const asked = change.ask(held.run);
    const changed = asked.ok ? await tryChange(runtime, change, held, asked.value) : asked;
    if (changed === null) continue;
    // The refusal may be this command's own effect, if another request with its key carried it out since we looked.
    return changed.ok ? changed : ((await earlierEffect(runtime, change)) ?? changed);
  }
  return err({ code: "run_moved", detail: `run ${change.runId} is being moved by others: ask again` });
}

/** Null when the fence was lost. */
async function tryChange(
  runtime: Runtime,
  change: RunChange,
  held: HeldRun,
  asked: RunCommand,
): Promise<Result<ChangedRun, Rejection> | null> {
  const { tools, worker, hints } = runtime;
  const slot = worker.reserve();
  try {
    // Without room here the run is only told what was asked; a worker with room will claim it and go on from there.
    const turn = takeTurn(tools, held.run, { commands: [asked], prepare: slot !== null });
    if (!turn.ok) return turn;
    const { run, events, calls } = turn.value;
    const leaseHolder = rests(run) || slot === null ? null : tools.worker;
    const { runId, operator, command } = change;
    const { transition, after } = makeTransition(tools.scribe, {
      runId,
      before: held,
      events,
      run,
      epoch: held.head.epoch + 1,
      leaseHolder,
      operator,
      command,
    });
    worker.drop(runId);
    const result = await tools.append(transition);
    if (result.type === "fenced") return null;
    if (result.type === "repeated") return await earlierEffect(runtime, change);
    hints.tell(runId, rests(run) ? "rests" : "changed");
    if (leaseHolder !== null) slot?.adopt(after, calls);
    return ok({ run, repeated: false });
  } finally {
    slot?.giveBack();
  }
}

async function earlierEffect(runtime: Runtime, change: RunChange): Promise<Result<ChangedRun, Rejection> | null> {
  if (change.command === null) return null;
  const earlier = await runtime.findCommand(change.command.id);
  if (earlier === null) return null;
  if (Buffer.compare(earlier.payload, change.command.payload) !== 0) return err(keyReused(change.command.id));
  const held = await runtime.loadRun(earlier.runId);
  return held === null ? err({ code: "run_not_found", detail: `there is no run ${earlier.runId}` }) : ok({ run: held.run, repeated: true });
}
