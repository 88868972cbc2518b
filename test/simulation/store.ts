// The simulated PostgreSQL: what `reckoning.append` and the lease statements do, atomically, with nothing left out that a process
// could notice. Every write is checked here against the rules that must hold at once; the rest is checked at the end.
import { Fault } from "../../src/domain/fault.ts";
import type { CommandId, RunId, WorkerId } from "../../src/domain/ids.ts";
import type { RunRow, StepRunRow } from "../../src/domain/projection.ts";
import type { AppendResult, RunHead, StoredArtifact, StoredEntry, Transition } from "../../src/domain/transition.ts";
import { readEntry } from "../../src/ledger/read-entry.ts";
import type { Entry } from "../../src/ledger/read-entry.ts";
import type { StoredRun } from "../../src/storage/read/load-run.ts";
import type { Holding } from "../../src/storage/write/lease.ts";

export interface SimulatedRun {
  head: RunHead;
  holder: WorkerId | null;
  leaseUntilMs: number;
  row: RunRow;
  readonly steps: Map<string, StepRunRow>;
  readonly entries: StoredEntry[];
  readonly parsed: Entry[];
  readonly artifacts: StoredArtifact[];
}

export interface StoreWatch {
  readonly nowMs: () => number;
  readonly planBytes: (digest: string) => Uint8Array;
  /** Told of each accepted write, in the order of commit. */
  readonly onWritten: (writer: object, transition: Transition, run: SimulatedRun) => void;
}

export interface SimulatedStore {
  readonly runs: ReadonlyMap<RunId, SimulatedRun>;
  readonly write: (writer: object, transitions: readonly Transition[], leaseMs: number) => readonly AppendResult[];
  readonly stands: (transition: Transition) => boolean;
  readonly claim: (claim: { readonly worker: WorkerId; readonly leaseMs: number; readonly limit: number }) => readonly Holding[];
  readonly renew: (worker: WorkerId, leaseMs: number, runs: readonly Holding[]) => ReadonlySet<RunId>;
  readonly release: (worker: WorkerId) => void;
  readonly load: (runIds: readonly RunId[]) => ReadonlyMap<RunId, StoredRun>;
  readonly findCommand: (id: CommandId) => { readonly runId: RunId; readonly payload: Uint8Array } | null;
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

export function makeStore(watch: StoreWatch): SimulatedStore {
  const runs = new Map<RunId, SimulatedRun>();
  const commands = new Map<CommandId, { readonly runId: RunId; readonly payload: Uint8Array }>();

  const holds = (run: SimulatedRun | undefined, { expected }: Transition): boolean => {
    if (expected === null) return run === undefined;
    if (run === undefined) return false;
    const { entryCount, epoch, leaf } = run.head;
    return entryCount === expected.entryCount && epoch === expected.epoch && sameBytes(leaf, expected.leaf);
  };

  const append = (writer: object, transition: Transition, leaseMs: number): AppendResult => {
    const { runId, command } = transition;
    const before = command === null ? undefined : commands.get(command.id);
    if (command !== null && before !== undefined)
      return { type: "repeated", runId: before.runId, samePayload: sameBytes(before.payload, command.payload) };
    const known = runs.get(runId);
    if (!holds(known, transition)) return { type: "fenced" };
    const last = transition.entries.at(-1);
    if (last === undefined) throw new Error("a transition without entries was written");
    const head = { entryCount: last.seq + 1, leaf: last.leaf, epoch: transition.epoch };
    const run: SimulatedRun = known ?? {
      head,
      holder: null,
      leaseUntilMs: 0,
      row: transition.run,
      steps: new Map(),
      entries: [],
      parsed: [],
      artifacts: [],
    };
    run.head = head;
    run.holder = transition.leaseHolder;
    run.leaseUntilMs = watch.nowMs() + leaseMs;
    if (transition.changesRun || known === undefined) run.row = transition.run;
    for (const step of [...transition.newSteps, ...transition.changedSteps]) run.steps.set(step.stepKey, step);
    for (const entry of transition.entries) {
      const read = readEntry(entry.body);
      if (!read.ok) throw new Error(`an entry that cannot be read was written: ${JSON.stringify(read.error)}`);
      run.entries.push(entry);
      run.parsed.push(read.value);
    }
    run.artifacts.push(...transition.artifacts);
    runs.set(runId, run);
    if (command !== null) commands.set(command.id, { runId, payload: command.payload });
    watch.onWritten(writer, transition, run);
    return { type: "appended" };
  };

  return {
    runs,
    write(writer, transitions, leaseMs) {
      // The real statement looks for repeated commands before it writes anything, so one that stands in it twice breaks it.
      const fresh = transitions.flatMap(({ command }) => (command === null || commands.has(command.id) ? [] : [command.id]));
      if (new Set(fresh).size < fresh.length) throw new Fault("database_refused", "the database answered 23505: a command twice");
      return transitions.map((transition) => append(writer, transition, leaseMs));
    },
    stands({ runId, entries }) {
      const last = entries.at(-1);
      const there = last === undefined ? undefined : runs.get(runId)?.entries[last.seq];
      return last !== undefined && there !== undefined && sameBytes(there.leaf, last.leaf);
    },
    claim({ worker, leaseMs, limit }) {
      const claimed: Holding[] = [];
      for (const [runId, run] of runs) {
        const free = run.holder === null || run.leaseUntilMs < watch.nowMs();
        if (claimed.length === limit || run.row.status !== "running" || !free) continue;
        run.head = { ...run.head, epoch: run.head.epoch + 1 };
        run.holder = worker;
        run.leaseUntilMs = watch.nowMs() + leaseMs;
        claimed.push({ runId, epoch: run.head.epoch });
      }
      return claimed;
    },
    renew(worker, leaseMs, held) {
      const kept = new Set<RunId>();
      for (const { runId, epoch } of held) {
        const run = runs.get(runId);
        if (run === undefined || run.head.epoch !== epoch || run.holder !== worker) continue;
        run.leaseUntilMs = watch.nowMs() + leaseMs;
        kept.add(runId);
      }
      return kept;
    },
    release(worker) {
      for (const run of runs.values()) if (run.row.status === "running" && run.holder === worker) run.holder = null;
    },
    load(runIds) {
      const found = new Map<RunId, StoredRun>();
      for (const runId of runIds) {
        const run = runs.get(runId);
        if (run === undefined) continue;
        const artifacts = run.artifacts.filter(({ role }) => role === "params" || role === "outcome");
        found.set(runId, { head: run.head, entries: [...run.entries], artifacts, planBytes: watch.planBytes(run.row.planDigest) });
      }
      return found;
    },
    findCommand: (id) => commands.get(id) ?? null,
  };
}
