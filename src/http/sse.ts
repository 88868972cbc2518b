import { setTimeout as pause } from "node:timers/promises";
import type { RunId } from "../domain/ids.ts";
import { textOf } from "../domain/json.ts";
import type { EntryView } from "../domain/view.ts";
import { makeBell } from "../runtime/bell.ts";
import type { Machine } from "../runtime/deps.ts";
import type { RunChange } from "../storage/read/changed-runs.ts";

export interface Stream {
  readonly write: (text: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly lastEventId: string | null;
}

export type Follow = (stream: Stream) => Promise<void>;

const pageSize = 200;
const lastKinds: ReadonlySet<unknown> = new Set(["run.succeeded", "run.failed", "run.cancelled"]);

/** Every entry of a run once and in order, from the table; hints only say when to look. */
export function followRun(machine: Machine, runId: RunId, heartbeatMs: number): Follow {
  return async (stream) => {
    let after = seqOf(stream.lastEventId);
    await whileOpen({ machine, of: runId, heartbeatMs }, stream, async () => {
      for (;;) {
        const entries = await machine.read.entries(runId, { after, limit: pageSize });
        for (const entry of entries) {
          await stream.write(eventOf(String(entry.seq), textOf(entry.body["kind"]) ?? "entry", entry satisfies EntryView));
          after = entry.seq;
          if (lastKinds.has(entry.body["kind"])) return "ended";
        }
        if (entries.length < pageSize || stream.signal.aborted) return "goes_on";
      }
    });
  };
}

/** States of runs as they change. A state is sent whenever the run changed since the stream's moment. */
export function followAll(machine: Machine, heartbeatMs: number): Follow {
  return async (stream) => {
    const now = await machine.read.changeCursor();
    const from = /^[0-9]{1,16}$/.exec(stream.lastEventId ?? "")?.[0];
    // A moment that is still to come would silence the stream until then.
    let cursor = from === undefined ? now : Math.min(Number(from), now);
    const sent = new Map<RunId, number>();
    // Whoever begins now is not told again of what changed long before; of what changed just before they may not have read yet.
    for await (const page of from === undefined ? changesSince(machine, now - overlapUs) : [])
      for (const { runId, changedUs } of page) if (changedUs < now - freshUs) sent.set(runId, changedUs);
    await whileOpen({ machine, of: "all", heartbeatMs }, stream, async () => {
      for await (const page of changesSince(machine, cursor - overlapUs)) {
        const fresh = page.filter(({ runId, changedUs }) => sent.get(runId) !== changedUs);
        const views = await machine.read.runViews(fresh.map(({ runId }) => runId));
        for (const { runId, changedUs } of fresh) {
          const run = views.get(runId);
          if (run !== undefined) await stream.write(eventOf(String(changedUs), "run", run));
          // What was sent last stands last, so what may be forgotten stands first.
          sent.delete(runId);
          sent.set(runId, changedUs);
        }
        if (stream.signal.aborted) return "ended";
        cursor = Math.max(cursor, page.at(-1)?.changedUs ?? cursor);
      }
      for (const [runId, changedUs] of sent) {
        if (changedUs > cursor - overlapUs) break;
        sent.delete(runId);
      }
      await pause(gatherMs);
      return "goes_on";
    });
  };
}

/** A commit may become visible this much later than the time it carries; so far back every look begins. */
const overlapUs = 10_000_000;
/** A reader who lists the runs and then follows them misses nothing if no more than this lies between the two. */
const freshUs = 2_000_000;
/** Least pause between two looks at all runs, however many of them change. */
const gatherMs = 100;

async function* changesSince(machine: Machine, sinceUs: number): AsyncGenerator<readonly RunChange[]> {
  let last: RunChange | undefined;
  for (;;) {
    const page = await machine.read.changedRuns({ afterUs: last?.changedUs ?? sinceUs, afterId: last?.runId ?? null, limit: pageSize });
    if (page.length > 0) yield page;
    last = page.at(-1);
    if (page.length < pageSize) return;
  }
}

/** The seq that a reader saw last; null for none, or when it says something else. */
export function seqOf(lastEventId: string | null): number | null {
  const text = /^(0|[1-9][0-9]{0,8})$/.exec(lastEventId ?? "")?.[0];
  return text === undefined ? null : Number(text);
}

interface Followed {
  readonly machine: Machine;
  readonly of: RunId | "all";
  /** A comment that often keeps proxies from closing a quiet stream; then the table is read again, should a hint have been lost. */
  readonly heartbeatMs: number;
}

async function whileOpen(
  { machine, of, heartbeatMs }: Followed,
  { signal, write }: Stream,
  look: () => Promise<"ended" | "goes_on">,
): Promise<void> {
  const bell = makeBell(signal);
  const unsubscribe = machine.subscribe(of, bell.ring);
  try {
    for (;;) {
      if ((await look()) === "ended") return;
      const waited = await bell.wait(heartbeatMs);
      if (waited === "closed") return;
      if (waited === "quiet") await write(": still here\n\n");
    }
  } finally {
    bell.close();
    unsubscribe();
  }
}

/** One event of the format of HTML's section 9.2; JSON holds no line break, so one data line is enough. */
function eventOf(id: string, event: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
