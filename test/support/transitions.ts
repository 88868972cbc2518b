import { hash, randomBytes } from "node:crypto";
import { v4 as uuidv4, v7 as uuidv7 } from "uuid";
import type { CommandId, ManifestId, RunId, StepKey, WorkerId } from "../../src/domain/ids.ts";
import { instantFromMicroseconds } from "../../src/domain/instant.ts";
import type { RunRow, StepRunRow } from "../../src/domain/projection.ts";
import type { ClientCommand, RunHead, Transition } from "../../src/domain/transition.ts";
import { leafOf, sha256Of } from "../../src/ledger/leaf.ts";

// Transitions as the store sees them: bytes whose leaves are right, and rows that belong to them. What the entries say is of no
// concern to the store, so here they say little.

const at = instantFromMicroseconds(1_790_000_000_000_000);

export function newWorker(): WorkerId {
  return uuidv7() as WorkerId;
}

export function newCommand(payload = "payload"): ClientCommand {
  return { id: uuidv4() as CommandId, payload: hash("sha256", payload, "buffer") };
}

export function runRow(change: Partial<RunRow> = {}): RunRow {
  return {
    manifestId: "00000000-0000-7000-8000-000000000001" as ManifestId,
    manifestVersion: 1,
    planDigest: sha256Of(Buffer.from("plan")),
    initiatedBy: "alice",
    createdAt: at,
    status: "running",
    startedAt: at,
    endedAt: null,
    waitingStep: null,
    errorStep: null,
    errorCode: null,
    ...change,
  };
}

export function stepRow(change: Partial<StepRunRow> = {}): StepRunRow {
  return {
    stepKey: "first" as StepKey,
    position: 0,
    status: "RUNNING",
    attempts: 1,
    startedAt: at,
    endedAt: null,
    startedSeq: 0,
    endedSeq: null,
    attestedSeq: null,
    failureCode: null,
    skippedBecause: null,
    ...change,
  };
}

/** The next transition of a run that stands at `head` (null: that does not exist yet), with one entry, artifact and step. */
export function transitionOf(runId: RunId, head: RunHead | null, change: Partial<Transition> = {}): Transition {
  const seq = head?.entryCount ?? 0;
  const epoch = change.epoch ?? head?.epoch ?? 1;
  const body = Buffer.from(JSON.stringify({ run: runId, seq, nonce: randomBytes(8).toString("hex") }));
  return {
    runId,
    expected: head,
    epoch,
    leaseHolder: null,
    entries: [{ seq, body, leaf: leafOf(body) }],
    artifacts: [
      { seq, n: 0, role: "outcome", mediaType: "application/json", salt: randomBytes(32), content: Buffer.from(`content of ${seq}`) },
    ],
    run: runRow(),
    changesRun: true,
    newSteps: head === null ? [stepRow({ attempts: 1 })] : [],
    changedSteps: head === null ? [] : [stepRow({ attempts: seq + 1 })],
    command: null,
    ...change,
  };
}

export function newRunId(): RunId {
  return uuidv7() as RunId;
}

export function firstOf(change: Partial<Transition> = {}): Transition {
  return transitionOf(newRunId(), null, change);
}

/** Where a run stands after a transition. */
export function headAfter({ epoch, entries }: Transition): RunHead {
  const last = entries.at(-1);
  if (last === undefined) throw new Error("a transition has entries");
  return { entryCount: last.seq + 1, leaf: last.leaf, epoch };
}
