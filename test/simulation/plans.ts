// The plans that simulated runs are bound to: small graphs of every interesting kind, made once, because compiling is not what
// is simulated.
import type { ManifestId, StepKey, TaskId } from "../../src/domain/ids.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { ComputeContract } from "../../src/domain/manifest.ts";
import type { Plan, PlannedStep } from "../../src/domain/plan.ts";
import type { RetryPolicy, Task } from "../../src/domain/task.ts";
import { sealPlan } from "../../src/runtime/plans.ts";
import { diceOf } from "./dice.ts";
import type { Dice } from "./dice.ts";
import { sha256Of } from "../../src/ledger/leaf.ts";
import { canonicalBytes } from "../../src/domain/canonical-json.ts";

export interface SealedPlan {
  readonly plan: Plan;
  readonly bytes: Uint8Array;
  readonly digest: ReturnType<typeof sealPlan>["digest"];
}

const contract: JsonObject = { type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false };

const sheet: ComputeContract = {
  executor: "sheet",
  inputs: [],
  outputs: [],
  verification: "operator_attest",
  notes: "",
  timeout_minutes: null,
  output_schema: null,
};

const retries: readonly (RetryPolicy | null)[] = [
  null,
  { max_attempts: 3, on: ["server_error", "network", "invalid_output"], backoff_seconds: 2, respect_retry_after: false },
];

function taskOf(retry: RetryPolicy | null, onInterrupt: Task["on_interrupt"]): Task {
  return {
    name: "simulated",
    description: "",
    prompt_template: null,
    extract_schema: contract,
    policy: [],
    model: { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null },
    retry,
    on_interrupt: onInterrupt,
    timeout_seconds: 60,
  };
}

const taskId = "00000000-0000-7000-8000-000000000001" as TaskId;
const manifestId = "00000000-0000-7000-8000-000000000002" as ManifestId;

function stepOf(dice: Dice, index: number): PlannedStep {
  const step_key = `s${index}` as StepKey;
  const depends_on = [...Array(index).keys()].filter(() => dice.chance(0.6)).map((before) => `s${before}` as StepKey);
  if (dice.chance(0.3)) return { step_type: "compute", step_key, depends_on, config: {}, compute_contract: sheet };
  const definition = taskOf(dice.oneOf(retries), dice.chance(0.75) ? "resend" : "fail");
  const digest = sha256Of(canonicalBytes(definition as unknown as Json));
  return {
    step_type: "task",
    step_key,
    depends_on,
    config: { at: index },
    chaining: {},
    task: { id: taskId, version: 1, digest, definition },
    model: { provider: "stub", model: "simulated", temperature: null, max_output_tokens: null, seed: null },
  };
}

export const plansMade = 200;

/** Always the same plans, of one to four steps, one to three of them at once. */
export const plans: readonly SealedPlan[] = [...Array(plansMade).keys()].map((index) => {
  const dice = diceOf(index + 1);
  const steps = [...Array(1 + dice.below(4)).keys()].map((position) => stepOf(dice, position));
  const manifest = { id: manifestId, version: index + 1, digest: sha256Of(canonicalBytes({ index })), name: "simulated" };
  const plan: Plan = { v: "rm-plan/1", engine: "1", manifest, params_schema: null, max_parallel: 1 + dice.below(3), steps };
  return { plan, ...sealPlan(plan) };
});
