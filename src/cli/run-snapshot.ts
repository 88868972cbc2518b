import type { RunId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import type { RunView, StepRunView } from "../domain/view.ts";
import type { Client } from "./client.ts";
import { nextCommand } from "./run-words.ts";
import type { Session } from "./session.ts";
import { listOf, readRun, readStepRuns, textOf } from "./wire.ts";

/** A run and its steps as they stood at one moment. */
export interface RunSnapshot {
  readonly run: RunView;
  /** Those that have begun or were skipped, in execution order. */
  readonly steps: readonly StepRunView[];
  /** Keys of those that have not begun. */
  readonly pending: readonly string[];
}

export async function readSnapshot(client: Client, runId: RunId): Promise<RunSnapshot> {
  // The run first: steps read after it are at least as new, so a run shown as ended never shows an open step.
  const run = readRun(await client.get(`/api/runs/${runId}`));
  const steps = readStepRuns(await client.get(`/api/runs/${runId}/steps`));
  const begun = new Set<string>(steps.map((step) => step.step_key));
  return { run, steps, pending: run.ended_at === null ? (await stepKeys(client, run)).filter((key) => !begun.has(key)) : [] };
}

/** A run's plan never changes, so its keys are asked for once. */
const keysKnown = new Map<string, readonly string[]>();

/** The steps of the plan that the run is bound to, in order. */
async function stepKeys(client: Client, run: RunView): Promise<readonly string[]> {
  const known = keysKnown.get(run.plan_digest);
  if (known !== undefined) return known;
  const plan = await client.get(`/api/runs/${run.id}/plan`);
  const keys = listOf(isJsonObject(plan) ? plan["steps"] : []).flatMap((step) => (isJsonObject(step) ? [textOf(step["step_key"])] : []));
  keysKnown.set(run.plan_digest, keys);
  return keys;
}

/** Says the exact command that takes a paused run on. */
export function sayNext(session: Session, { run, steps }: RunSnapshot): void {
  const command = nextCommand(run, steps, session.namedUrl);
  if (command === null) return;
  session.say(
    run.waiting_for?.attested === true
      ? "attested; to let it go on:"
      : `the run waits for an attestation of ${run.waiting_for?.step_key ?? "a step"}:`,
  );
  session.say(`  ${command}`);
}
