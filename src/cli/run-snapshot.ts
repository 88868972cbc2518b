import type { RunId } from "../domain/ids.ts";
import type { RunView, StepRunView } from "../domain/view.ts";
import type { Client } from "./client.ts";
import { nextCommand } from "./run-words.ts";
import type { Session } from "./session.ts";
import { readRun, readStepRuns } from "./wire.ts";

/** A run and its steps as they stood at one moment. */
export interface RunSnapshot {
  readonly run: RunView;
  /** In execution order; a step that has not begun may be missing. */
  readonly steps: readonly StepRunView[];
}

export async function readSnapshot(client: Client, runId: RunId): Promise<RunSnapshot> {
  // The run first: steps read after it are at least as new, so a run shown as ended never shows an open step.
  const run = readRun(await client.get(`/api/runs/${runId}`));
  const steps = readStepRuns(await client.get(`/api/runs/${runId}/steps`));
  return { run, steps };
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
