import type { StepRunView } from "../domain/view.ts";
import { CliError } from "./cli-error.ts";
import type { RunSnapshot } from "./run-snapshot.ts";

/** The step that a person means: named, or the one the run waits for. */
export function findStep({ run, steps }: RunSnapshot, step: string | undefined): StepRunView {
  const wanted = step ?? run.waiting_for?.step_key;
  if (wanted === undefined)
    throw new CliError({
      exit: "error",
      code: "run_not_waiting",
      message: `run ${run.id} is ${run.status}: no step waits for an attestation`,
    });
  const found = steps.find((candidate) => candidate.step_key === wanted || candidate.id === wanted);
  if (found === undefined)
    throw new CliError({
      exit: "error",
      code: "step_run_not_found",
      message: `run ${run.id} has no step ${wanted}${steps.length === 0 ? "" : `; it has ${steps.map((candidate) => candidate.step_key).join(", ")}`}`,
    });
  return found;
}
