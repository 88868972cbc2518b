import { present } from "../../domain/assert.ts";
import type { RunEvent } from "../../domain/event.ts";
import type { StepKey } from "../../domain/ids.ts";
import { project } from "../../domain/projection.ts";
import type { Projection } from "../../domain/projection.ts";
import { isTerminal } from "../../domain/run.ts";
import type { Run } from "../../domain/run.ts";
import { erasedOutput } from "../../engine/canonical-output.ts";
import { decide } from "../../engine/decide.ts";
import { evolve } from "../../engine/evolve.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { guarded } from "../guarded.ts";
import type { RecordedRun } from "../recorded-run.ts";
import { compareEvent, nameOf } from "./compare-event.ts";
import type { Difference } from "./compare-event.ts";
import { causeOf } from "./recompute.ts";
import type { ReplayTools, Standing } from "./recompute.ts";

export interface Divergence extends Difference {
  readonly seq: number;
  readonly step: StepKey | null;
}

/** An entry that could not be computed again, because what it would be computed from is gone. */
export interface Unreplayed {
  readonly seq: number;
  readonly step: StepKey | null;
  readonly why: string;
}

export interface Retraced {
  /** The first place where the record is not what the machine makes of it; null when there is none. */
  readonly divergence: Divergence | null;
  readonly unreplayed: readonly Unreplayed[];
  /** The step that each entry is about, null for none. */
  readonly steps: readonly (StepKey | null)[];
  /** The run and its projections as the entries make them, up to the divergence. */
  readonly run: Run | null;
  readonly projection: Projection | null;
}

/**
 * Walks a record from its first entry with the machine beside it. Whatever came from outside (parameters, replies, what
 * people stated) is taken from the record and put to `decide`; every entry must then be the event that it decides, to the
 * byte. So the order of steps, each verdict of the gate, each skip and the end are computed again, never believed.
 */
export function retrace(recorded: RecordedRun, tools: ReplayTools): Retraced {
  const unreplayed: Unreplayed[] = [];
  const erased = new Set<StepKey>();
  let run: Run | null = null;
  let projection: Projection | null = null;
  let due: readonly RunEvent[] = [];
  const end = (divergence: Divergence | null): Retraced => ({
    divergence,
    unreplayed,
    steps: recorded.entries.map(({ step }) => step),
    run,
    projection,
  });
  for (const [index, entry] of recorded.entries.entries()) {
    if (due.length === 0) {
      const decided = guarded(() => decideNext(recorded, { run, index, erased }, tools));
      if (!decided.ok) return end(divergenceAt(entry, { field: "entry", expected: possible, found: decided.why }));
      const next = decided.value;
      if (next.type === "unlawful") return end(divergenceAt(entry, { field: "kind", expected: next.expected, found: wordsOf(entry) }));
      if (next.unchecked !== null) unreplayed.push({ seq: entry.seq, step: entry.step, why: next.unchecked });
      due = next.events;
    }
    const event = present(due[0], "the event that is due");
    const compared = guarded(() => compareEvent(event, entry, recorded));
    if (!compared.ok) return end(divergenceAt(entry, { field: "entry", expected: possible, found: compared.why }));
    if (compared.value !== null) return end(divergenceAt(entry, compared.value));
    run = evolve(run, event);
    projection = project(projection, event, entry);
    if (event.kind === "step.succeeded" && event.output === erasedOutput) erased.add(event.step);
    due = due.slice(1);
  }
  const missing = due[0];
  if (missing === undefined) return end(null);
  return end({ seq: recorded.entries.length, step: null, field: "kind", expected: nameOf(missing), found: "the end of the record" });
}

const possible = "one that the machine could have written";

/** True of a record that goes on: nothing says how its run ended. */
export function isOpen({ run }: Retraced): boolean {
  return run === null || !isTerminal(run.state);
}

type Next =
  | { readonly type: "events"; readonly events: readonly RunEvent[]; readonly unchecked: string | null }
  | { readonly type: "unlawful"; readonly expected: string };

function decideNext(recorded: RecordedRun, standing: Standing, tools: ReplayTools): Next {
  const cause = causeOf(recorded, standing, tools);
  if (cause.type !== "command") return cause;
  const decided = decide(standing.run, cause.command);
  if (decided.ok) return { type: "events", events: decided.value, unchecked: cause.unchecked };
  return { type: "unlawful", expected: `another entry, for ${decided.error.detail}` };
}

function divergenceAt(entry: Entry, difference: Difference): Divergence {
  return { seq: entry.seq, step: entry.step, ...difference };
}

function wordsOf(entry: Entry): string {
  return entry.step === null ? entry.kind : `${entry.kind} of ${entry.step}`;
}
