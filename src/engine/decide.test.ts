import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunCommand } from "../domain/command.ts";
import type { StepKey } from "../domain/ids.ts";
import type { Plan } from "../domain/plan.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { present } from "../domain/assert.ts";
import { invariants } from "../../test/support/invariants.ts";
import { diceFrom, happen, liveThrough, nextCommand, planArbitrary, theMachine, worldArbitrary } from "../../test/support/random-run.ts";

test.each(invariants.map(({ rule, holds }) => [rule, holds] as const))("%s", (_, holds) => {
  fc.assert(
    fc.property(planArbitrary, worldArbitrary, fc.integer(), (plan, world, seed) => {
      const history = liveThrough(plan, diceFrom(seed), world);
      holds({ machine: theMachine, history, final: present(history.at(-1), "the last happening").after });
    }),
    { numRuns: 1_000 },
  );
});

test("status and cause of a run do not depend on timing when no attempt is retried or interrupted", () => {
  fc.assert(
    fc.property(planArbitrary, fc.nat({ max: 255 }), fc.array(fc.integer(), { minLength: 2, maxLength: 5 }), (plan, failing, seeds) => {
      const ends = seeds.map((seed) => JSON.stringify(liveWithFixedFailures(withoutRetries(plan), seed, failing).state));
      expect(new Set(ends).size).toBe(1);
    }),
    { numRuns: 500 },
  );
});

function withoutRetries(plan: Plan): Plan {
  const steps = plan.steps.map((step) =>
    step.step_type === "task" ? { ...step, task: { ...step.task, definition: { ...step.task.definition, retry: null } } } : step,
  );
  return { ...plan, steps };
}

/** Which steps fail is fixed by `failing`; only the order in which calls come back is left to `seed`. */
function liveWithFixedFailures(plan: Plan, seed: number, failing: number): Run {
  const dice = diceFrom(seed);
  const start: RunCommand = { type: "start_run", plan, planDigest: "0".repeat(64) as never, params: {}, initiatedBy: "alice" };
  let run = happen(theMachine, null, start).after;
  const fails = (key: StepKey): boolean => ((failing >> Number(key.slice(1))) & 1) === 1;
  for (let turn = 0; turn < 200 && !isTerminal(run.state); turn += 1) run = happen(theMachine, run, commandOf(run, dice, fails)).after;
  return run;
}

function commandOf(run: Run, dice: () => number, fails: (key: StepKey) => boolean): RunCommand {
  const calm = { failureRate: 0, crashRate: 0, cancelRate: 0 };
  const command = present(nextCommand(theMachine, run, dice, calm), "a command");
  if (command.type === "record_reply" && fails(command.step)) {
    return { ...command, admission: { admitted: false, failure: { code: "policy_violation", detail: "" }, rationale: null, report: null } };
  }
  if (command.type === "attest" && fails(command.step)) {
    return { ...command, output: null, attestation: { ...command.attestation, outcome: "FAIL" } };
  }
  return command;
}
