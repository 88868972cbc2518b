import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import type { StepKey } from "../domain/ids.ts";
import { isTerminal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { project } from "../domain/projection.ts";
import type { Projection } from "../domain/projection.ts";
import type { Instant } from "../domain/instant.ts";
import { present } from "../domain/assert.ts";
import { diceFrom, liveThrough, nextCommand, outputOf, planArbitrary } from "../../test/support/random-run.ts";
import type { Happening } from "../../test/support/random-run.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { interruptedAttemptsMax } from "./decide-step.ts";

const world = fc.record({
  failureRate: fc.constantFrom(0, 0.1, 0.4),
  crashRate: fc.constantFrom(0, 0.1),
  cancelRate: fc.constantFrom(0, 0.02),
});

/** Runs `check` over random plans and random worlds; the seed of a failing history is printed by fast-check. */
function forAllHistories(check: (history: readonly Happening[], final: Run) => void): void {
  fc.assert(
    fc.property(planArbitrary, world, fc.integer(), (plan, rates, seed) => {
      const history = liveThrough(plan, diceFrom(seed), rates);
      check(history, history.at(-1)?.after as Run);
    }),
    { numRuns: 1_500 },
  );
}

function eventsOf(history: readonly Happening[]): readonly RunEvent[] {
  return history.flatMap((happening) => happening.events);
}

function stepEvents<Kind extends RunEvent["kind"]>(
  history: readonly Happening[],
  kind: Kind,
): readonly Extract<RunEvent, { kind: Kind }>[] {
  return eventsOf(history).filter((event): event is Extract<RunEvent, { kind: Kind }> => event.kind === kind);
}

/** Calls `look` with each event and the run just before it. */
function walk(history: readonly Happening[], look: (before: Run | null, event: RunEvent) => void): void {
  let run: Run | null = null;
  for (const event of eventsOf(history)) {
    look(run, event);
    run = evolve(run, event);
  }
}

test("every run comes to an end and leaves no step open", () => {
  forAllHistories((history, final) => {
    expect(isTerminal(final.state)).toBe(true);
    for (const step of final.plan.steps) expect(["SUCCESS", "FAIL", "SKIPPED"]).toContain(final.steps.get(step.step_key)?.status);
    expect(eventsOf(history).filter((event) => ["run.succeeded", "run.failed", "run.cancelled"].includes(event.kind))).toHaveLength(1);
  });
});

test("a step starts or waits only when all its dependencies succeeded (invariant 13)", () => {
  forAllHistories((history) => {
    walk(history, (before, event) => {
      if (event.kind !== "step.started" && event.kind !== "step.waiting") return;
      const step = before?.plan.steps.find((planned) => planned.step_key === event.step);
      for (const key of step?.depends_on ?? []) expect(before?.steps.get(key)?.status).toBe("SUCCESS");
    });
  });
});

test("each attempt of a step starts at most once, and attempts count from 1 without a gap (invariant 14)", () => {
  forAllHistories((history) => {
    const attempts = new Map<StepKey, number>();
    for (const { step, attempt } of stepEvents(history, "step.started")) {
      expect(attempt).toBe((attempts.get(step) ?? 0) + 1);
      attempts.set(step, attempt);
    }
  });
});

test("each begun step has exactly one end (invariant 15)", () => {
  forAllHistories((history, final) => {
    for (const { step_key } of final.plan.steps) {
      const ends = eventsOf(history).filter(
        (event) => ["step.succeeded", "step.failed", "step.skipped"].includes(event.kind) && "step" in event && event.step === step_key,
      );
      expect(ends).toHaveLength(1);
    }
  });
});

test("a call is concluded only while its request is on record, and only once (invariant 16)", () => {
  forAllHistories((history) => {
    walk(history, (before, event) => {
      const by =
        event.kind === "step.succeeded" || event.kind === "step.failed" ? event.by : event.kind === "step.attempt_failed" ? event : null;
      if (by === null || !("step" in event)) return;
      const step = before?.steps.get(event.step);
      expect(step).toMatchObject({ status: "RUNNING", attempt: by.attempt, phase: { type: "calling" } });
    });
  });
});

test("a compute step never has an attempt (invariant 17)", () => {
  forAllHistories((history, final) => {
    const compute = new Set(final.plan.steps.filter((step) => step.step_type === "compute").map((step) => step.step_key));
    for (const { step } of stepEvents(history, "step.started")) expect(compute.has(step)).toBe(false);
  });
});

test("a further attempt needs a declared retry or an interruption that may be sent again (invariant 18)", () => {
  forAllHistories((history) => {
    walk(history, (before, event) => {
      if (event.kind !== "step.started" || event.attempt === 1) return;
      const step = before?.steps.get(event.step);
      if (step?.status !== "RUNNING") throw new Error("a further attempt of a step that does not run");
      const definition = before?.plan.steps.find((planned) => planned.step_key === event.step);
      if (definition?.step_type !== "task") throw new Error("an attempt of a compute step");
      const { retry, on_interrupt } = definition.task.definition;
      if (step.phase.type === "interrupted") expect(on_interrupt === "resend" && step.attempt < interruptedAttemptsMax).toBe(true);
      else expect(step.phase.type === "retry_due" && retry !== null && event.attempt <= retry.max_attempts).toBe(true);
    });
  });
});

test("the output that flows on is the one its step's only success recorded (invariant 19)", () => {
  forAllHistories((history, final) => {
    for (const { step, output } of stepEvents(history, "step.succeeded")) {
      const held = final.steps.get(step);
      expect(held?.status === "SUCCESS" && held.output === output).toBe(true);
    }
  });
});

test("after a failure nothing starts, and every step that never began is SKIPPED (invariant 21)", () => {
  forAllHistories((history, final) => {
    let failed = false;
    for (const event of eventsOf(history)) {
      if (failed) expect(["step.started", "step.waiting", "step.attempt_failed"]).not.toContain(event.kind);
      failed ||= event.kind === "step.failed";
    }
    const begun = new Set(
      eventsOf(history).flatMap((event) =>
        event.kind === "step.started" || event.kind === "step.waiting" || event.kind === "step.failed" ? [event.step] : [],
      ),
    );
    for (const step of final.plan.steps) if (!begun.has(step.step_key)) expect(final.steps.get(step.step_key)?.status).toBe("SKIPPED");
  });
});

test("a run succeeds exactly when all its steps did, and errs exactly when one failed and nobody cancelled (invariant 22)", () => {
  forAllHistories((_, final) => {
    const statuses = [...final.steps.values()].map((step) => step.status);
    if (final.state.status === "success") expect(new Set(statuses)).toEqual(new Set(["SUCCESS"]));
    if (statuses.every((status) => status === "SUCCESS")) expect(["success", "cancelled"]).toContain(final.state.status);
    if (final.state.status === "error") expect(final.steps.get(final.state.step)?.status).toBe("FAIL");
    if (final.state.status !== "cancelled") expect(final.state.status === "error").toBe(statuses.includes("FAIL"));
  });
});

test("a finished run refuses every command (invariant 22)", () => {
  const commands = (step: StepKey): readonly RunCommand[] => [
    { type: "start_attempt", step, request: { method: "POST", path: "/", body: new Uint8Array() } },
    { type: "refuse_attempt", step, failure: { code: "template_error", detail: "" } },
    {
      type: "attest",
      step,
      attestation: { attested_by: "b", outcome: "SUCCESS", notes: null, artifacts: [], output: null },
      output: outputOf(""),
      resume: true,
    },
    { type: "resume", resumedBy: "b" },
    { type: "cancel", cancelledBy: "c", reason: "" },
  ];
  forAllHistories((_, final) => {
    for (const { step_key } of final.plan.steps) for (const command of commands(step_key)) expect(decide(final, command).ok).toBe(false);
  });
});

test("a run waits exactly while a step waits, or was attested and not yet resumed, and then none runs (invariant 23)", () => {
  forAllHistories((history) => {
    for (const { after } of history) {
      const statuses = [...after.steps.values()].map((step) => step.status);
      const waits = statuses.includes("WAITING_FOR_ATTESTATION");
      if (waits) expect(after.state).toMatchObject({ status: "waiting", attested: false });
      if (after.state.status === "waiting") {
        expect(statuses).not.toContain("RUNNING");
        expect(after.steps.get(after.state.step)?.status).toBe(after.state.attested ? "SUCCESS" : "WAITING_FOR_ATTESTATION");
      }
    }
  });
});

test("a sequential run has at most one step in flight, a parallel one at most max_parallel", () => {
  forAllHistories((history) => {
    for (const { after } of history) {
      const open = [...after.steps.values()].filter((step) => step.status === "RUNNING" || step.status === "WAITING_FOR_ATTESTATION");
      expect(open.length).toBeLessThanOrEqual(after.plan.max_parallel);
    }
  });
});

test("steps begin strictly in plan order", () => {
  forAllHistories((history, final) => {
    const place = new Map(final.plan.steps.map((step, index) => [step.step_key, index]));
    let last = -1;
    for (const event of eventsOf(history)) {
      const begins = (event.kind === "step.started" && event.attempt === 1) || event.kind === "step.waiting";
      if (!begins) continue;
      expect(place.get(event.step)).toBeGreaterThan(last);
      last = place.get(event.step) ?? -1;
    }
  });
});

test("status and cause of a run do not depend on timing when no attempt is retried or interrupted", () => {
  const calm = { crashRate: 0, cancelRate: 0, failureRate: 0 };
  fc.assert(
    fc.property(planArbitrary, fc.nat({ max: 255 }), fc.array(fc.integer(), { minLength: 2, maxLength: 5 }), (plan, failing, seeds) => {
      const bare = {
        ...plan,
        steps: plan.steps.map((step) =>
          step.step_type === "task" ? { ...step, task: { ...step.task, definition: { ...step.task.definition, retry: null } } } : step,
        ),
      };
      const ends = seeds.map((seed) => JSON.stringify(liveWithFixedFailures(bare, seed, failing, calm).state));
      expect(new Set(ends).size).toBe(1);
    }),
    { numRuns: 500 },
  );
});

/** Which steps fail is fixed by `failing`; only the order in which calls come back is left to `seed`. */
function liveWithFixedFailures(
  plan: Parameters<typeof liveThrough>[0],
  seed: number,
  failing: number,
  calm: Parameters<typeof liveThrough>[2],
): Run {
  const dice = diceFrom(seed);
  let run = liveThrough(plan, dice, calm, 0).at(-1)?.after as Run;
  const fails = (key: StepKey): boolean => ((failing >> Number(key.slice(1))) & 1) === 1;
  for (let turn = 0; turn < 200 && !isTerminal(run.state); turn += 1) {
    const step = liveOnce(run, dice, fails);
    const decided = decide(run, step);
    if (!decided.ok) throw new Error(decided.error.detail);
    run = decided.value.reduce<Run | null>(evolve, run) as Run;
  }
  return run;
}

function liveOnce(run: Run, dice: () => number, fails: (key: StepKey) => boolean): RunCommand {
  const command = present(nextCommand(run, dice, { failureRate: 0, crashRate: 0, cancelRate: 0 }), "a command");
  if (command.type === "record_reply" && fails(command.step)) {
    return { ...command, admission: { admitted: false, failure: { code: "policy_violation", detail: "" }, rationale: null, report: null } };
  }
  if (command.type === "attest" && fails(command.step)) {
    return { ...command, output: null, attestation: { ...command.attestation, outcome: "FAIL" } };
  }
  return command;
}

test("the projection of a finished run agrees with its fold", () => {
  forAllHistories((history, final) => {
    let projection: Projection | null = null;
    for (const [seq, event] of eventsOf(history).entries())
      projection = project(projection, event, { seq, at: "2026-01-01T00:00:00.000000Z" as Instant });
    expect(projection?.run.status).toBe(final.state.status);
    expect(new Map([...(projection?.steps ?? [])].map(([key, row]) => [key, row.status]))).toEqual(
      new Map([...final.steps].map(([key, step]) => [key, step.status])),
    );
  });
});

test("a command that does not fit the state of its step is refused and changes nothing", () => {
  forAllHistories((history) => {
    for (const { after } of history) {
      for (const planned of after.plan.steps) {
        const key = planned.step_key;
        const step = after.steps.get(key);
        const calling = step?.status === "RUNNING" && step.phase.type === "calling" ? step.attempt : null;
        for (const attempt of [1, 2, 3]) if (attempt !== calling) expect(decide(after, replyTo(key, attempt)).ok).toBe(false);
        if (step?.status !== "WAITING_FOR_ATTESTATION")
          expect(decide(after, attestOf(key))).toMatchObject({ ok: false, error: { code: "step_not_waiting" } });
      }
      const resumed = decide(after, { type: "resume", resumedBy: "b" });
      if (after.state.status !== "waiting") expect(resumed).toMatchObject({ ok: false, error: { code: "run_not_waiting" } });
      else expect(resumed.ok).toBe(after.state.attested);
      if (after.state.status === "waiting" && !after.state.attested)
        expect(resumed).toMatchObject({ error: { code: "step_not_attested" } });
    }
  });
});

test("a run is started once, and nothing can be asked of one that was never started", () => {
  forAllHistories((history, final) => {
    const start = history[0]?.command as RunCommand;
    expect(decide(final, start)).toMatchObject({ ok: false, error: { code: "command_out_of_place" } });
    expect(decide(null, { type: "resume", resumedBy: "b" })).toMatchObject({ ok: false, error: { code: "run_not_found" } });
  });
});

function replyTo(step: StepKey, attempt: number): RunCommand {
  const reply = { arrived: true, status: 200, body: new Uint8Array(), retryAfterSeconds: null, latencyMs: 1 } as const;
  const failure = { code: "network", detail: "" } as const;
  return {
    type: "record_reply",
    step,
    attempt,
    call: { reply, model: null, usage: null },
    admission: { admitted: false, failure, rationale: null, report: null },
  };
}

function attestOf(step: StepKey): RunCommand {
  const attestation = { attested_by: "b", outcome: "SUCCESS", notes: null, artifacts: [], output: null } as const;
  return { type: "attest", step, attestation, output: outputOf(""), resume: false };
}
