import { Fault } from "../../domain/fault.ts";
import { pause } from "../../domain/timers.ts";
import type { Timers } from "../../domain/timers.ts";
import type { AppendResult, Transition } from "../../domain/transition.ts";

/** The store as the one writer of a process needs it. A Fault means that nothing is known: the write may have happened. */
export interface AppendStore {
  /** Writes all of them as one statement; each is taken or refused by its own run's fence. Answers in the order given. */
  readonly write: (transitions: readonly Transition[]) => Promise<readonly AppendResult[]>;
  /** Whether the transition's last entry stands in its place: its leaf commits to all before it, so then it is this one. */
  readonly stands: (transition: Transition) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** One statement that was answered: how many transitions it carried, and those of them that were taken. */
export interface WrittenBatch {
  readonly size: number;
  readonly appended: readonly Transition[];
  readonly ms: number;
}

export interface AppenderOptions {
  readonly store: AppendStore;
  readonly timers: Timers;
  readonly onBatch?: (batch: WrittenBatch) => void;
}

/** The one writer of a process. What is handed to it while a commit is under way goes out together in the next. */
export interface Appender {
  readonly append: (transition: Transition) => Promise<AppendResult>;
  readonly close: () => Promise<void>;
}

const transitionsMax = 256;
const batchBytesMax = 8_388_608;
const waitingMax = 20_000;
/** How long an append goes on trying while the database is away before it is given up as a Fault. */
const retryMsMax = 20_000;
const retryPauseMs = 100;

interface Waiting {
  readonly transition: Transition;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
  /** True once it was sent and no answer came: it may or may not have happened. */
  uncertain: boolean;
}

export function makeAppender({ store, timers, onBatch }: AppenderOptions): Appender {
  const waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) await writeBatch(takeBatch(waiting));
    running = null;
  };

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const deadline = timers.monotonicMs() + retryMsMax;
    for (;;) {
      try {
        const started = timers.monotonicMs();
        const results = await send(store, batch);
        const appended = batch.flatMap(({ transition }, index) => (results[index]?.type === "appended" ? [transition] : []));
        onBatch?.({ size: batch.length, appended, ms: timers.monotonicMs() - started });
        for (const [index, one] of batch.entries()) one.resolve(results[index] ?? { type: "fenced" });
        return;
      } catch (error) {
        const code = error instanceof Fault ? error.code : null;
        const away = code === "database_unavailable" || code === "database_conflict";
        if (away) for (const one of batch) one.uncertain = true;
        if (away && !closed && timers.monotonicMs() < deadline) {
          await pause(timers, retryPauseMs);
          continue;
        }
        if (away || batch.length === 1) {
          for (const one of batch) one.reject(error);
          return;
        }
        // One of them makes the statement fail: each is tried alone, so that it spoils no other.
        for (const one of batch) await writeBatch([one]);
        return;
      }
    }
  };

  return {
    append(transition) {
      if (closed) return Promise.reject(new Fault("shutting_down", "this process is stopping"));
      if (waiting.length >= waitingMax) return Promise.reject(new Fault("overloaded", `${waitingMax} transitions wait to be written`));
      return new Promise((resolve, reject) => {
        waiting.push({ transition, bytes: sizeOf(transition), resolve, reject, uncertain: false });
        running ??= Promise.resolve().then(drain);
      });
    },
    async close() {
      closed = true;
      await running;
      await store.close();
    },
  };
}

/** The ghost rule: a try whose answer was lost may have gone through, and then refuses its own repetition. */
async function send(store: AppendStore, batch: readonly Waiting[]): Promise<readonly AppendResult[]> {
  const results = [...(await store.write(batch.map((one) => one.transition)))];
  for (const [index, one] of batch.entries()) {
    if (one.uncertain && results[index]?.type !== "appended" && (await store.stands(one.transition))) results[index] = { type: "appended" };
  }
  return results;
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const one of waiting) {
    if (count > 0 && (count === transitionsMax || bytes + one.bytes > batchBytesMax)) break;
    bytes += one.bytes;
    count += 1;
  }
  return waiting.splice(0, count);
}

function sizeOf({ entries, artifacts }: Transition): number {
  return entries.reduce((sum, entry) => sum + entry.body.length, 0) + artifacts.reduce((sum, artifact) => sum + artifact.content.length, 0);
}
