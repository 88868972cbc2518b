// One simulated world: processes, clients, a database and a model, driven by one seed. First anything may go wrong, then nothing
// does any more, and everything must come to rest.
import { Fault } from "../../src/domain/fault.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { ModelRequest } from "../../src/domain/model-call.ts";
import { isTerminal } from "../../src/domain/run.ts";
import type { Transition } from "../../src/domain/transition.ts";
import { verifyRun } from "../../src/verify/verify-run.ts";
import { makeClients } from "./clients.ts";
import type { Acknowledged } from "./clients.ts";
import { makeClock } from "./clock.ts";
import { diceOf } from "./dice.ts";
import { judgeFlow } from "./flow.ts";
import { judge } from "./history.ts";
import type { Violation } from "./history.ts";
import { makeModel } from "./model.ts";
import { fairWeather, makeNetwork } from "./network.ts";
import type { FaultPoint, Weather } from "./network.ts";
import { plans } from "./plans.ts";
import { leaseMs, startProcess } from "./process.ts";
import type { SimulatedProcess } from "./process.ts";
import { makeStore } from "./store.ts";
import type { SimulatedRun } from "./store.ts";

export type WorldPoint = FaultPoint | "crash" | "stall" | "stopped" | "interrupted" | "cancelled";

export interface WorldEnd {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Tells histories apart: what was written, in the order of commit. */
  readonly history: string;
  readonly points: ReadonlySet<WorldPoint>;
  readonly events: number;
}

export interface World {
  /** One choice of the schedule; afterwards everything that follows from it must be let happen before the next. */
  readonly step: () => void;
  /** Null while it goes on. */
  readonly end: () => WorldEnd | null;
}

export interface WorldOptions {
  /** Recompute chains, commitments and projections of every run at the end: dear, so a sweep does it for a part of the worlds. */
  readonly verified: boolean;
  readonly trace?: (line: string) => void;
}

const processesMax = 3;
const roughEventsMin = 12;
const roughEventsSpread = 40;
const calmEventsMax = 1_500;
const planBytes = new Map(plans.map((plan) => [plan.digest as string, plan.bytes]));

interface Identity {
  readonly name: string;
  stalled: boolean;
}

