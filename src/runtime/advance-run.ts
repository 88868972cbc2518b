import { assert } from "../domain/assert.ts";
import type { RunCommand } from "../domain/command.ts";
import type { StepKey, WorkerId } from "../domain/ids.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import type { Timers } from "../domain/timers.ts";
import type { AppendResult, Transition } from "../domain/transition.ts";
import { nextEffects } from "../engine/next-effects.ts";
import { runningSteps } from "../engine/run-steps.ts";
import type { HeldRun } from "./held-run.ts";
import { makeInbox } from "./inbox.ts";
import type { Inbox } from "./inbox.ts";
import { makeTransition } from "./make-transition.ts";
import type { Scribe } from "./make-transition.ts";
import { performCall } from "./perform-call.ts";
import { takeTurn } from "./take-turn.ts";
import type { PreparedCall, TurnTools } from "./take-turn.ts";

export interface AdvanceTools extends TurnTools {
  readonly scribe: Scribe;
  readonly worker: WorkerId;
  readonly timers: Timers;
  readonly append: (transition: Transition) => Promise<AppendResult>;
}

export interface Advance {
  /** Calls already decided and committed in the turn that began this advance. */
  readonly calls: readonly PreparedCall[];
  /** Aborted when this process may no longer advance the run: lease lost, run cancelled, shutdown. */
  readonly signal: AbortSignal;
  readonly onCommit: (held: HeldRun) => void;
}

/**
 * The only loop that moves a run: fold, ask `nextEffects`, perform, decide, commit, and round again, until the run
 * rests (waits for people or has ended) or is lost to another process. What it holds in memory is a fold of the
 * ledger under its lease, never the truth.
 */
export async function advanceRun(tools: AdvanceTools, start: HeldRun, advance: Advance): Promise<"rests" | "lost"> {
  const { signal } = advance;
  const inbox = makeInbox(signal);
  const pauses = makePauses(tools.timers, inbox);
  const perform = (call: PreparedCall): void => {
    performCall(call, signal).then((command) => command !== null && inbox.put({ type: "command", command }), inbox.fail);
  };
  let held = start;
  try {
    advance.calls.forEach(perform);
    let commands: readonly RunCommand[] = interruptions(held.run, advance.calls);
    let pausesOver: ReadonlySet<StepKey> = new Set();
    for (;;) {
      const turn = takeTurn(tools, held.run, { commands, pausesOver });
      assert(turn.ok, `run ${held.runId} refused its own worker`);
      if (turn.value.events.length > 0) {
        const after = await commit(tools, held, turn.value.run, turn.value.events);
        if (after === null) return "lost";
        held = after;
        advance.onCommit(held);
      }
      if (rests(held.run)) return "rests";
      turn.value.calls.forEach(perform);
      pauses.begin(held.run);
      const arrivals = await inbox.takeAll();
      if (arrivals === null) return "lost";
      commands = arrivals.flatMap((arrival) => (arrival.type === "command" ? [arrival.command] : []));
      pausesOver = new Set(arrivals.flatMap((arrival) => (arrival.type === "pause_over" ? [arrival.step] : [])));
    }
  } finally {
    pauses.end();
  }
}

/** A run that was taken over may have calls on record whose replies never came; those calls are not ours to await. */
function interruptions(run: Run, calls: readonly PreparedCall[]): readonly RunCommand[] {
  const ours = new Set(calls.map((call) => call.step.step_key));
  const foreign = runningSteps(run).filter(([step, { phase }]) => phase.type === "calling" && !ours.has(step));
  return foreign.length > 0 ? [{ type: "record_interruptions" }] : [];
}

export function rests(run: Run): boolean {
  return run.state.status === "waiting" || isTerminal(run.state);
}

async function commit(
  tools: AdvanceTools,
  held: HeldRun,
  run: Run,
  events: Parameters<typeof makeTransition>[1]["events"],
): Promise<HeldRun | null> {
  const leaseHolder = rests(run) ? null : tools.worker;
  const { epoch } = held.head;
  const change = { runId: held.runId, before: held, events, run, epoch, leaseHolder, operator: null, command: null };
  const { transition, after } = makeTransition(tools.scribe, change);
  const result = await tools.append(transition);
  return result.type === "appended" ? after : null;
}

/** Declared pauses before another attempt: one timer for each attempt, however often the run is looked at before it begins. */
function makePauses(timers: Timers, inbox: Inbox): { readonly begin: (run: Run) => void; readonly end: () => void } {
  const rings = new Map<StepKey, { readonly attempt: number; readonly callOff: () => void }>();
  return {
    begin(run) {
      for (const effect of nextEffects(run)) {
        if (effect.type !== "prepare_attempt" || rings.get(effect.step)?.attempt === effect.attempt) continue;
        const { step, attempt, delayMs } = effect;
        rings.set(step, { attempt, callOff: timers.after(delayMs, () => inbox.put({ type: "pause_over", step })) });
      }
    },
    end() {
      for (const { callOff } of rings.values()) callOff();
    },
  };
}
