import type { RunId, WorkerId } from "../domain/ids.ts";
import { every } from "../domain/timers.ts";
import type { Timers } from "../domain/timers.ts";
import type { AdvanceTools } from "./advance-run.ts";
import { advanceRun, rests } from "./advance-run.ts";
import type { HeldRun } from "./held-run.ts";
import type { Hints } from "./hints.ts";
import type { PreparedCall } from "./take-turn.ts";

export interface WorkerLimits {
  /** Runs this process advances at once. */
  readonly runsMax: number;
  readonly leaseMs: number;
  /** How often a process with room looks for runs that nobody holds; bounds the time to find an orphan. */
  readonly sweepMs: number;
  readonly drainMs: number;
}

export interface WorkerStore {
  readonly claim: (limit: number) => Promise<readonly HeldRun[]>;
  readonly renew: (runs: readonly { readonly runId: RunId; readonly epoch: number }[]) => Promise<ReadonlySet<RunId>>;
  readonly release: (worker: WorkerId) => Promise<void>;
}

export interface WorkerPorts {
  readonly tools: AdvanceTools;
  readonly store: WorkerStore;
  readonly hints: Hints;
  readonly onError: (what: string, error: unknown) => void;
  /** Told of each run that came to rest here: it waits for people, or has ended. */
  readonly onRest?: (held: HeldRun) => void;
}

interface ActiveRun {
  readonly controller: AbortController;
  readonly done: Promise<void>;
  epoch: number;
  heldSinceMs: number;
}

/** A promise of room for one run, to be turned into work or given back. */
export interface Slot {
  readonly adopt: (held: HeldRun, calls: readonly PreparedCall[]) => void;
  readonly giveBack: () => void;
}

export interface Worker {
  readonly start: () => void;
  /** Room for one more run, or null: then the run is left for whoever has room. */
  readonly reserve: () => Slot | null;
  readonly isActive: (runId: RunId) => boolean;
  readonly activeCount: () => number;
  /** Stops advancing a run here, because another command took it over. */
  readonly drop: (runId: RunId) => void;
  /** Something may be waiting to be claimed. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

const claimBatchMax = 64;

/** Advances runs: adopts those started here, claims those nobody holds, keeps their leases, lets go of what it lost. */
export function makeWorker(ports: WorkerPorts, limits: WorkerLimits): Worker {
  const { tools, store, hints, onError } = ports;
  const { timers } = tools;
  const active = new Map<RunId, ActiveRun>();
  let reserved = 0;
  let claiming = false;
  let claimAgain = false;
  let backlog = false;
  let stopped = false;
  const rounds: (() => void)[] = [];
  const room = (): number => (stopped ? 0 : limits.runsMax - active.size - reserved);

  const adopt = (held: HeldRun, calls: readonly PreparedCall[]): void => {
    const controller = new AbortController();
    const entry = { controller, epoch: held.head.epoch, heldSinceMs: timers.monotonicMs(), done: Promise.resolve() };
    const onCommit = (after: HeldRun): void => {
      entry.heldSinceMs = timers.monotonicMs();
      hints.tell(held.runId, "changed");
      if (rests(after.run)) ports.onRest?.(after);
    };
    active.set(held.runId, entry);
    entry.done = advanceRun(tools, held, { calls, signal: controller.signal, onCommit }).then(
      (end) => leave(held.runId, entry, end === "rests" ? "rests" : "changed"),
      (error: unknown) => {
        onError(`run ${held.runId} could not be advanced`, error);
        leave(held.runId, entry, "changed");
      },
    );
  };
  const leave = (runId: RunId, entry: ActiveRun, hint: "rests" | "changed"): void => {
    entry.controller.abort();
    if (active.get(runId) === entry) active.delete(runId);
    hints.tell(runId, hint);
    if (backlog) void claim();
  };

  const claim = async (): Promise<void> => {
    claimAgain = true;
    if (claiming) return;
    claiming = true;
    try {
      while (claimAgain && room() > 0) {
        claimAgain = false;
        const limit = Math.min(room(), claimBatchMax);
        reserved += limit;
        const claimed = await store.claim(limit).finally(() => {
          reserved -= limit;
        });
        for (const held of claimed) adopt(held, []);
        backlog = claimed.length === limit;
        if (backlog) claimAgain = true;
      }
    } catch (error) {
      onError("runs could not be claimed", error);
    } finally {
      claiming = false;
    }
  };

  const renew = async (): Promise<void> => {
    giveUpStale();
    const runs = [...active].map(([runId, { epoch }]) => ({ runId, epoch }));
    if (runs.length === 0) return;
    const askedMs = timers.monotonicMs();
    try {
      const kept = await store.renew(runs);
      for (const { runId, epoch } of runs) {
        const entry = active.get(runId);
        if (entry === undefined || entry.epoch !== epoch) continue;
        if (kept.has(runId)) entry.heldSinceMs = Math.max(entry.heldSinceMs, askedMs);
        else entry.controller.abort();
      }
    } catch (error) {
      onError("leases could not be renewed", error);
    }
  };
  /** The worker fences itself before its lease runs out, by its own monotonic clock, so no other clock has to be right. */
  const giveUpStale = (): void => {
    const oldest = timers.monotonicMs() - (limits.leaseMs * 2) / 3;
    for (const entry of active.values()) if (entry.heldSinceMs < oldest) entry.controller.abort();
  };

  return {
    start() {
      rounds.push(every(timers, limits.leaseMs / 3, () => void renew()));
      rounds.push(every(timers, limits.sweepMs, () => void claim()));
      void claim();
    },
    reserve() {
      if (room() <= 0) {
        backlog = true;
        return null;
      }
      reserved += 1;
      let open = true;
      const close = (): boolean => {
        const first = open;
        if (first) reserved -= 1;
        open = false;
        return first;
      };
      return {
        adopt: (held, calls) => {
          if (close()) adopt(held, calls);
        },
        giveBack: () => void close(),
      };
    },
    isActive: (runId) => active.has(runId),
    activeCount: () => active.size,
    drop: (runId) => active.get(runId)?.controller.abort(),
    wake: () => void claim(),
    async stop() {
      stopped = true;
      for (const stop of rounds) stop();
      await settleWithin(
        timers,
        [...active.values()].map((run) => run.done),
        limits.drainMs,
      );
      for (const run of active.values()) run.controller.abort();
      await Promise.all([...active.values()].map((run) => run.done));
      await store.release(tools.worker).catch((error: unknown) => onError("leases could not be released", error));
    },
  };
}

async function settleWithin(timers: Timers, promises: readonly Promise<void>[], limitMs: number): Promise<void> {
  let callOff = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    callOff = timers.after(limitMs, resolve);
  });
  await Promise.race([Promise.all(promises), limit]);
  callOff();
}
