import { assert, present } from "../domain/assert.ts";
import type { RunCommand } from "../domain/command.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Failure } from "../domain/failure.ts";
import type { StepKey } from "../domain/ids.ts";
import type { ModelRequest } from "../domain/model-call.ts";
import type { PlannedTaskStep } from "../domain/plan.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Run } from "../domain/run.ts";
import type { CompiledTask } from "../engine/compiled-task.ts";
import { decide } from "../engine/decide.ts";
import { evolve } from "../engine/evolve.ts";
import { nextEffects } from "../engine/next-effects.ts";
import { noClientFailure } from "../engine/refuse-provider.ts";
import { renderPrompt, stepInput } from "../engine/render-prompt.ts";
import type { StepInput } from "../engine/render-prompt.ts";
import type { ModelClient } from "../llm/model-client.ts";

/** What turns need from the process: compiled definitions and the clients it has. Both are pure to use here. */
export interface TurnTools {
  readonly compile: (step: PlannedTaskStep) => CompiledTask;
  readonly client: (step: PlannedTaskStep) => ModelClient | null;
}

/** A model call whose request is decided in this turn; it may be made once the turn is committed. */
export interface PreparedCall {
  readonly step: PlannedTaskStep;
  readonly attempt: number;
  readonly request: ModelRequest;
  readonly client: ModelClient;
  readonly compiled: CompiledTask;
  readonly input: StepInput;
}

export interface Turn {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  readonly calls: readonly PreparedCall[];
}

export interface Asked {
  readonly commands: readonly RunCommand[];
  /** Steps whose declared pause before another attempt is over. */
  readonly pausesOver?: ReadonlySet<StepKey>;
  /** False where there is no room to make calls: then only what the commands make true is decided. */
  readonly prepare?: boolean;
}

/**
 * One turn of a run: what the commands make true, and the requests of all attempts that are due after them, so that
 * the end of a step and the request of the next share one commit.
 */
export function takeTurn(tools: TurnTools, before: Run | null, asked: Asked): Result<Turn, Rejection> {
  const { commands, pausesOver = new Set(), prepare = true } = asked;
  let run = before;
  const events: RunEvent[] = [];
  const calls: PreparedCall[] = [];
  const obey = (command: RunCommand): Rejection | null => {
    const decided = decide(run, command);
    if (!decided.ok) return decided.error;
    events.push(...decided.value);
    run = decided.value.reduce<Run | null>(evolve, run);
    return null;
  };
  for (const command of commands) {
    const refused = obey(command);
    if (refused !== null) return err(refused);
  }
  for (;;) {
    const due = prepare ? dueAttempt(present(run, "the run"), pausesOver) : null;
    if (due === null) break;
    const prepared = prepareAttempt(tools, present(run, "the run"), due.step);
    const refused = obey(
      prepared.ok
        ? { type: "start_attempt", step: due.step, request: prepared.value.request }
        : { type: "refuse_attempt", step: due.step, failure: prepared.error },
    );
    assert(refused === null, `an attempt that is due was refused: ${refused?.detail ?? ""}`);
    if (prepared.ok) calls.push({ ...prepared.value, attempt: due.attempt });
  }
  return ok({ run: present(run, "the run"), events, calls });
}

function dueAttempt(run: Run, pausesOver: ReadonlySet<StepKey>): { readonly step: StepKey; readonly attempt: number } | null {
  for (const effect of nextEffects(run)) {
    if (effect.type === "prepare_attempt" && (effect.delayMs === 0 || pausesOver.has(effect.step))) return effect;
  }
  return null;
}

function prepareAttempt(tools: TurnTools, run: Run, key: StepKey): Result<Omit<PreparedCall, "attempt">, Failure> {
  const step = run.plan.steps.find((planned) => planned.step_key === key);
  assert(step?.step_type === "task", `step ${key} of the plan is a task step`);
  const client = tools.client(step);
  if (client === null) return err(noClientFailure(step.model.provider));
  const compiled = tools.compile(step);
  const input = stepInput(run, step);
  const prompt = renderPrompt(compiled, input);
  if (!prompt.ok) return prompt;
  const { name, extract_schema: schema } = step.task.definition;
  const request = client.buildRequest(prompt.value, step.model, { schema, taskName: name });
  return ok({ step, request, client, compiled, input });
}
