import { assert } from "../../domain/assert.ts";
import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { StepRunRow } from "../../domain/projection.ts";
import type { Transition } from "../../domain/transition.ts";
import { makeRows } from "./binary-rows.ts";
import type { Rows } from "./binary-rows.ts";

/** The composite types that `reckoning.append` takes arrays of (migrations/0002), each with the number of its columns. */
export const appendTypes = {
  created_head: 7,
  moved_head: 10,
  created_run: 13,
  changed_run: 8,
  new_command: 4,
  new_entry: 5,
  new_artifact: 8,
  step_row: 13,
} as const;

/** The object identifiers that these types have in one database. */
export type AppendTypeIds = Readonly<Record<keyof typeof appendTypes, number>>;

/** The transitions as arrays of rows, in the order in which `reckoning.append` takes them. */
export function appendRows(transitions: readonly Transition[], typeIds: AppendTypeIds): readonly Buffer[] {
  const createdHeads = makeRows(appendTypes.created_head);
  const movedHeads = makeRows(appendTypes.moved_head);
  const createdRuns = makeRows(appendTypes.created_run);
  const changedRuns = makeRows(appendTypes.changed_run);
  const commands = makeRows(appendTypes.new_command);
  const entries = makeRows(appendTypes.new_entry);
  const artifacts = makeRows(appendTypes.new_artifact);
  const newSteps = makeRows(appendTypes.step_row);
  const changedSteps = makeRows(appendTypes.step_row);
  for (const [index, transition] of transitions.entries()) {
    const of = index + 1;
    const { runId, expected, command } = transition;
    checkTransition(transition);
    if (expected === null) {
      putHead(createdHeads.int4(of).uuid(runId), transition);
      putCreatedRun(createdRuns.int4(of).uuid(runId), transition);
    } else {
      movedHeads.int4(of).uuid(runId).int4(expected.entryCount).int8(expected.epoch).bytes(expected.leaf);
      putHead(movedHeads, transition);
      if (transition.changesRun) putRunState(changedRuns.int4(of).uuid(runId), transition);
    }
    if (command !== null) commands.int4(of).uuid(runId).uuid(command.id).bytes(command.payload);
    for (const { seq, leaf, body } of transition.entries) entries.int4(of).uuid(runId).int4(seq).bytes(leaf).bytes(body);
    for (const { seq, n, role, mediaType, salt, content } of transition.artifacts)
      artifacts.int4(of).uuid(runId).int4(seq).int2(n).text(role).text(mediaType).bytes(salt).bytes(content);
    for (const step of transition.newSteps) putStep(newSteps.int4(of), runId, step);
    for (const step of transition.changedSteps) putStep(changedSteps.int4(of), runId, step);
  }
  return [
    createdHeads.finish(typeIds.created_head),
    movedHeads.finish(typeIds.moved_head),
    createdRuns.finish(typeIds.created_run),
    changedRuns.finish(typeIds.changed_run),
    commands.finish(typeIds.new_command),
    entries.finish(typeIds.new_entry),
    artifacts.finish(typeIds.new_artifact),
    newSteps.finish(typeIds.step_row),
    changedSteps.finish(typeIds.step_row),
  ];
}

function putHead(rows: Rows, { entries, epoch, leaseHolder, run }: Transition): void {
  const last = entries.at(-1);
  assert(last !== undefined, "a transition has entries");
  rows
    .int4(last.seq + 1)
    .bytes(last.leaf)
    .int8(epoch)
    .uuid(leaseHolder)
    .text(run.status);
}

function putCreatedRun(rows: Rows, transition: Transition): void {
  const { manifestId, manifestVersion, planDigest, initiatedBy, createdAt } = transition.run;
  rows.uuid(manifestId).int4(manifestVersion).bytes(Buffer.from(planDigest, "hex")).text(initiatedBy).instant(createdAt);
  putRunState(rows, transition);
}

function putRunState(rows: Rows, { run }: Transition): void {
  rows.text(run.status).instant(run.startedAt).instant(run.endedAt).text(run.waitingStep).text(run.errorStep).text(run.errorCode);
}

function putStep(rows: Rows, runId: RunId, step: StepRunRow): void {
  rows
    .uuid(runId)
    .int4(step.position)
    .text(step.stepKey)
    .text(step.status)
    .int4(step.attempts)
    .instant(step.startedAt)
    .instant(step.endedAt);
  rows.int4(step.startedSeq).int4(step.endedSeq).int4(step.attestedSeq).text(step.failureCode).text(step.skippedBecause);
}

/** PostgreSQL takes 8,000 bytes; an id and its mark are 38. */
const hintedRunsMax = 150;

/** Which runs these transitions change, for other processes. A run that anybody may claim is marked `+`; `*`: any run at all. */
export function hintOf(origin: WorkerId, transitions: readonly Transition[]): string {
  if (transitions.length > hintedRunsMax) return `${origin} *`;
  const marked = transitions.map(({ runId, leaseHolder, run }) => (leaseHolder === null && run.status === "running" ? `+${runId}` : runId));
  return `${origin} ${marked.join(" ")}`;
}

/** The writer's own half of the checks that the database makes again: a gap here is our bug, not a conflict. */
function checkTransition({ runId, expected, entries, artifacts }: Transition): void {
  const from = expected?.entryCount ?? 0;
  assert(entries.length > 0, `a transition of run ${runId} has entries`);
  for (const [index, entry] of entries.entries()) {
    assert(entry.seq === from + index, `entry ${entry.seq} of run ${runId} follows entry ${from + index - 1}`);
    assert(entry.leaf.length === 32, `the leaf of entry ${entry.seq} has 32 bytes`);
  }
  for (const { seq, salt } of artifacts) {
    assert(seq >= from && seq < from + entries.length, `an artifact of run ${runId} belongs to a new entry`);
    assert(salt.length === 32, "a salt has 32 bytes");
  }
}
