import fc from "fast-check";
import { expect } from "vitest";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { StepKey } from "../../src/domain/ids.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { ReadReply } from "../../src/domain/model-call.ts";
import type { CanonicalOutput } from "../../src/domain/outcome.ts";
import type { Task } from "../../src/domain/task.ts";
import type { admit } from "../../src/engine/admit.ts";
import type { compileTask } from "../../src/engine/compiled-task.ts";
import type { StepInput, stepInput } from "../../src/engine/render-prompt.ts";
import { diceFrom, liveThrough, planArbitrary, worldArbitrary } from "./random-run.ts";

// What must hold between a reply and the step after it. The right answer is known here without asking the gate, so that
// wrong gates can be held against it (test/mutants.test.ts).

/** The pure functions through which a reply becomes what the next step sees. */
export interface Gate {
  readonly admit: typeof admit;
  readonly compileTask: typeof compileTask;
  readonly stepInput: typeof stepInput;
}

export interface GateInvariant {
  readonly rule: string;
  /** Throws when one of so many random cases breaks the rule. */
  readonly check: (gate: Gate, cases: number) => void;
}

export const gateInvariants: readonly GateInvariant[] = [
  {
    rule: "a canonical output exists exactly for what passes contract and policy, and is that output's bytes (invariant 20)",
    check: admitsWhatPasses,
  },
  { rule: "a step sees the canonical outputs of the steps it depends on, and nothing else (invariant 19)", check: seesItsDependencies },
];

const task: Task = {
  name: "t",
  description: "",
  prompt_template: null,
  extract_schema: { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
  policy: [{ name: "small", expr: "output.n < 10", message: "too large" }],
  model: { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null },
  retry: null,
  on_interrupt: "resend",
  timeout_seconds: 1,
};
const nothing: StepInput = {
  params: { value: {}, text: "{}" },
  config: { value: {}, text: "{}" },
  upstream: new Map(),
  chained: new Map(),
};

const rationales = fc.oneof(
  fc.constant<readonly [Json, boolean]>([{ version: "1", summary: "so" }, true]),
  fc.constantFrom<readonly [Json, boolean]>(
    [{ version: "" }, false],
    [{}, false],
    ["because", false],
    [null, false],
    [{ version: "1", nodes: 3 }, false],
  ),
);
const outputs = fc.oneof(
  fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.dictionary(fc.stringMatching(/^[a-m]{1,3}$/), fc.integer()))
    .map(([n, rest]): readonly [Json, boolean] => [{ ...rest, n }, n < 10]),
  fc.constantFrom<readonly [Json, boolean]>(
    [{ n: "1" }, false],
    [{ n: 1.5 }, false],
    [{ m: 1 }, false],
    [{}, false],
    [[1], false],
    ["1", false],
    [null, false],
  ),
);

function admitsWhatPasses(gate: Gate, cases: number): void {
  const compiled = gate.compileTask(task);
  fc.assert(
    fc.property(rationales, outputs, ([rationale, isRationale], [output, passes]) => {
      const answer = gate.admit(compiled, nothing, replyOf({ decision_rationale: rationale, output_json: output }));
      expect(answer.admitted).toBe(isRationale && passes);
      expect(gate.admit(compiled, nothing, replyOf({ decision_rationale: rationale, output_json: output }))).toEqual(answer);
      expect("output" in answer).toBe(answer.admitted);
      if (!answer.admitted) return;
      expect(answer.report.verdict).toBe("PASS");
      expect(answer.report.rules.map(({ verdict }) => verdict)).not.toContain("FAIL");
      expect(new TextDecoder().decode(answer.output.bytes)).toBe(canonicalJson(output));
      expect(answer.output.value).toEqual(output);
    }),
    { numRuns: cases, seed: 1 },
  );
}

function replyOf(value: JsonObject): ReadReply {
  return { text: JSON.stringify(value), model: "m-1", usage: { input_tokens: 1, output_tokens: 1 }, finishReason: "stop" };
}

function seesItsDependencies(gate: Gate, cases: number): void {
  fc.assert(
    fc.property(planArbitrary, worldArbitrary, fc.integer(), (plan, world, seed) => {
      const recorded = new Map<StepKey, CanonicalOutput>();
      for (const { events, after } of liveThrough(plan, diceFrom(seed), world)) {
        for (const event of events) {
          if (event.kind === "step.succeeded") recorded.set(event.step, event.output);
          const step = event.kind === "step.started" ? after.plan.steps.find(({ step_key }) => step_key === event.step) : undefined;
          if (step?.step_type !== "task") continue;
          const seen = gate.stepInput(after, step).upstream;
          expect([...seen.keys()].toSorted()).toEqual(step.depends_on.toSorted());
          for (const [key, output] of seen) expect(output).toBe(recorded.get(key));
        }
      }
    }),
    { numRuns: cases, seed: 1 },
  );
}
