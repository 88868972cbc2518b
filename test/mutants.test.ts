import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gateInvariants } from "./support/gate-invariants.ts";
import type { Gate } from "./support/gate-invariants.ts";
import { invariants } from "./support/invariants.ts";
import type { Invariant, Life } from "./support/invariants.ts";
import { diceFrom, live, planArbitrary, worldArbitrary } from "./support/random-run.ts";
import type { Happening, Machine } from "./support/random-run.ts";

// Does a rule bite? Each mutant is the machine with one line of its source made wrong, in a copy; the rule that is meant
// for that mistake has to notice. A rule that no mutant fails is a rule that might assert nothing.

interface Mutant {
  readonly mistake: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The beginning of the rule that is meant to notice. */
  readonly noticedBy: string;
}

const decideStep = "src/engine/decide-step.ts";
const decidePeople = "src/engine/decide-people.ts";
const decideAttestation = "src/engine/decide-attestation.ts";
const evolveFile = "src/engine/evolve.ts";
const nextEffects = "src/engine/next-effects.ts";
const runSteps = "src/engine/run-steps.ts";
const settle = "src/engine/settle.ts";

const mutants: readonly Mutant[] = [
  {
    mistake: "an initiator who is one of the four eyes",
    file: decideAttestation,
    from: "if (by === run.initiatedBy) return",
    to: "if (by === run.initiatedBy && step.submission !== null) return",
    noticedBy: "four eyes are those of",
  },
  {
    mistake: "an attestor who verifies their own word",
    file: decideAttestation,
    from: "const before = [submission.attestedBy, ...submission.verifiedBy];",
    to: 'const before = [...submission.verifiedBy, submission.attestedBy].slice(0, -1).concat(submission.verifiedBy.length > 0 ? [] : [""]);',
    noticedBy: "four eyes are those of",
  },
  {
    mistake: "one word fewer than the contract asks for",
    file: decideAttestation,
    from: "if (before.length + 1 < requiredOf(contract))",
    to: "if (before.length + 2 < requiredOf(contract))",
    noticedBy: "a waiting run goes on only after",
  },
  {
    mistake: "a running step that nobody ends when the run is cancelled",
    file: decidePeople,
    from: 'if (stepRun.status !== "RUNNING") continue;',
    to: "continue;",
    noticedBy: "every run comes to an end",
  },
  {
    mistake: "dependencies that are not looked at",
    file: runSteps,
    from: ' || next.depends_on.some((key) => run.steps.get(key)?.status !== "SUCCESS")',
    to: "",
    noticedBy: "a step starts or waits only when all its dependencies succeeded",
  },
  {
    mistake: "dependencies of which one is enough",
    file: runSteps,
    from: 'next.depends_on.some((key) => run.steps.get(key)?.status !== "SUCCESS")',
    to: 'next.depends_on.length > 0 && next.depends_on.every((key) => run.steps.get(key)?.status !== "SUCCESS")',
    noticedBy: "a step starts or waits only when all its dependencies succeeded",
  },
  {
    mistake: "a retry under the number of the attempt before",
    file: nextEffects,
    from: "attempt: running.attempt + 1, delayMs: running.phase.retryInMs",
    to: "attempt: running.attempt, delayMs: running.phase.retryInMs",
    noticedBy: "each attempt of a step starts at most once",
  },
  {
    mistake: "an interrupted attempt sent again under its own number",
    file: nextEffects,
    from: "attempt: running.attempt + 1, delayMs: 0",
    to: "attempt: running.attempt, delayMs: 0",
    noticedBy: "each attempt of a step starts at most once",
  },
  {
    mistake: "every step skipped at a halt, also those that have ended",
    file: settle,
    from: "unstartedSteps(run).map(",
    to: "run.plan.steps.map(",
    noticedBy: "each begun step has exactly one end",
  },
  {
    mistake: "an end that is written while calls are under way",
    file: settle,
    from: "if (running.length > 0) return [];",
    to: "",
    noticedBy: "each begun step has exactly one end",
  },
  {
    mistake: "a call that goes on after its attempt failed",
    file: evolveFile,
    from: 'phase: { type: "retry_due", retryInMs: fact.retryInMs, lastFailure: fact.failure }',
    to: 'phase: { type: "calling" }',
    noticedBy: "a call is concluded only while its request is on record",
  },
  {
    mistake: "a call that goes on after it was interrupted",
    file: evolveFile,
    from: 'attempt: fact.attempt, phase: { type: "interrupted" }',
    to: 'attempt: fact.attempt, phase: { type: "calling" }',
    noticedBy: "a call is concluded only while its request is on record",
  },
  {
    mistake: "a model called in a compute step",
    file: settle,
    from: 'next.step_type === "compute" ? [',
    to: "next.depends_on.length > 99 ? [",
    noticedBy: "a compute step never has an attempt",
  },
  {
    mistake: "an attestation awaited for a task step",
    file: settle,
    from: 'next.step_type === "compute" ? [',
    to: 'next.step_type !== "compute" ? [',
    noticedBy: "a compute step never has an attempt",
  },
  {
    mistake: "a silent retry",
    file: decideStep,
    from: "if (retry === null || cause === null || !retry.on.includes(cause)) return null;",
    to: "if (retry === null) return over.attempt < 3 ? 0 : null;",
    noticedBy: "a further attempt needs a declared retry",
  },
  {
    mistake: "a retry of a failure that the task did not name",
    file: decideStep,
    from: " || !retry.on.includes(cause)",
    to: "",
    noticedBy: "a further attempt needs a declared retry",
  },
  {
    mistake: "one attempt more than declared",
    file: decideStep,
    from: "over.attempt >= retry.max_attempts",
    to: "over.attempt > retry.max_attempts",
    noticedBy: "a further attempt needs a declared retry",
  },
  {
    mistake: "an interrupted call sent again although the task forbids it",
    file: decideStep,
    from: '.on_interrupt === "resend" && attempt',
    to: '.on_interrupt !== "" && attempt',
    noticedBy: "a further attempt needs a declared retry",
  },
  {
    mistake: "an interrupted call sent again without end",
    file: decideStep,
    from: "attempt < interruptedAttemptsMax) continue;",
    to: "attempt < interruptedAttemptsMax + 1) continue;",
    noticedBy: "a further attempt needs a declared retry",
  },
  {
    mistake: "an output that is not the recorded one",
    file: evolveFile,
    from: "output: fact.output, attempts",
    to: "output: [...before.steps.values()].find((step) => step.status === 'SUCCESS')?.output ?? fact.output, attempts",
    noticedBy: "the output that flows on is the one",
  },
  {
    mistake: "steps that start after a failure",
    file: runSteps,
    from: " || haltCause(run) !== null",
    to: "",
    noticedBy: "after a failure nothing starts",
  },
  {
    mistake: "a further attempt after another step failed",
    file: settle,
    from: "if (given.length > 0) return",
    to: "if (given.length > 99) return",
    noticedBy: "after a failure nothing starts",
  },
  {
    mistake: "a retry granted after another step failed",
    file: decideStep,
    from: " || haltCause(run) !== null",
    to: "",
    noticedBy: "after a failure nothing starts",
  },
  {
    mistake: "steps left out at a halt",
    file: settle,
    from: "return [...skipped, {",
    to: "return [...skipped.slice(1), {",
    noticedBy: "after a failure nothing starts",
  },
  {
    mistake: "success although a step failed",
    file: settle,
    from: "if (cause !== null) return settleHalt(run, cause);",
    to: "",
    noticedBy: "a run succeeds exactly when all its steps did",
  },
  {
    mistake: "success while calls are under way",
    file: settle,
    from: "if (runningSteps(run).length > 0) return [];",
    to: "",
    noticedBy: "a run succeeds exactly when all its steps did",
  },
  {
    mistake: "an error under another code than the step's",
    file: settle,
    from: "code: failed.failure.code",
    to: 'code: "timeout"',
    noticedBy: "a run succeeds exactly when all its steps did",
  },
  {
    mistake: "the last failure in order taken for the cause",
    file: runSteps,
    from: 'for (const step of run.plan.steps) if (run.steps.get(step.step_key)?.status === "FAIL")',
    to: 'for (const step of run.plan.steps.toReversed()) if (run.steps.get(step.step_key)?.status === "FAIL")',
    noticedBy: "a run succeeds exactly when all its steps did",
  },
  {
    mistake: "a finished run that can be cancelled",
    file: decidePeople,
    from: "if (isTerminal(run.state)) return err(",
    to: "if (run.eventCount === 0) return err(",
    noticedBy: "a finished run refuses every command",
  },
  {
    mistake: "a wait that does not halt the run",
    file: evolveFile,
    from: '{ status: "waiting", step: fact.step, attested: false },',
    to: '{ status: "running" },',
    noticedBy: "a run waits exactly while a step waits",
  },
  {
    mistake: "an attestation that is not noted",
    file: evolveFile,
    from: "attested: true",
    to: "attested: false",
    noticedBy: "a run waits exactly while a step waits",
  },
  {
    mistake: "a run that is resumed without an attestation",
    file: decidePeople,
    from: "if (!run.state.attested) {",
    to: "if (run.eventCount === 0) {",
    noticedBy: "a waiting run goes on only after an accepted attestation",
  },
  {
    mistake: "one step more in flight than allowed",
    file: runSteps,
    from: "inFlight < (",
    to: "inFlight <= (",
    noticedBy: "a sequential run has at most one step in flight",
  },
  {
    mistake: "whichever step is ready first",
    file: runSteps,
    from: "const next = unstartedSteps(run)[0];",
    to: 'const next = unstartedSteps(run).findLast((step) => step.depends_on.every((key) => run.steps.get(key)?.status === "SUCCESS"));',
    noticedBy: "steps begin strictly in plan order",
  },
  {
    mistake: "a fold that keeps a skipped step as failed",
    file: evolveFile,
    from: '{ status: "SKIPPED", because: fact.because }',
    to: '{ status: "FAIL", failure: { code: "cancelled", detail: "" }, attempts: 0 }',
    noticedBy: "the projection of a finished run agrees",
  },
  {
    mistake: "a reply to another attempt taken for this one's",
    file: decideStep,
    from: " || running.attempt !== attempt",
    to: "",
    noticedBy: "a command that does not fit",
  },
  {
    mistake: "a late reply taken after its call was interrupted",
    file: decideStep,
    from: ' || running.phase.type !== "calling" || running.attempt',
    to: " || running.attempt",
    noticedBy: "a command that does not fit",
  },
  {
    mistake: "an attestation of a step that does not wait",
    file: decideAttestation,
    from: 'if (stepRun?.status === "WAITING_FOR_ATTESTATION") return ok(stepRun);',
    to: 'if (run.eventCount > 0) return ok({ status: "WAITING_FOR_ATTESTATION", submission: null, answered: [] });',
    noticedBy: "a command that does not fit",
  },
  {
    mistake: "a run started twice",
    file: "src/engine/decide.ts",
    from: "if (run !== null) return err(",
    to: "if (run?.eventCount === 0) return err(",
    noticedBy: "a run is started once",
  },
];

