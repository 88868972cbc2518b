import { administrativeKinds } from "../domain/custody.ts";
import { engineActor } from "../domain/actor.ts";
import type { Actor } from "../domain/actor.ts";
import { assert, present } from "../domain/assert.ts";
import type { RunEvent, RunEventKind } from "../domain/event.ts";
import type { CommandId, RunId, WorkerId } from "../domain/ids.ts";
import type { Instant } from "../domain/instant.ts";
import { project } from "../domain/projection.ts";
import type { Projection, StepRunRow } from "../domain/projection.ts";
import type { Run } from "../domain/run.ts";
import type { ClientCommand, StoredArtifact, StoredEntry, Transition } from "../domain/transition.ts";
import { outcomeBytes } from "../engine/outcome.ts";
import { draftEvent } from "../ledger/encode-event.ts";
import { encodeEntry } from "../ledger/entry.ts";
import type { HeldRun } from "./held-run.ts";

/** What every entry of this process shares. */
export interface Scribe {
  readonly log: string;
  readonly now: () => Instant;
  readonly newSalt: () => Uint8Array;
  /** Names a command that its client did not name, so that no two commands ever make the same bytes. */
  readonly newCommandId: () => CommandId;
}

export interface Change {
  readonly runId: RunId;
  /** Null when the change creates the run. */
  readonly before: HeldRun | null;
  readonly events: readonly RunEvent[];
  /** The run after `events`. */
  readonly run: Run;
  readonly epoch: number;
  readonly leaseHolder: WorkerId | null;
  /** The operator whose command this carries out; null when the engine acts by itself. */
  readonly operator: Actor | null;
  readonly command: ClientCommand | null;
}

/** The bytes of a change, and the run as it will stand once they are committed. */
export function makeTransition(scribe: Scribe, change: Change): { readonly transition: Transition; readonly after: HeldRun } {
  const { runId, before, events, run, epoch, leaseHolder, command } = change;
  const at = scribe.now();
  const entries: StoredEntry[] = [];
  const artifacts: StoredArtifact[] = [];
  let projection: Projection | null = before?.projection ?? null;
  let prev = before?.head.leaf ?? null;
  let seq = before?.head.entryCount ?? 0;
  for (const event of events) {
    const asked = isAsked(event.kind);
    const actor = asked ? (change.operator ?? engineActor) : engineActor;
    const place = { log: scribe.log, runId, seq, prev, at, actor, epoch, cmd: asked ? (command?.id ?? scribe.newCommandId()) : null };
    const encoded = encodeEntry(event.kind, draftEvent(event, run.plan, outcomeBytes), place, scribe.newSalt);
    entries.push(encoded.entry);
    artifacts.push(...encoded.artifacts);
    projection = project(projection, event, { seq, at });
    prev = encoded.entry.leaf;
    seq += 1;
  }
  assert(seq === run.eventCount, `run ${runId} has ${run.eventCount} events and ${seq} entries`);
  const after = present(projection, "the projection of a changed run");
  return {
    transition: {
      runId,
      expected: before?.head ?? null,
      epoch,
      leaseHolder,
      entries,
      artifacts,
      run: after.run,
      changesRun: before?.projection.run !== after.run,
      ...touchedSteps(before?.projection ?? null, after),
      command,
      ...erasureIn(events),
    },
    after: { runId, run, projection: after, head: { entryCount: seq, leaf: present(prev, "the last leaf"), epoch } },
  };
}

const askedKinds: ReadonlySet<RunEventKind> = new Set([
  "run.created",
  "attestation.submitted",
  "attestation.verified",
  "attestation.rejected",
  "run.resumed",
  "run.cancelled",
  ...administrativeKinds,
]);

function erasureIn(events: readonly RunEvent[]): Pick<Transition, "erases"> {
  const erased = events.find((event) => event.kind === "artifact.erased");
  if (erased === undefined) return {};
  const [seq = 0, n = 0] = erased.artifact.split(".").map(Number);
  return { erases: { seq, n } };
}

/** Events that a person's command makes true; whatever follows from them is the engine's own doing. */
function isAsked(kind: RunEventKind): boolean {
  return askedKinds.has(kind);
}

function touchedSteps(before: Projection | null, after: Projection): Pick<Transition, "newSteps" | "changedSteps"> {
  const newSteps: StepRunRow[] = [];
  const changedSteps: StepRunRow[] = [];
  for (const [key, row] of after.steps) {
    const known = before?.steps.get(key);
    if (known === undefined) newSteps.push(row);
    else if (known !== row) changedSteps.push(row);
  }
  return { newSteps, changedSteps };
}
