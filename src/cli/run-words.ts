import { unreachable } from "../domain/assert.ts";
import type { RunStatus, StepStatus } from "../domain/run.ts";
import type { ComputeContract } from "../domain/manifest.ts";
import type { RunView, StepRunView } from "../domain/view.ts";
import type { Exit } from "./exit-codes.ts";
import type { Style } from "./terminal.ts";

/** How a command ends that followed a run up to this status. */
export function exitOfRun(status: RunStatus): Exit {
  switch (status) {
    case "success":
      return "success";
    case "error":
      return "runError";
    case "cancelled":
      return "runCancelled";
    case "waiting":
      return "waiting";
    case "running":
      return "timeout";
    default:
      return unreachable(status);
  }
}

export const runStyles = {
  running: "blue",
  waiting: "yellow",
  success: "green",
  error: "red",
  cancelled: "magenta",
} as const satisfies Record<RunStatus, Style>;

/** A step as a glyph and a colour; the word always stands beside it, so neither is needed to understand. */
export const stepMarks = {
  PENDING: { glyph: "·", style: "dim" },
  RUNNING: { glyph: "▶", style: "blue" },
  WAITING_FOR_ATTESTATION: { glyph: "‖", style: "yellow" },
  SUCCESS: { glyph: "✓", style: "green" },
  FAIL: { glyph: "✗", style: "red" },
  SKIPPED: { glyph: "-", style: "dim" },
} as const satisfies Record<StepStatus | "PENDING", { readonly glyph: string; readonly style: Style }>;

/** What stands after a step's status: why it failed, was skipped, or how often it was tried. */
export function stepRemark(step: StepRunView): string {
  if (step.error !== null) return `${step.error.code}: ${step.error.detail}`;
  if (step.status === "SKIPPED") return step.skipped_because === null ? "the run was cancelled" : `because ${step.skipped_because} failed`;
  if (step.attestation !== null) {
    const { attested_by: by } = step.attestation;
    return step.status === "WAITING_FOR_ATTESTATION" ? `attested by ${by}, waits for another person to verify it` : `attested by ${by}`;
  }
  return step.attempts.length > 1 ? `attempt ${step.attempts.length}` : "";
}

/** The exact command that takes a paused run on; null when the run is not paused. */
export function nextCommand(run: RunView, steps: readonly StepRunView[], url: string | null): string | null {
  if (run.status !== "waiting" || run.waiting_for === null) return null;
  const where = url === null ? "" : ` --url ${url}`;
  if (run.waiting_for.attested) return `reckon resume ${run.id}${where}`;
  const step = steps.find((candidate) => candidate.id === run.waiting_for?.step_run_id);
  return `reckon attest ${run.id} ${run.waiting_for.step_key} --by YOUR_NAME --outcome SUCCESS${contractFlags(step?.compute_contract ?? null)} --resume${where}`;
}

function contractFlags(contract: ComputeContract | null): string {
  if (contract === null) return "";
  const artifacts = contract.outputs.map((output) => ` --artifact ${shellWord(`${output.name}=@FILE`)}`).join("");
  return `${artifacts}${contract.output_schema === null ? "" : " --output @OUTPUT.json"}`;
}

function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