const admitFile = "src/engine/admit.ts";
const evaluateFile = "src/policy/evaluate.ts";
const renderFile = "src/engine/render-prompt.ts";

const gateMutants: readonly Mutant[] = [
  {
    mistake: "a report that nobody heeds",
    file: admitFile,
    from: 'if (report.verdict === "FAIL" || rationale === null)',
    to: "if (rationale === null)",
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "one rule that passes taken for all",
    file: evaluateFile,
    from: "rules.every(",
    to: "rules.some(",
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "a contract that is not checked",
    file: evaluateFile,
    from: 'ruled("output_matches_contract", issuesReason(policy.contract.check(object)))',
    to: 'ruled("output_matches_contract", null)',
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "rules of the task that are not run",
    file: evaluateFile,
    from: "return rule.evaluate({ ...context, output });",
    to: "return null;",
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "a rationale of any form",
    file: evaluateFile,
    from: 'ruled("decision_rationale_valid", rationaleFault)',
    to: 'ruled("decision_rationale_valid", null)',
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "the rationale let through as the output",
    file: admitFile,
    from: "makeCanonicalOutput(output), rationale",
    to: "makeCanonicalOutput(inCanonicalOrder(parsed.value.rationale)), rationale",
    noticedBy: "a canonical output exists exactly",
  },
  {
    mistake: "a step that sees all that succeeded",
    file: renderFile,
    from: "for (const key of step.depends_on.toSorted()) {",
    to: 'for (const key of [...run.steps.keys()].filter((k) => run.steps.get(k)?.status === "SUCCESS")) {',
    noticedBy: "a step sees the canonical outputs",
  },
  {
    mistake: "the output of another step under a dependency's name",
    file: renderFile,
    from: "upstream.set(key, dependency.output);",
    to: "upstream.set(key, [...upstream.values()][0] ?? dependency.output);",
    noticedBy: "a step sees the canonical outputs",
  },
];

