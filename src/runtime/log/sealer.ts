import { assert } from "../../domain/assert.ts";
import { pause } from "../../domain/timers.ts";
import type { Timers } from "../../domain/timers.ts";
import { integrate } from "../../ledger/log-tree.ts";
import type { LogTree } from "../../ledger/log-tree.ts";
import type { PendingEntry } from "../../storage/read/log.ts";
import type { Sealing, SealResult } from "../../storage/write/seal.ts";
import { makeBell } from "../bell.ts";

export interface SealerStore {
  readonly readTree: () => Promise<LogTree>;
  readonly readPending: (limit: number) => Promise<readonly PendingEntry[]>;
  readonly seal: (sealing: Sealing) => Promise<SealResult>;
}

export interface SealerPorts {
  readonly store: SealerStore;
  readonly timers: Timers;
  readonly onError: (what: string, error: unknown) => void;
  /** The log grew: its new tree may be signed now, and not before. */
  readonly onSealed: (sealed: { readonly entries: number; readonly size: number; readonly ms: number }) => void;
  /** For tests that end the process here. */
  readonly onStage?: (stage: "pending_read" | "tree_durable") => void;
}

export interface Sealer {
  /** Entries may wait to be sealed. */
  readonly wake: () => void;
  /** Seals what is pending and stops. */
  readonly stop: () => Promise<void>;
}

export const sealBatchMax = 5_000;
/** After a wake-up, so that what is written together is sealed together. */
const gatherMs = 400;
/** Without any wake-up: other processes may have written, and their hints may be lost. */
const sweepMs = 15_000;
const retryMs = 1_000;

/**
 * Gives every entry its place in the global log (LEDGER 1.3). It runs beside the appends and never in their way: they wait for
 * nothing here. Any number of sealers may run; the places of the log are primary keys, so they cannot fork it.
 */
export function makeSealer(ports: SealerPorts): Sealer {
  const { timers, onError } = ports;
  const stopped = new AbortController();
  const bell = makeBell(stopped.signal);
  const sealing = makeSealing(ports);
  const run = async (): Promise<void> => {
    for (let waitMs = 0; ; ) {
      const waited = await bell.wait(waitMs);
      if (waited === "rung") await pause(timers, gatherMs);
      waitMs = await sealing().catch((error: unknown) => {
        onError("entries could not be sealed", error);
        return retryMs;
      });
      if (waited === "closed") return;
    }
  };
  const ran = run();
  return {
    wake: bell.ring,
    async stop() {
      stopped.abort();
      await ran;
    },
  };
}

/** One round: seals all that is pending, answers when to look again unasked. */
function makeSealing({ store, timers, onSealed, onStage }: SealerPorts): () => Promise<number> {
  let tree: LogTree | null = null;
  const sealBatch = async (): Promise<SealResult | "nothing"> => {
    tree ??= await store.readTree();
    const started = timers.monotonicMs();
    const entries = await store.readPending(sealBatchMax);
    if (entries.length === 0) return "nothing";
    assertWithoutGaps(entries);
    onStage?.("pending_read");
    const grown = integrate(
      tree,
      entries.map((entry) => entry.leaf),
    );
    const from = tree;
    // Until an answer says that it happened, nothing is known of the log any more.
    tree = null;
    const result = await store.seal({ from: from.size, entries, tiles: grown.tiles, tree: grown.tree });
    if (result !== "sealed") return result;
    onStage?.("tree_durable");
    tree = grown.tree;
    onSealed({ entries: entries.length, size: tree.size, ms: timers.monotonicMs() - started });
    return "sealed";
  };
  return async () => {
    for (;;) {
      const result = await sealBatch();
      if (result === "nothing") return sweepMs;
      if (result === "busy") return retryMs;
    }
  };
}

/** Places inside a run go up by one: an entry is sealed after the one before it or not at all. */
function assertWithoutGaps(entries: readonly PendingEntry[]): void {
  for (const [at, { runId, seq }] of entries.entries()) {
    const before = entries[at - 1];
    if (before?.runId !== runId) continue;
    assert(seq === before.seq + 1, `entry ${seq} of run ${runId} is sealed after entry ${before.seq}`);
  }
}
