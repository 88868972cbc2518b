import type { RunId } from "../domain/ids.ts";
import type { RunView, StepRunView } from "../domain/view.ts";
import { allOf } from "./all-pages.ts";
import { CliError } from "./cli-error.ts";
import type { Client } from "./client.ts";
import { nextCommand } from "./run-words.ts";
import type { Session } from "./session.ts";
import { readManifest, readRun, readStepRuns } from "./wire.ts";

/** A run and its steps as they stood at one moment. */
export interface RunSnapshot {
  readonly run: RunView;
  /** Those that have begun or were skipped, in execution order. */
  readonly steps: readonly StepRunView[];
  /** Keys of those that have not begun; empty where they could not be learned. */
  readonly pending: readonly string[];
}

export async function readSnapshot(client: Client, runId: RunId): Promise<RunSnapshot> {
  // The run first: steps read after it are at least as new, so a run shown as ended never shows an open step.
  const run = readRun(await client.get(`/api/runs/${runId}`));
  const steps = readStepRuns(await client.get(`/api/runs/${runId}/steps`));
  const begun = new Set<string>(steps.map((step) => step.step_key));
  return { run, steps, pending: run.ended_at === null ? (await stepKeys(client, run)).filter((key) => !begun.has(key)) : [] };
}

/** A version of a manifest never changes, so its keys are asked for once. */
const keysKnown = new Map<string, readonly string[]>();

/** The steps of the manifest version that the run is bound to. Only decoration, so a server that does not tell is not an error. */
async function stepKeys(client: Client, run: RunView): Promise<readonly string[]> {
  const name = `${client.baseUrl} ${run.manifest_id} ${run.manifest_version}`;
  const known = keysKnown.get(name);
  if (known !== undefined) return known;
  const versions = await allOf(client, `/api/manifests/${run.manifest_id}/versions`).catch((error: unknown) => {
    if (error instanceof CliError && error.exit === "error") return [];
    throw error;
  });
  const version = versions.map(readManifest).find((candidate) => candidate.version === run.manifest_version);
  const keys = version?.steps.map((step) => step.step_key) ?? [];
  keysKnown.set(name, keys);
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