const here = fileURLToPath(new URL("..", import.meta.url));
/** A rule has so many lives to notice a mistake; most need a few. */
const livesMax = 20_000;
const soundLives = 200;
const gateCases = 300;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reckon-mutants-"));
  await symlink(join(here, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const named = (list: readonly Mutant[]) => list.map((mutant, index) => [mutant.mistake, mutant, index] as const);

describe("a machine that is wrong in one line is noticed by the rule meant for it", () => {
  test.each(named(mutants))("%s", async (_, mutant, index) => {
    const machine = await machineOf(join(folder, `machine-${index}`), mutant);
    const meant = invariants.filter(({ rule }) => rule.startsWith(mutant.noticedBy));
    expect(meant.map((invariant) => isBrokenBy(machine, invariant, livesMax))).toEqual([true]);
  });

  test("the machine itself, copied the same way, breaks no rule", async () => {
    const machine = await machineOf(join(folder, "machine"), null);
    expect(invariants.filter((invariant) => isBrokenBy(machine, invariant, soundLives)).map(({ rule }) => rule)).toEqual([]);
  });
});

describe("a gate that is wrong in one line is noticed by the rule meant for it", () => {
  test.each(named(gateMutants))("%s", async (_, mutant, index) => {
    const gate = await gateOf(join(folder, `gate-${index}`), mutant);
    const meant = gateInvariants.filter(({ rule }) => rule.startsWith(mutant.noticedBy));
    expect(meant).toHaveLength(1);
    for (const { check } of meant) expect(() => check(gate, gateCases)).toThrow(/Property failed/);
  });

  test.each(gateInvariants.map(({ rule, check }) => [rule, check] as const))("the gate itself: %s", async (_, check) => {
    check(await gateOf(join(folder, "gate"), null), gateCases);
  });
});

test("every rule is the one meant for some mistake", () => {
  const rules = [...invariants, ...gateInvariants].map(({ rule }) => rule);
  const meant = [...mutants, ...gateMutants].map(({ noticedBy }) => noticedBy);
  expect(rules.filter((rule) => !meant.some((beginning) => rule.startsWith(beginning)))).toEqual([]);
});

/** Whether any of so many random lives breaks the rule. Plans, worlds and dice are the same in every run of this test. */
function isBrokenBy(machine: Machine, { holds }: Invariant, lives: number): boolean {
  const property = fc.property(planArbitrary, worldArbitrary, fc.integer(), (plan, world, seed) =>
    holds(lifeOf(machine, live(machine, plan, diceFrom(seed), world))),
  );
  return fc.check(property, { numRuns: lives, seed: 1, endOnFailure: true }).failed;
}

/** What happened until the end, or until the machine contradicted itself. */
function lifeOf(machine: Machine, happenings: Iterable<Happening>): Life {
  const history: Happening[] = [];
  try {
    for (const happening of happenings) history.push(happening);
  } catch {
    // A wrong machine may refuse its own world; what it did before is what the rule looks at.
  }
  const last = history.at(-1);
  if (last === undefined) throw new Error("the machine did not even start a run");
  return { machine, history, final: last.after };
}

async function machineOf(place: string, mutant: Mutant | null): Promise<Machine> {
  await copyRooms(place, mutant);
  const [deciding, evolving, effects] = await loadFrom(place, ["decide.ts", "evolve.ts", "next-effects.ts"]);
  return { ...deciding, ...evolving, ...effects } as unknown as Machine;
}

async function gateOf(place: string, mutant: Mutant | null): Promise<Gate> {
  await copyRooms(place, mutant);
  const [admitting, compiling, rendering] = await loadFrom(place, ["admit.ts", "compiled-task.ts", "render-prompt.ts"]);
  return { ...admitting, ...compiling, ...rendering } as unknown as Gate;
}

/** The pure rooms in a folder of their own, with the mutant's line in place of the right one. */
async function copyRooms(place: string, mutant: Mutant | null): Promise<void> {
  for (const room of ["domain", "engine", "policy"]) {
    await mkdir(join(place, "src", room), { recursive: true });
    await cp(join(here, "src", room), join(place, "src", room), { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  }
  if (mutant === null) return;
  const source = await readFile(join(place, mutant.file), "utf8");
  if (source.split(mutant.from).length !== 2) throw new Error(`${mutant.file} does not hold exactly once: ${mutant.from}`);
  await writeFile(
    join(place, mutant.file),
    source.replace(mutant.from, () => mutant.to),
  );
}

async function loadFrom(place: string, files: readonly string[]): Promise<readonly object[]> {
  return await Promise.all(files.map(async (file) => (await import(/* @vite-ignore */ join(place, "src", "engine", file))) as object));
}