export function makeWorld(seed: number, options: WorldOptions): World {
  const dice = diceOf(seed);
  const clock = makeClock();
  const violations: Violation[] = [];
  const points = new Set<WorldPoint>();
  const written: string[] = [];
  const acknowledged: Acknowledged[] = [];
  /** Requests whose entry is committed, each with whether its one call was made. */
  const requests = new Map<Uint8Array, { called: boolean }>();
  const writers = new Map<string, object>();
  const processes: SimulatedProcess[] = [];
  let ids = 0;
  let events = 0;
  let ended: WorldEnd | null = null;
  let phase: "rough" | "calm" = "rough";

  const broken = (invariant: number, what: string): void => void violations.push({ invariant, what });
  const isStalled = (from: object): boolean => (from as Identity).stalled;
  const newId = (): string => {
    ids += 1;
    return `01900000-0000-7000-8000-${ids.toString(16).padStart(12, "0")}`;
  };
  const newSalt = (): Uint8Array => new Uint8Array(32).fill(dice.below(256));
  const onError = (what: string, error: unknown): void => {
    if (!(error instanceof Fault)) broken(0, `${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  };

  const onWritten = (writer: object, transition: Transition, run: SimulatedRun): void => {
    const { runId, entries, artifacts, epoch } = transition;
    const reign = `${runId} ${epoch}`;
    const before = writers.get(reign);
    if (before !== undefined && before !== writer) broken(12, `two processes wrote under epoch ${epoch} of ${runId}`);
    writers.set(reign, writer);
    for (const { role, content } of artifacts) if (role === "request") requests.set(content, { called: false });
    for (const { seq } of entries) {
      const entry = run.parsed[seq];
      if (entry === undefined) continue;
      if (entry.epoch !== epoch) broken(11, `entry ${seq} of ${runId} says epoch ${entry.epoch}, it was written under ${epoch}`);
      if (entry.kind === "step.interrupted") points.add("interrupted");
      if (entry.kind === "run.cancelled") points.add("cancelled");
      written.push(`${runId.slice(-2)}${entry.kind}${entry.step ?? ""}${entry.attempt ?? ""}e${epoch}`);
      options.trace?.(
        `${(writer as Identity).name} wrote ${runId.slice(-4)}#${seq} ${entry.kind} ${entry.step ?? ""} attempt ${entry.attempt ?? "-"} epoch ${epoch}`,
      );
    }
  };
  const onCall = (_from: object, request: ModelRequest): void => {
    const known = requests.get(request.body);
    if (known === undefined) broken(16, "a model was called without its request on record");
    else if (known.called) broken(16, "a model was called twice for one request");
    else known.called = true;
  };

  const store = makeStore({ nowMs: clock.nowMs, planBytes: (digest) => planBytes.get(digest) ?? new Uint8Array(), onWritten });
  const network = makeNetwork(dice, (point) => points.add(point), isStalled);
  const model = makeModel(dice, onCall);
  const clients = makeClients({ dice, store, acknowledge: (fact) => acknowledged.push(fact), onError });

  const spawn = (): void => {
    const identity: Identity = { name: `p${ids}`, stalled: false };
    const timers = clock.timersOf(identity, 0.75 + dice.roll() / 2);
    const world = { store, network, nowMs: clock.nowMs, newId, newSalt, onError };
    processes.push(startProcess(world, { identity, timers, client: model.clientOf(identity) }));
    options.trace?.(`${identity.name} starts`);
  };
  const remove = (process: SimulatedProcess): void => {
    processes.splice(processes.indexOf(process), 1);
  };
  const crash = (process: SimulatedProcess): void => {
    points.add("crash");
    options.trace?.(`${(process.identity as Identity).name} crashes`);
    remove(process);
    network.cutOff(process.identity);
    model.cutOff(process.identity);
    clock.forget(process.identity);
  };
  const stopInOrder = (process: SimulatedProcess): void => {
    points.add("stopped");
    remove(process);
    process.stop().then(
      () => undefined,
      (error: unknown) => onError("stop", error),
    );
  };

  const weather: Weather = {
    lostBefore: dice.roll() * 0.12,
    lostAfter: dice.roll() * 0.12,
    ghost: dice.roll() * 0.1,
    slowAnswer: dice.roll() * 0.3,
  };
  const failureRate = dice.roll() ** 2;
  const crashRate = dice.roll() ** 3 * 0.4;
  const roughEventsMax = roughEventsMin + dice.below(roughEventsSpread);

  const roughStep = (): void => {
    if (dice.chance(crashRate)) {
      const process = dice.oneOf(processes);
      if (dice.chance(0.8)) crash(process);
      else stopInOrder(process);
      if (processes.length === 0 || dice.chance(0.5)) spawn();
      return;
    }
    if (processes.length < processesMax && dice.chance(0.03)) return spawn();
    if (dice.chance(0.03)) {
      const identity = dice.oneOf(processes).identity as Identity;
      identity.stalled = !identity.stalled;
      points.add("stall");
      return undefined;
    }
    if (dice.chance(0.02)) return clock.pass(leaseMs * 1.1);
    const network_ = network.choices();
    const model_ = model.choices(isStalled);
    const luck = dice.below(network_ * 3 + model_ * 2 + 3);
    if (luck < network_ * 3) return network.step(weather);
    if (luck < network_ * 3 + model_ * 2) return model.step(isStalled, failureRate);
    if (luck === network_ * 3 + model_ * 2) {
      clock.ringNext(isStalled);
      return undefined;
    }
    const awake = processes.filter((process) => !isStalled(process.identity));
    if (awake.length > 0) clients.ask(dice.oneOf(awake));
    return undefined;
  };

  const calmStep = (): void => {
    if (network.choices() > 0) return network.step(fairWeather);
    if (model.choices(isStalled) > 0) return model.step(isStalled, 0);
    const [process] = processes;
    if (process !== undefined && hasWaiting()) clients.attend(process);
    clock.ringNext(isStalled);
    return undefined;
  };
  const hasWaiting = (): boolean => [...store.runs.values()].some((run) => run.row.status === "waiting");
  const atRest = (): boolean =>
    [...store.runs.values()].every((run) => isTerminal({ status: run.row.status } as never)) && !network.isBusy();

  const becomeCalm = (): void => {
    phase = "calm";
    for (const process of processes) (process.identity as Identity).stalled = false;
    if (processes.length === 0) spawn();
    options.trace?.("calm from here on");
  };

  const finish = (): void => {
    if (!atRest()) {
      for (const [runId, run] of store.runs)
        if (run.row.endedAt === null) broken(101, `run ${runId} is still ${run.row.status} after ${calmEventsMax} calm events`);
    }
    for (const [runId, run] of store.runs) {
      const sealed = plans.find((plan) => plan.digest === run.row.planDigest);
      if (sealed === undefined) broken(26, `run ${runId} names a plan that was never made`);
      else for (const { invariant, what } of judge(sealed.plan, run.parsed)) broken(invariant, `${runId}: ${what}`);
      if (options.verified) verifyRecord(runId, run);
      if (options.verified && sealed !== undefined)
        for (const { invariant, what } of judgeFlow(sealed.plan, run.parsed, run.artifacts)) broken(invariant, `${runId}: ${what}`);
    }
    for (const fact of acknowledged) checkAcknowledged(fact);
    for (const [runId, { parsed }] of store.runs) {
      // No resume here has a key, so each that was granted has an entry of its own.
      const granted = acknowledged.filter((fact) => fact.type === "resumed" && fact.runId === runId).length;
      const resumed = parsed.filter((entry) => entry.kind === "run.resumed").length;
      if (granted > resumed) broken(6, `${granted} resumes of ${runId} were acknowledged, ${resumed} are on record`);
    }
    const started = new Map<string, RunId>();
    for (const fact of acknowledged) {
      if (fact.type !== "started") continue;
      if ((started.get(fact.key) ?? fact.runId) !== fact.runId) broken(6, `the key ${fact.key} started two runs`);
      started.set(fact.key, fact.runId);
    }
    ended = { seed, violations, history: written.join("\n"), points, events };
  };
  const verifyRecord = (runId: RunId, run: SimulatedRun): void => {
    const live = { head: run.head, run: run.row, steps: [...run.steps.values()] };
    const { entries, artifacts } = run;
    const record = { runId, entries, artifacts, planBytes: planBytes.get(run.row.planDigest) ?? null, live };
    for (const { field, expected, found } of verifyRun(record, "simulation"))
      broken(9, `${runId}: ${field} should be ${expected}, is ${found}`);
  };
  const checkAcknowledged = (fact: Acknowledged): void => {
    const kinds = store.runs.get(fact.runId)?.parsed ?? [];
    const there = {
      started: () => kinds.length > 0,
      attested: () => kinds.some((entry) => entry.kind === "attestation.submitted" && fact.type === "attested" && entry.step === fact.step),
      resumed: () => kinds.some((entry) => entry.kind === "run.resumed"),
      cancelled: () => kinds.some((entry) => entry.kind === "run.cancelled"),
    };
    if (!there[fact.type]()) broken(5, `${fact.type} of ${fact.runId} was acknowledged and is not on record`);
  };

  spawn();
  if (dice.chance(0.6)) spawn();
  clients.ask(dice.oneOf(processes));
  return {
    step() {
      events += 1;
      if (violations.length > 0) return finish();
      if (phase === "rough") {
        if (processes.length === 0) spawn();
        roughStep();
        if (events > roughEventsMax) becomeCalm();
        return undefined;
      }
      calmStep();
      if (atRest() || events > roughEventsMax + calmEventsMax) finish();
      return undefined;
    },
    end: () => ended,
  };
}
