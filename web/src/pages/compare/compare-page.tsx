import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Plan, Run, StepRun } from "../../api/generated.ts";
import { planQuery, runQuery, stepRunsQuery } from "../../api/queries.ts";
import { stepRowsOf } from "../../lib/step-rows.ts";
import { useTitle } from "../../lib/use-title.ts";
import { runLooks } from "../../ui/looks.ts";
import { Empty, Loading, Trouble } from "../../ui/states.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { shortId } from "../runs-table.tsx";
import { ChooseRun } from "./choose-run.tsx";
import { StepPairs } from "./step-pairs.tsx";
import { pairSteps } from "./pair-steps.ts";
import "./compare.css";

const route = getRouteApi("/compare");

/** Two runs side by side, step by step: what was the same, and where they part. */
export function ComparePage(): ReactNode {
  useTitle("Compare runs");
  const { a, b, step } = route.useSearch();
  const [first, second] = [useSide(a), useSide(b)];
  const error = first.error ?? second.error;
  return (
    <>
      <h1>Compare two runs</h1>
      <div className="sides">
        <Side side="a" run={first.run} />
        <Side side="b" run={second.run} />
      </div>
      {error !== null && <Trouble error={error} />}
      {(a === undefined || b === undefined) && (
        <Empty title="Two runs are needed">
          <p>Choose them above by their ids, or begin at the page of a run.</p>
        </Empty>
      )}
      {a !== undefined && b !== undefined && error === null && (first.rows === null || second.rows === null) && (
        <Loading what="both runs" lines={8} />
      )}
      {first.rows !== null && second.rows !== null && <StepPairs pairs={pairSteps(first.rows, second.rows)} open={step ?? null} />}
    </>
  );
}

interface LoadedSide {
  readonly run: Run | null;
  readonly rows: ReturnType<typeof stepRowsOf> | null;
  readonly error: Error | null;
}

function useSide(id: string | undefined): LoadedSide {
  const enabled = id !== undefined;
  const run = useQuery({ ...runQuery(id ?? ""), enabled });
  const plan = useQuery({ ...planQuery(id ?? ""), enabled });
  const steps = useQuery({ ...stepRunsQuery(id ?? ""), enabled });
  return { run: run.data ?? null, rows: rowsOf(plan.data, steps.data), error: run.error ?? plan.error ?? steps.error };
}

function rowsOf(plan: Plan | undefined, steps: readonly StepRun[] | undefined): LoadedSide["rows"] {
  return plan === undefined || steps === undefined ? null : stepRowsOf(plan, steps);
}

function Side({ side, run }: { readonly side: "a" | "b"; readonly run: Run | null }): ReactNode {
  return (
    <section className="card stack tight" aria-label={side === "a" ? "First run" : "Second run"}>
      <ChooseRun side={side} key={run?.id ?? ""} current={run?.id ?? ""} />
      {run !== null && (
        <div className="row">
          <Status look={runLooks[run.status]} />
          <Link to="/runs/$runId" params={{ runId: run.id }}>
            {run.manifest_name} <span className="mono">{shortId(run.id)}</span>
          </Link>
          <span className="small muted">
            version {run.manifest_version}, <Time at={run.created_at} />, {run.initiated_by}
          </span>
        </div>
      )}
    </section>
  );
}
