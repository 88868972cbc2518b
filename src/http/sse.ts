import type { RunId } from "../domain/ids.ts";
import { textOf } from "../domain/json.ts";
import type { EntryView } from "../domain/view.ts";
import { makeBell } from "../runtime/bell.ts";
import type { Machine } from "../runtime/deps.ts";

export interface Stream {
  readonly write: (text: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly lastEventId: string | null;
}

export type Follow = (stream: Stream) => Promise<void>;

/** A comment that often keeps proxies from closing a quiet stream; then the table is read again, should a hint have been lost. */
const heartbeatMs = 15_000;
const pageSize = 200;
const lastKinds: ReadonlySet<unknown> = new Set(["run.succeeded", "run.failed", "run.cancelled"]);

/** Every entry of a run once and in order, from the table; hints only say when to look. */
export function followRun(machine: Machine, runId: RunId): Follow {
  return async (stream) => {
    const from = /^(0|[1-9][0-9]{0,8})$/.exec(stream.lastEventId ?? "")?.[0];
    let after = from === undefined ? null : Number(from);
    await whileOpen(machine, runId, stream, async () => {
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
export function followAll(machine: Machine): Follow {
  return async (stream) => {
    const from = /^[0-9]{1,17}$/.exec(stream.lastEventId ?? "")?.[0];
    let cursor = from === undefined ? await machine.read.changeCursor() : Number(from);
    const sent = new Map<RunId, string>();
    await whileOpen(machine, "all", stream, async () => {
      const { runs, next } = await machine.read.changedRuns(cursor);
      for (const run of runs) {
        const state = `${run.status} ${run.entry_count}`;
        if (sent.get(run.id) === state) continue;
        sent.set(run.id, state);
        await stream.write(eventOf(String(next), "run", run));
      }
      // Old states need no memory: they are before the cursor.
      if (sent.size > sentMax) for (const id of [...sent.keys()].slice(0, sentMax / 2)) sent.delete(id);
      cursor = next;
      return "goes_on";
    });
  };
}

const sentMax = 10_000;

async function whileOpen(
  machine: Machine,
  runId: RunId | "all",
  { signal, write }: Stream,
  look: () => Promise<"ended" | "goes_on">,
): Promise<void> {
  const bell = makeBell(signal);
  const unsubscribe = machine.subscribe(runId, bell.ring);
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
