// One simulated process of the service: the real worker, loop, group commit and uses, on simulated wires and clocks.
import { instantFromMicroseconds } from "../../src/domain/instant.ts";
import type { CommandId, RunId, WorkerId } from "../../src/domain/ids.ts";
import type { Timers } from "../../src/domain/timers.ts";
import type { AdvanceTools } from "../../src/runtime/advance-run.ts";
import { claimAndLoad } from "../../src/runtime/claim-runs.ts";
import { foldStored } from "../../src/runtime/fold-stored.ts";
import type { HeldRun } from "../../src/runtime/held-run.ts";
import { makeHints } from "../../src/runtime/hints.ts";
import { makePlans } from "../../src/runtime/plans.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { makeWorker } from "../../src/runtime/worker.ts";
import type { ModelClient } from "../../src/llm/model-client.ts";
import type { StoredRun } from "../../src/storage/read/load-run.ts";
import { makeAppender } from "../../src/storage/write/append.ts";
import type { Network } from "./network.ts";
import { plans } from "./plans.ts";
import type { SimulatedStore } from "./store.ts";

export const leaseMs = 30_000;
// Half a lease: in the calm after the faults, sweeps that find nothing are most of what happens.
const sweepMs = 15_000;
const runsMax = 4;

export interface ProcessWorld {
  readonly store: SimulatedStore;
  readonly network: Network;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly newSalt: () => Uint8Array;
  readonly onError: (what: string, error: unknown) => void;
}

export interface SimulatedProcess {
  readonly identity: object;
  readonly runtime: Runtime;
  readonly stop: () => Promise<void>;
}

// Compiled definitions are the same in every process; digests name them for ever.
const sharedPlans = makePlans();
const cachedPlans = new Map(plans.map((sealed, index) => [String(index), { plan: sealed.plan, digest: sealed.digest }]));

export function startProcess(
  world: ProcessWorld,
  parts: { readonly identity: object; readonly timers: Timers; readonly client: ModelClient },
): SimulatedProcess {
  const { store, network, nowMs, newId, newSalt, onError } = world;
  const { identity, timers, client } = parts;
  const worker = newId() as WorkerId;
  const ask = <T>(what: string, apply: () => T): Promise<T> => network.send(identity, what, apply);
  const appender = makeAppender({
    timers,
    store: {
      write: (transitions) => ask("write", () => store.write(identity, transitions, leaseMs)),
      stands: (transition) => ask("stands", () => store.stands(transition)),
      close: () => Promise.resolve(),
    },
  });
  const hints = makeHints();
  const tools: AdvanceTools = {
    scribe: {
      log: "simulation",
      now: () => instantFromMicroseconds(Math.floor(nowMs() * 1000)),
      newSalt,
      newCommandId: () => newId() as CommandId,
    },
    worker,
    timers,
    append: appender.append,
    compile: sharedPlans.compile,
    client: () => client,
  };
  const fold = (runId: RunId, stored: StoredRun): HeldRun => foldStored(runId, stored, sharedPlans.planOf);
  const load = (runIds: readonly RunId[]) => ask("load", () => store.load(runIds));
  const leases = {
    claim: (limit: number) =>
      claimAndLoad({ claim: (most) => ask("claim", () => store.claim({ worker, leaseMs, limit: most })), load, fold }, limit),
    renew: (runs: Parameters<SimulatedStore["renew"]>[2]) => ask("renew", () => store.renew(worker, leaseMs, runs)),
    release: () => ask("release", () => store.release(worker)),
  };
  const workerOfThis = makeWorker({ tools, store: leases, hints, onError }, { runsMax, leaseMs, sweepMs, drainMs: 5_000 });
  workerOfThis.start();
  const runtime = {
    tools,
    worker: workerOfThis,
    hints,
    newRunId: () => newId() as RunId,
    loadRun: async (runId: RunId) => {
      const stored = (await load([runId])).get(runId);
      return stored === undefined ? null : fold(runId, stored);
    },
    findCommand: (id: Parameters<SimulatedStore["findCommand"]>[0]) => ask("find", () => store.findCommand(id)),
    currentVersions: (id: string) => ask("versions", () => id),
    planCache: { find: (stamp: string) => cachedPlans.get(stamp), keep: () => undefined },
    resolveModel: () => {
      throw new Error("no plan is made in a simulation");
    },
    hasProvider: () => true,
  };
  return {
    identity,
    // The database itself is behind the ports above; nothing else of a runtime asks for it here.
    runtime: runtime as unknown as Runtime,
    async stop() {
      await workerOfThis.stop();
      await appender.close();
    },
  };
}
