import { v7 as uuidv7 } from "uuid";
import { present } from "../domain/assert.ts";
import { parseUuid } from "../domain/ids.ts";
import type { CommandId, RunId, WorkerId } from "../domain/ids.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import type { ModelSettings, Provider } from "../domain/task.ts";
import type { ModelClient } from "../llm/model-client.ts";
import { openClock } from "../storage/clock.ts";
import { listen } from "../storage/listen.ts";
import type { Database } from "../storage/pool.ts";
import { findCommand } from "../storage/read/commands.ts";
import { loadRuns } from "../storage/read/load-run.ts";
import { readVersionStamps } from "../storage/read/manifests.ts";
import { makeAppender } from "../storage/write/append.ts";
import type { WrittenBatch } from "../storage/write/append.ts";
import { openAppendStore } from "../storage/write/append-statement.ts";
import { claimRuns, releaseLeases, renewLeases } from "../storage/write/lease.ts";
import type { AdvanceTools } from "./advance-run.ts";
import { claimAndLoad } from "./claim-runs.ts";
import { foldStored } from "./fold-stored.ts";
import { hearHints } from "./hear-hints.ts";
import type { HeldRun } from "./held-run.ts";
import { makeHints } from "./hints.ts";
import { loadTogether } from "./load-together.ts";
import { cachedMax, makeCache, makePlans } from "./plans.ts";
import type { CurrentPlan } from "./plans.ts";
import { realTimers } from "./real-timers.ts";
import { openRegister } from "./register.ts";
import type { Runtime } from "./runtime.ts";
import { makeSaltSource } from "./salts.ts";
import { makeWorker } from "./worker.ts";

export interface RuntimeOptions {
  readonly db: Database;
  readonly clients: ReadonlyMap<Provider, ModelClient>;
  readonly resolveModel: (settings: ModelSettings) => EffectiveModel;
  /** The ledger's origin, bound into every entry. */
  readonly log: string;
  readonly leaseMs: number;
  readonly runsMax: number;
  readonly drainMs: number;
  readonly challengeMs: number;
  readonly uploadBytesMax: number;
  /** How long browsers stay signed in, and who signs people in. */
  readonly sessions: Runtime["sessions"];
  /** False behind a pooler through which LISTEN hears nothing. */
  readonly listens: boolean;
  readonly onError: (what: string, error: unknown) => void;
  readonly onRest?: (held: HeldRun) => void;
  readonly onBatch?: (batch: WrittenBatch) => void;
}

export interface OpenRuntime extends Runtime {
  readonly close: () => Promise<void>;
}

/** A process with room looks for orphans at least this often, so one is found within the lease and five seconds. */
const sweepMsMax = 4_000;
const loadBatchMax = 64;

/** Wires the uses of this room to a database and begins to advance runs. */
export async function openRuntime(options: RuntimeOptions): Promise<OpenRuntime> {
  const { db, clients, leaseMs, onError, onRest, onBatch } = options;
  const clock = await openClock(db);
  const worker = newId<WorkerId>();
  const store = openAppendStore({ db, clock, worker, leaseMs });
  const appender = makeAppender({ store, timers: realTimers, ...(onBatch === undefined ? {} : { onBatch }) });
  const plans = makePlans();
  const hints = makeHints();
  const tools: AdvanceTools = {
    scribe: { log: options.log, now: clock.now, newSalt: makeSaltSource(), newCommandId: newId<CommandId> },
    worker,
    timers: realTimers,
    append: appender.append,
    compile: plans.compile,
    client: (step) => clients.get(step.model.provider) ?? null,
  };
  const fold = (runId: RunId, stored: Parameters<typeof foldStored>[1]): HeldRun => foldStored(runId, stored, plans.planOf);
  const leases = {
    claim: (limit: number) =>
      claimAndLoad({ claim: (most) => claimRuns(db, { worker, leaseMs, limit: most }), load: (ids) => loadRuns(db, ids), fold }, limit),
    renew: (runs: Parameters<typeof renewLeases>[1]["runs"]) => renewLeases(db, { worker, leaseMs, runs }),
    release: () => releaseLeases(db, worker),
  };
  const limits = { runsMax: options.runsMax, leaseMs, sweepMs: Math.min(sweepMsMax, leaseMs), drainMs: options.drainMs };
  const workerOfThis = makeWorker({ tools, store: leases, hints, onError, ...(onRest === undefined ? {} : { onRest }) }, limits);
  const heard = options.listens ? listen(db.url, hearHints(worker, { hints, worker: workerOfThis })) : null;
  const load = loadTogether((ids: readonly RunId[]) => loadRuns(db, ids), loadBatchMax);
  workerOfThis.start();
  return {
    db,
    tools,
    register: openRegister({ db, ...tools.scribe }),
    worker: workerOfThis,
    hints,
    newRunId: newId<RunId>,
    loadRun: async (runId) => {
      const stored = await load(runId);
      return stored === null ? null : fold(runId, stored);
    },
    findCommand: (id) => findCommand(db, id),
    currentVersions: loadTogether((ids) => readVersionStamps(db, ids), loadBatchMax),
    planCache: makeCache<CurrentPlan>(cachedMax),
    resolveModel: options.resolveModel,
    challengeMs: options.challengeMs,
    uploadBytesMax: options.uploadBytesMax,
    sessions: options.sessions,
    hasProvider: (provider) => clients.has(provider),
    async close() {
      await heard?.close();
      await workerOfThis.stop();
      await appender.close();
    },
  };
}

/** A fresh UUIDv7: sorts by time of creation, within one process strictly. */
export function newId<Kind extends CommandId | RunId | WorkerId>(): Kind {
  return present(parseUuid<Kind>(uuidv7()), "a fresh UUID");
}
