import type { RunId, StepKey } from "../../domain/ids.ts";
import type { Admission } from "../../domain/outcome.ts";
import { admit } from "../../engine/admit.ts";
import { auditRun } from "../audit-run.ts";
import type { AuditOptions } from "../audit-run.ts";
import type { RunRecord } from "../run-record.ts";
import type { Candidate } from "./candidate.ts";

/** What the rules in force said of one recorded reply, and what the candidate says of it. */
export interface Judgement {
  readonly run_id: RunId;
  readonly seq: number;
  readonly step: StepKey;
  readonly attempt: number;
  readonly task_version: number;
  readonly before: "PASS" | "FAIL";
  readonly after: "PASS" | "FAIL";
  /** Why the one that fails fails; null when both pass. */
  readonly because: string | null;
}

export interface Backtest {
  readonly judgements: readonly Judgement[];
  /** Replies of the task that could not be judged again: the record does not verify, or what they would be judged by is gone. */
  readonly unjudged: number;
}

/**
 * Every recorded reply of a task judged again by other rules, each in the very place where it came: with the parameters, the
 * upstream outputs and the task version of its run. No model is called; what another answer would have led to is not guessed at.
 */
export function backtestRun(
  record: RunRecord,
  test: { readonly candidate: Candidate; readonly isTask: (task: { readonly id: string; readonly name: string }) => boolean },
  options: Pick<AuditOptions, "log" | "compile" | "readPlan">,
): Backtest {
  const judgements: Judgement[] = [];
  const { candidate, isTask } = test;
  const { retraced } = auditRun(record, {
    ...options,
    renders: false,
    mayWithhold: true,
    onReply({ entry, step, input, read, admission }) {
      if (!isTask({ id: step.task.id, name: step.task.definition.name }) || entry.attempt === null) return;
      const compiled = options.compile(step);
      const judged = { ...compiled, rules: candidate.rules ?? compiled.rules, contract: candidate.contract ?? compiled.contract };
      const after = admit(judged, input, read);
      judgements.push({
        run_id: record.runId,
        seq: entry.seq,
        step: step.step_key,
        attempt: entry.attempt,
        task_version: step.task.version,
        before: verdictOf(admission),
        after: verdictOf(after),
        because: reasonOf(after) ?? reasonOf(admission),
      });
    },
  });
  if (retraced === null || retraced.divergence !== null) return { judgements: [], unjudged: judgements.length };
  const keys = new Set(
    retraced.run?.plan.steps.flatMap((step) =>
      step.step_type === "task" && isTask({ id: step.task.id, name: step.task.definition.name }) ? [step.step_key] : [],
    ),
  );
  return { judgements, unjudged: retraced.unreplayed.filter(({ step }) => step !== null && keys.has(step)).length };
}

function verdictOf(admission: Admission): "PASS" | "FAIL" {
  return admission.admitted ? "PASS" : "FAIL";
}

function reasonOf(admission: Admission): string | null {
  return admission.admitted ? null : admission.failure.detail;
}
