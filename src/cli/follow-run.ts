import type { RunId } from "../domain/ids.ts";
import type { RunView } from "../domain/view.ts";
import { CliError } from "./cli-error.ts";
import { openDisplay } from "./run-display.ts";
import { readSnapshot, sayNext } from "./run-snapshot.ts";
import type { RunSnapshot } from "./run-snapshot.ts";
import { exitOfRun } from "./run-words.ts";
import type { Session } from "./session.ts";

export interface FollowOptions {
  /** Go on past pauses, until the run has ended. */
  readonly throughPauses?: boolean;
}

/** Shows a run as it goes until it rests (or ended), and ends the command the way the run stands then. */
export async function followToRest(session: Session, runId: RunId, { throughPauses = false }: FollowOptions = {}): Promise<void> {
  const display = openDisplay(session);
  try {
    for await (const snapshot of snapshots(session, runId)) {
      display.show(snapshot);
      if (snapshot.run.status !== "running") display.rest();
      if (snapshot.run.status === "waiting") sayNext(session, snapshot);
      if (!isOver(snapshot.run, throughPauses)) continue;
      session.end(exitOfRun(snapshot.run.status));
      return;
    }
  } finally {
    display.rest();
  }
}

function isOver(run: RunView, throughPauses: boolean): boolean {
  return run.status !== "running" && (run.status !== "waiting" || !throughPauses);
}

const pauseMsMin = 250;
const pauseMsMax = 5000;
/** Reads in a row that found no server: with the pauses between them, some five minutes. */
const lostReadsMax = 60;

/** The run now, and again after every change, over as many connections as it takes. The stream only says *look*: what is shown was read. */
async function* snapshots(session: Session, runId: RunId): AsyncGenerator<RunSnapshot> {
  let snapshot = await readSnapshot(session.client, runId);
  yield snapshot;
  let quietRounds = 0;
  for (let lostReads = 0; lostReads < lostReadsMax; ) {
    for await (const seq of changes(session, runId, snapshot.run.entry_count - 1)) {
      quietRounds = 0;
      // One read shows all entries of a burst; the events that follow are then old.
      if (seq < snapshot.run.entry_count) continue;
      const next = await unlessUnreachable(session, () => readSnapshot(session.client, runId));
      if (next === null) break;
      snapshot = next;
      yield snapshot;
    }
    quietRounds += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMsMax, pauseMsMin * quietRounds)));
    const again = await unlessUnreachable(session, () => readSnapshot(session.client, runId));
    lostReads = again === null ? lostReads + 1 : 0;
    if (lostReads === 1) session.say("the server cannot be reached; trying again");
    if (again === null || again.run.entry_count === snapshot.run.entry_count) continue;
    snapshot = again;
    yield snapshot;
  }
  throw new CliError({
    exit: "unreachable",
    code: "server_unreachable",
    message: `lost ${session.client.baseUrl} and could not get back to it`,
    remedy: `the run goes on; watch it again with: reckon watch ${runId}`,
  });
}

/** The `seq` of every entry after `lastSeq`, as the stream tells of it (NaN where it tells none); over when the connection is. */
async function* changes(session: Session, runId: RunId, lastSeq: number): AsyncGenerator<number> {
  const events = session.client.events(`/api/runs/${runId}/events`, String(lastSeq), session.io.signal);
  try {
    for (;;) {
      const next = await unlessUnreachable(session, () => events.next());
      if (next === null || next.done === true) return;
      yield next.value.id === null ? Number.NaN : Number(next.value.id);
    }
  } finally {
    await events.return(undefined);
  }
}

async function unlessUnreachable<T>(session: Session, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (session.io.signal.aborted || !(error instanceof CliError) || error.exit !== "unreachable") throw error;
    return null;
  }
}
