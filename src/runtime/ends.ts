import { microsecondsOf } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import type { RunStatus } from "../domain/run.ts";
import type { Transition } from "../domain/transition.ts";

/** What came to rest or to an end with one commit: for those who count. */
export interface Ends {
  /** Null: the run goes on, or rested before. `seconds` from its creation to its end; null while it waits. */
  readonly run: { readonly status: Exclude<RunStatus, "running">; readonly seconds: number | null } | null;
  readonly steps: readonly { readonly type: "task" | "compute"; readonly status: "SUCCESS" | "FAIL"; readonly seconds: number }[];
}

export function endsOf({ run, changesRun, newSteps, changedSteps }: Transition): Ends {
  const { status, createdAt, endedAt } = run;
  const rests = changesRun && status !== "running";
  return {
    run: rests ? { status, seconds: endedAt === null ? null : secondsBetween(createdAt, endedAt) } : null,
    steps: [...newSteps, ...changedSteps].flatMap(({ status: end, startedAt, endedAt: at, attempts }) =>
      (end === "SUCCESS" || end === "FAIL") && startedAt !== null && at !== null
        ? // Only a task step has attempts.
          [{ type: attempts > 0 ? ("task" as const) : ("compute" as const), status: end, seconds: secondsBetween(startedAt, at) }]
        : [],
    ),
  };
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, microsecondsOf(to) - microsecondsOf(from)) / 1_000_000;
}
