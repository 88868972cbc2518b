import type { WorkerId } from "../../src/domain/ids.ts";
import type { Timers } from "../../src/domain/timers.ts";
import { makeClock } from "../../src/storage/clock.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import type { Database } from "../../src/storage/pool.ts";
import { openAppendStore } from "../../src/storage/write/append-statement.ts";
import { makeAppender } from "../../src/storage/write/append.ts";
import type { AppendStore, Appender } from "../../src/storage/write/append.ts";
import { newWorker } from "./transitions.ts";

export interface OpenStore {
  readonly db: Database;
  readonly worker: WorkerId;
  readonly store: AppendStore;
  readonly appender: Appender;
  readonly close: () => Promise<void>;
}

/** Time that runs ahead: the pauses between tries are of no interest here. */
const hurried: Timers = {
  monotonicMs: () => performance.now(),
  after(delayMs, ring) {
    const timer = setTimeout(ring, delayMs / 20);
    return () => clearTimeout(timer);
  },
};

/** The store of one process, as the runtime wires it; `watch` may stand between its writer and its statements. */
export function openStore(
  url: string,
  options: { readonly leaseMs?: number; readonly statementMsMax?: number; readonly watch?: (store: AppendStore) => AppendStore } = {},
): OpenStore {
  const { leaseMs = 30_000, watch = (store) => store } = options;
  const db = openDatabase({ url, applicationName: "test store", poolMax: 4, statementMsMax: options.statementMsMax ?? 30_000 });
  const worker = newWorker();
  const store = openAppendStore({ db, clock: makeClock(), worker, leaseMs });
  const appender = makeAppender({ store: watch(store), timers: hurried });
  return {
    db,
    worker,
    store,
    appender,
    async close() {
      await appender.close();
      await db.close();
    },
  };
}
