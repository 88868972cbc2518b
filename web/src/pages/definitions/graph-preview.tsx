import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { list, record } from "../../api/json.ts";
import type { DagNode } from "../../dag/dag-node.ts";

const Dag = lazy(() => import("../../dag/dag.tsx").then((module) => ({ default: module.Dag })));
const stepsMax = 500;

/** The graph that these steps make, as far as they make one: a definition that is being written has gaps. */
export function GraphPreview({ steps }: { readonly steps: unknown }): ReactNode {
  const nodes = nodesOf(steps);
  if (nodes.length === 0) return null;
  return (
    <section className="card flush no-print" aria-label="Graph of the steps">
      <Suspense fallback={<div className="dag" />}>
        <Dag nodes={nodes} selected={null} onSelect={null} />
      </Suspense>
    </section>
  );
}

function nodesOf(steps: unknown): readonly DagNode[] {
  const seen = new Set<string>();
  return list(steps)
    .slice(0, stepsMax)
    .map(record)
    .flatMap((step): readonly DagNode[] => {
      const key = step["step_key"];
      if (typeof key !== "string" || key === "" || seen.has(key)) return [];
      seen.add(key);
      const dependsOn = list(step["depends_on"]).filter((dependency) => typeof dependency === "string");
      return [{ key, type: step["step_type"] === "compute" ? "compute" : "task", dependsOn, state: null }];
    });
}
