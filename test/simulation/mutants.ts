// Bugs on purpose, each a patch of real source that is applied while it is loaded and nowhere else. A simulation that does not
// find them proves nothing. `find` must stand exactly once in its file, so that a mutant cannot quietly stop being one.

export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
}

const one = (name: string, file: string, find: string, replace: string): Mutant => ({ name, patches: [{ file, find, replace }] });

export const mutants: readonly Mutant[] = [
  one(
    "a step starts before its dependencies succeeded",
    "engine/run-steps.ts",
    '|| next.depends_on.some((key) => run.steps.get(key)?.status !== "SUCCESS")',
    "",
  ),
  one("a failure does not halt the run", "engine/run-steps.ts", "|| haltCause(run) !== null", ""),
  one("more steps run at once than the manifest allows", "engine/run-steps.ts", ": run.plan.max_parallel)", ": 99)"),
  one("a compute step waits while calls are under way", "engine/settle.ts", "if (runningSteps(run).length > 0) return [];", ""),
  one("the halt does not wait for calls under way", "engine/settle.ts", "if (running.length > 0) return [];", ""),
  one("a halted run leaves its unstarted steps open", "engine/settle.ts", "return [...skipped, {", "return [{"),
  one(
    "an interrupted call is sent again although its task says fail",
    "engine/decide-step.ts",
    'taskStep(run, step).task.definition.on_interrupt === "resend" && ',
    "",
  ),
  one(
    "an interrupted call is sent again without end",
    "engine/decide-step.ts",
    "export const interruptedAttemptsMax = 3;",
    "export const interruptedAttemptsMax = 99;",
  ),
  one("a declared retry has no limit", "engine/decide-step.ts", "over.attempt >= retry.max_attempts || ", ""),
  one(
    "a failure is retried although no retry is declared for it",
    "engine/decide-step.ts",
    "|| !retry.on.includes(cause)",
    "|| over.attempt > 1e9",
  ),
  one(
    "the next attempt has the number of the last",
    "engine/next-effects.ts",
    "attempt: running.attempt + 1, delayMs: running.phase.retryInMs",
    "attempt: running.attempt, delayMs: running.phase.retryInMs",
  ),
  one(
    "a declared pause is not waited for",
    "runtime/take-turn.ts",
    "(effect.delayMs === 0 || pausesOver.has(effect.step))",
    "(effect.delayMs >= 0 || pausesOver.has(effect.step))",
  ),
  one(
    "a step is attested that does not wait",
    "engine/decide-attestation.ts",
    'if (stepRun?.status === "WAITING_FOR_ATTESTATION") return ok(stepRun);',
    'if (stepRun !== undefined) return ok({ status: "WAITING_FOR_ATTESTATION", submission: null, answered: [] });',
  ),
  one(
    "a run is resumed before its step is attested",
    "engine/decide-people.ts",
    "if (!run.state.attested) {",
    "if (run.initiatedBy === null) {",
  ),
  one(
    "a cancelled run leaves its unstarted steps open",
    "engine/decide-people.ts",
    "for (const { step_key } of unstartedSteps(run)) events",
    "for (const { step_key } of unstartedSteps(run).slice(1)) events",
  ),
  one(
    "an attested step does not succeed",
    "engine/decide-attestation.ts",
    '[submitted, { kind: "step.succeeded", step, output, by: null }, ',
    "[submitted, ",
  ),
  one(
    "output is admitted although its report fails",
    "engine/admit.ts",
    'if (report.verdict === "FAIL" || rationale === null)',
    "if (rationale === null)",
  ),
  one(
    "a step is shown one dependency less",
    "engine/render-prompt.ts",
    "of step.depends_on.toSorted()) {",
    "of step.depends_on.toSorted().slice(0, 2)) {",
  ),
  one(
    "a command of a person does not end the reign of the worker",
    "runtime/change-run.ts",
    "epoch: held.head.epoch + 1,",
    "epoch: held.head.epoch,",
  ),
  one("a lost fence is taken for a done command", "runtime/change-run.ts", 'if (result.type === "fenced") return null;', ""),
  one(
    "a command's key is forgotten",
    "runtime/start-run.ts",
    "      operator: by,\n      command,\n",
    "      operator: by,\n      command: null,\n",
  ),
  one(
    "a repeated start names a run that was never made",
    "runtime/start-run.ts",
    "ok({ runId: result.runId, repeated: true })",
    "ok({ runId, repeated: true })",
  ),
  one(
    "a call is made before its request is committed",
    "runtime/advance-run.ts",
    "      if (turn.value.events.length > 0) {",
    "      turn.value.calls.forEach(perform);\n      if (turn.value.events.length > 0) {",
  ),
  one(
    "a worker goes on after it lost its fence",
    "runtime/advance-run.ts",
    'result.type === "appended" ? after : null',
    "result.type === null ? null : after",
  ),
  one(
    "calls of a worker that is gone are waited for",
    "runtime/advance-run.ts",
    'foreign.length > 0 ? [{ type: "record_interruptions" }] : []',
    "foreign.length > 999 ? [] : []",
  ),
  one(
    "a run is adopted under the epoch of another",
    "runtime/claim-runs.ts",
    "run.head.epoch === epoch ? [fold(runId, run)] : []",
    "[fold(runId, run)]",
  ),
  one(
    "entries carry the epoch before",
    "runtime/make-transition.ts",
    "actor, epoch, cmd:",
    "actor, epoch: before?.head.epoch ?? epoch, cmd:",
  ),
  one(
    "an entry does not name the one before it",
    "runtime/make-transition.ts",
    "    prev = encoded.entry.leaf;\n",
    "    prev ??= encoded.entry.leaf;\n",
  ),
  one(
    "only the last step's row is written",
    "runtime/make-transition.ts",
    "return { newSteps, changedSteps };",
    "return { newSteps, changedSteps: changedSteps.slice(-1) };",
  ),
  one("the run's own row is not written", "runtime/make-transition.ts", "before?.projection.run !== after.run", "before === null"),
  one(
    "an unknown outcome is taken for a success",
    "storage/write/append.ts",
    "&& (await store.stands(one.transition))",
    "&& one.bytes >= 0",
  ),
  one(
    "a write is acknowledged before it is durable",
    "storage/write/append.ts",
    "for (const one of batch) one.reject(error);",
    'for (const one of batch) one.resolve({ type: "appended" });',
  ),
  one("two commands may make the same bytes", "runtime/make-transition.ts", "?? scribe.newCommandId()", "?? null"),
];
