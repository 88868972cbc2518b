import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import type { Run } from "../../api/generated.ts";
import type { DagNode } from "../../dag/dag-node.ts";
import type { StepRow } from "../../lib/step-rows.ts";
import { StepPanel } from "./step-panel.tsx";
import { StepsTable } from "./steps-table.tsx";

const route = getRouteApi("/runs/$runId");
const Dag = lazy(() => import("../../dag/dag.tsx").then((module) => ({ default: module.Dag })));

interface Props {
  readonly run: Run;
  readonly rows: readonly StepRow[];
}

export function StepsTab({ run, rows }: Props): ReactNode {
  const { step } = route.useSearch();
  const navigate = useNavigate({ from: "/runs/$runId" });
  const selected = rows.find((row) => row.planned.step_key === step) ?? null;
  const select = (key: string | null): void =>
    void navigate({ to: ".", search: ({ step: _, ...rest }) => (key === null ? rest : { ...rest, step: key }), resetScroll: false });
  return (
    <div className={selected === null ? "steps" : "steps with-panel"}>
      <div className="stack steps-main">
        <section className="card flush no-print" aria-label="Graph of the steps">
          <Suspense fallback={<div className="dag" role="status" aria-label="Loading the graph" />}>
            <Dag nodes={rows.map(nodeOf)} selected={step ?? null} onSelect={select} />
          </Suspense>
        </section>
        <StepsTable run={run} rows={rows} selected={step ?? null} />
      </div>
      {selected !== null && <StepPanel key={selected.planned.step_key} run={run} row={selected} onClose={() => select(null)} />}
    </div>
  );
}

function nodeOf({ planned, state }: StepRow): DagNode {
  return { key: planned.step_key, type: planned.step_type, dependsOn: planned.depends_on, state };
}
