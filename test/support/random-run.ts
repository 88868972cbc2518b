import fc from "fast-check";
import { present } from "../../src/domain/assert.ts";
import type { RunCommand } from "../../src/domain/command.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { FailureCode } from "../../src/domain/failure.ts";
import type { StepKey } from "../../src/domain/ids.ts";
import type { CanonicalOutput, PolicyReport } from "../../src/domain/outcome.ts";
import type { Plan, PlannedStep } from "../../src/domain/plan.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Sha256 } from "../../src/domain/sha256.ts";
import type { RetryPolicy } from "../../src/domain/task.ts";
import { decide } from "../../src/engine/decide.ts";
import { evolve } from "../../src/engine/evolve.ts";
import { nextEffects } from "../../src/engine/next-effects.ts";

/** A plan whose shape is random: steps stand in a valid order, each depends on a random part of those before it. */
export const planArbitrary: fc.Arbitrary<Plan> = fc
  .record({
    maxParallel: fc.integer({ min: 1, max: 4 }),
    steps: fc.array(
      fc.record({
        compute: fc.boolean(),
        eyes: fc.integer({ min: 1, max: 3 }),
        // Half of the steps stand free, so that wide graphs come up as often as chains.
        dependencies: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 255n })),
        onInterrupt: fc.constantFrom("resend" as const, "fail" as const),
        retry: fc.option(
          fc.record({
            max_attempts: fc.integer({ min: 1, max: 4 }),
            on: fc.subarray(["rate_limited", "timeout", "server_error", "network", "invalid_output"] as const),
            backoff_seconds: fc.integer({ min: 0, max: 3 }),
            respect_retry_after: fc.boolean(),
          }),
        ),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ maxParallel, steps }) =>
    planOf(
      maxParallel,
      steps.map((step, index) => plannedStep(step, index)),
    ),
  );

interface StepShape {
  readonly compute: boolean;
  /** Persons whose word it takes: one is no four eyes. */
  readonly eyes: number;
  readonly dependencies: bigint;
  readonly onInterrupt: "resend" | "fail";
  readonly retry: RetryPolicy | null;
}

function plannedStep(shape: StepShape, index: number): PlannedStep {
  const depends_on = [...Array(index).keys()].filter((before) => ((shape.dependencies >> BigInt(before)) & 1n) === 1n).map(keyOf);
  const base = { step_key: keyOf(index), depends_on, config: {} };
  if (shape.compute) {
    const compute_contract = {
      executor: "sheet",
      inputs: [],
      outputs: [],
      ...(shape.eyes === 1
        ? ({ verification: "operator_attest" } as const)
        : ({ verification: "four_eyes", approvals: { required: shape.eyes, of: null, signed: false } } as const)),
      notes: "",
      timeout_minutes: null,
      output_schema: null,
    } as const;
    return { ...base, step_type: "compute", compute_contract };
  }
  const definition = {
    name: "t",
    description: "",
    prompt_template: null,
    extract_schema: {},
    policy: [],
    model: { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null },
    retry: shape.retry,
    on_interrupt: shape.onInterrupt,
    timeout_seconds: 1,
  };
  const task = { id: "00000000-0000-7000-8000-000000000001", version: 1, digest: "0".repeat(64), definition } as never;
  return {
    ...base,
    step_type: "task",
    chaining: {},
    task,
    model: { provider: "stub", model: "stub-1", temperature: null, max_output_tokens: null, seed: null },
  };
}

function keyOf(index: number): StepKey {
  return `s${index}` as StepKey;
}

export function planOf(maxParallel: number, steps: readonly PlannedStep[]): Plan {
  const manifest = { id: "00000000-0000-7000-8000-000000000002", version: 1, digest: "0".repeat(64), name: "m" } as never;
  return { v: "rm-plan/1", engine: "1", manifest, params_schema: null, max_parallel: maxParallel, steps };
}

/** Random numbers in [0, 1) that decide what the world does; the same numbers make the same history. */
export type Dice = () => number;

export interface Happening {
  readonly before: Run | null;
  readonly command: RunCommand;
  readonly events: readonly RunEvent[];
  readonly after: Run;
}

const report: PolicyReport = { v: "rm-policy-report/1", verdict: "PASS", rules: [] };
const failures: readonly FailureCode[] = ["network", "timeout", "rate_limited", "policy_violation", "invalid_output", "server_error"];

/** How often the world does harm, as shares of its turns. */
export interface World {
  readonly failureRate: number;
  readonly crashRate: number;
  readonly cancelRate: number;
}

