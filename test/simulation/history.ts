// The rules of LEDGER 4 as a judge who knows nothing of the engine: it reads the entries of a finished world and says which
// rule is broken. Written apart from `evolve`, so that the two cannot be wrong in the same way.
import { failureCodes, retryCauseOf } from "../../src/domain/failure.ts";
import type { StepKey } from "../../src/domain/ids.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Entry } from "../../src/ledger/read-entry.ts";

export interface Violation {
  /** Number of the invariant, as the ledger's design numbers them. */
  readonly invariant: number;
  readonly what: string;
}

interface StepLife {
  starts: number;
  open: boolean;
  ended: string | null;
  waiting: boolean;
  attested: boolean;
  interruptedAttempt: number | null;
  failedAttempt: number | null;
  /** Not before this may the attempt that a declared retry grants begin; milliseconds since 1970. */
  notBeforeMs: number;
}

const terminal = new Set(["run.succeeded", "run.failed", "run.cancelled"]);
const ends = new Set(["step.succeeded", "step.failed", "step.skipped"]);

/** What is wrong with one run's entries under its plan; empty: nothing. */
export function judge(plan: Plan, entries: readonly Entry[]): readonly Violation[] {
  const found: Violation[] = [];
  const broken = (invariant: number, what: string): void => void found.push({ invariant, what });
  const lives = new Map<StepKey, StepLife>();
  const planned = new Map(plan.steps.map((step) => [step.step_key, step]));
  let failed = false;
  let over: string | null = null;
  let epoch = 0;
  let runWaits: StepKey | null = null;
  const lifeOf = (key: StepKey): StepLife => {
    const known = lives.get(key);
    if (known !== undefined) return known;
    const life: StepLife = {
      starts: 0,
      open: false,
      ended: null,
      waiting: false,
      attested: false,
      interruptedAttempt: null,
      failedAttempt: null,
      notBeforeMs: 0,
    };
    lives.set(key, life);
    return life;
  };
  const inFlight = (): number => [...lives.values()].filter((life) => life.open).length;

  for (const [index, entry] of entries.entries()) {
    const { kind } = entry;
    if (entry.seq !== index) broken(1, `entry ${entry.seq} stands at ${index}`);
    if (entry.epoch < epoch) broken(10, `epoch ${entry.epoch} follows ${epoch}`);
    epoch = entry.epoch;
    if (over !== null) broken(22, `${kind} follows ${over}`);
    if (terminal.has(kind)) over = kind;
    const key = entry.step;
    const step = key === null ? undefined : planned.get(key);
    if (key === null) {
      if (kind === "run.resumed") {
        if (runWaits === null) broken(23, "a run that does not wait was resumed");
        else if (!lifeOf(runWaits).attested) broken(23, `resumed before ${runWaits} was attested`);
        runWaits = null;
      }
      continue;
    }
    if (step === undefined) {
      broken(13, `${kind} names ${key}, which the plan does not have`);
      continue;
    }
    const life = lifeOf(key);
    if (kind === "step.started" || kind === "step.waiting") {
      if (failed) broken(21, `${key} begins after a failure`);
      if (runWaits !== null) broken(23, `${key} begins while the run waits for ${runWaits}`);
      if (life.ended !== null) broken(15, `${key} begins after its end`);
      for (const dependency of step.depends_on)
        if (lives.get(dependency)?.ended !== "step.succeeded") broken(13, `${key} begins before ${dependency} succeeded`);
    }
    if (kind === "step.started") {
      if (step.step_type !== "task") broken(17, `compute step ${key} calls a model`);
      if (life.open) broken(14, `attempt ${entry.attempt ?? 0} of ${key} begins while another is under way`);
      if (entry.attempt !== life.starts + 1) broken(14, `attempt ${entry.attempt ?? 0} of ${key} follows ${life.starts}`);
      if (life.starts > 0 && life.interruptedAttempt !== life.starts && life.failedAttempt !== life.starts)
        broken(18, `attempt ${entry.attempt ?? 0} of ${key} has no cause`);
      if (step.step_type === "task" && life.interruptedAttempt === life.starts && life.starts > 0) {
        if (step.task.definition.on_interrupt !== "resend") broken(18, `${key} was sent again although its task says fail`);
        if (life.starts >= 3) broken(18, `${key} was sent a fourth time after interruptions`);
      }
      if (Date.parse(entry.at) < life.notBeforeMs) broken(18, `${key} was sent again before its declared pause was over`);
      life.starts += 1;
      life.open = true;
      if (inFlight() > plan.max_parallel) broken(13, `${inFlight()} steps are under way, ${plan.max_parallel} may be`);
    }
    if (kind === "step.waiting") {
      if (step.step_type !== "compute") broken(23, `task step ${key} waits`);
      if (inFlight() > 0) broken(23, `${key} waits while a call is under way`);
      life.waiting = true;
      runWaits = key;
    }
    if (kind === "step.attempt_failed" || kind === "step.interrupted") {
      if (!life.open || entry.attempt !== life.starts)
        broken(16, `${kind} of attempt ${entry.attempt ?? 0} of ${key}, which is not under way`);
      life.open = false;
      if (kind === "step.interrupted") life.interruptedAttempt = life.starts;
      else life.failedAttempt = life.starts;
      if (kind === "step.attempt_failed" && step.step_type === "task") {
        const { retry } = step.task.definition;
        const cause = failureCodes.map((code) => (code === entry.data["code"] ? retryCauseOf(code) : null)).find((known) => known !== null);
        if (retry === null || cause === undefined || !retry.on.includes(cause))
          broken(18, `${key} is tried again after ${JSON.stringify(entry.data["code"])}`);
        else if (life.starts >= retry.max_attempts) broken(18, `attempt ${life.starts} of ${key} has no declared successor`);
        // Clocks of processes run up to a third apart.
        life.notBeforeMs = Date.parse(entry.at) + Number(entry.data["retry_in_ms"]) * 0.6;
      }
    }
    if (kind === "attestation.submitted") {
      if (runWaits !== key || life.attested) broken(23, `${key} was attested and did not wait for it`);
      life.attested = true;
    }
    if (ends.has(kind)) {
      if (life.ended !== null) broken(15, `${key} ends as ${kind} after ${life.ended}`);
      if (kind === "step.succeeded" && step.step_type === "task" && !life.open) broken(16, `${key} succeeded without a call under way`);
      if (kind === "step.succeeded" && step.step_type === "compute" && !life.attested)
        broken(23, `${key} succeeded without an attestation`);
      if (kind === "step.skipped" && life.starts > 0) broken(21, `${key} was skipped after it began`);
      if (kind === "step.failed") {
        failed = true;
        if (life.waiting) runWaits = null;
      }
      life.ended = kind;
      life.open = false;
    }
  }

  if (over !== null) {
    for (const { step_key } of plan.steps)
      if (lives.get(step_key)?.ended === null || !lives.has(step_key)) broken(15, `${step_key} has no end in a run that has ended`);
    const allSucceeded = plan.steps.every(({ step_key }) => lives.get(step_key)?.ended === "step.succeeded");
    // A run whose last step is attested but not resumed may still be cancelled.
    if (over !== "run.cancelled" && (over === "run.succeeded") !== allSucceeded)
      broken(22, `the run ended ${over}, and ${allSucceeded ? "all" : "not all"} of its steps succeeded`);
    const first = plan.steps.find(({ step_key }) => lives.get(step_key)?.ended === "step.failed");
    if (over === "run.failed" && entries.at(-1)?.data["step"] !== first?.step_key)
      broken(21, "the run names another cause than its first failed step");
  }
  return found;
}