/** The three functions that are the whole machine; a wrong one can be put in its place (test/mutants.test.ts). */
export interface Machine {
  readonly decide: typeof decide;
  readonly evolve: typeof evolve;
  readonly nextEffects: typeof nextEffects;
}

export const theMachine: Machine = { decide, evolve, nextEffects };

const turnsMax = 400;

/** Drives a run to its end (or `turnsMax` turns) through `decide`, doing at random what a world could do. */
export function liveThrough(plan: Plan, dice: Dice, world: World): readonly Happening[] {
  return [...live(theMachine, plan, dice, world)];
}

/** The same one happening at a time, so that what a wrong machine did before it broke can be looked at. */
export function* live(machine: Machine, plan: Plan, dice: Dice, world: World): Generator<Happening> {
  const start: RunCommand = { type: "start_run", plan, planDigest: "0".repeat(64) as Sha256, params: {}, initiatedBy: "alice" };
  let happening = happen(machine, null, start);
  yield happening;
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const command = nextCommand(machine, happening.after, dice, world);
    if (command === null) return;
    happening = happen(machine, happening.after, command);
    yield happening;
  }
}

export function happen(machine: Machine, before: Run | null, command: RunCommand): Happening {
  const decided = machine.decide(before, command);
  if (!decided.ok) throw new Error(`${command.type} was refused: ${decided.error.detail}`);
  const after = present(decided.value.reduce<Run | null>(machine.evolve, before), "the run");
  return { before, command, events: decided.value, after };
}

/** What the world does next to `run`, or null when there is nothing left to do. */
export function nextCommand(machine: Machine, run: Run, dice: Dice, world: World): RunCommand | null {
  const effects = machine.nextEffects(run);
  if (effects[0]?.type === "rest") return null;
  if (dice() < world.cancelRate) return { type: "cancel", cancelledBy: "carol", reason: "enough" };
  if (dice() < world.crashRate) return { type: "record_interruptions" };
  const effect = present(effects[Math.floor(dice() * effects.length)], "an effect");
  switch (effect.type) {
    case "prepare_attempt":
      if (dice() < world.failureRate / 4) {
        return { type: "refuse_attempt", step: effect.step, failure: { code: "template_error", detail: "no such variable" } };
      }
      return { type: "start_attempt", step: effect.step, request: { method: "POST", path: "/", body: new Uint8Array() } };
    case "call_model": {
      const failed = dice() < world.failureRate;
      const call = {
        reply: { arrived: true, status: 200, body: new Uint8Array(), retryAfterSeconds: null, latencyMs: 1 },
        model: null,
        usage: null,
      } as const;
      const code = present(failures[Math.floor(dice() * failures.length)], "a code");
      const admission = failed
        ? ({ admitted: false, failure: { code, detail: "no" }, rationale: null, report: null } as const)
        : ({ admitted: true, output: outputOf(`${effect.step}#${effect.attempt}`), rationale: { version: "1" }, report } as const);
      return { type: "record_reply", step: effect.step, attempt: effect.attempt, call, admission };
    }
    case "await_attestation": {
      const waiting = run.steps.get(effect.step);
      const submission = waiting?.status === "WAITING_FOR_ATTESTATION" ? waiting.submission : null;
      if (submission !== null) {
        const verdict = dice() < world.failureRate ? "REJECTED" : "VERIFIED";
        const by = `verifier-${submission.verifiedBy.length}`;
        const word = { by, verdict, reason: verdict === "REJECTED" ? "no" : null, signature: null } as const;
        return { type: "verify", step: effect.step, ...word, output: outputOf(effect.step), resume: dice() < 0.5 };
      }
      const outcome = dice() < world.failureRate ? "FAIL" : "SUCCESS";
      const attestation = { attested_by: "bob", outcome, notes: null, artifacts: [], output: null } as const;
      const output = outcome === "SUCCESS" ? outputOf(effect.step) : null;
      return { type: "attest", step: effect.step, attestation, output, signature: null, resume: dice() < 0.5 };
    }
    case "await_resume":
      return { type: "resume", resumedBy: "bob" };
    case "rest":
      return null;
  }
}

export function outputOf(text: string): CanonicalOutput {
  return { value: { text }, bytes: new TextEncoder().encode(JSON.stringify({ text })) } as unknown as CanonicalOutput;
}

/** A reproducible generator (mulberry32) from a seed that fast-check can shrink. */
export function diceFrom(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const worldArbitrary: fc.Arbitrary<World> = fc.record({
  failureRate: fc.constantFrom(0, 0.1, 0.4),
  crashRate: fc.constantFrom(0, 0.1, 0.4),
  cancelRate: fc.constantFrom(0, 0.02),
});
