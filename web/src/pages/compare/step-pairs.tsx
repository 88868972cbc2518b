import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import type { StepRow } from "../../lib/step-rows.ts";
import { stepLooks } from "../../ui/looks.ts";
import { Loading } from "../../ui/states.tsx";
import { Status } from "../../ui/status.tsx";
import type { StepPair } from "./pair-steps.ts";

const Diff = lazy(() => import("../../editor/diff.tsx").then((module) => ({ default: module.Diff })));

interface Props {
  readonly pairs: readonly StepPair[];
  readonly open: string | null;
}

export function StepPairs({ pairs, open }: Props): ReactNode {
  const opened = pairs.find(({ key }) => key === open);
  const apart = pairs.filter(({ differences }) => differences.length > 0).length;
  return (
    <>
      <p>{apart === 0 ? "The two are the same in every step." : `They part in ${apart} of ${pairs.length} steps.`}</p>
      <div className="card flush table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">First run</th>
              <th scope="col">Second run</th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ key, first, second, differences }) => (
              <tr key={key} aria-current={key === open ? "true" : undefined}>
                <td>
                  <Link from="/compare" to="/compare" search={(search) => ({ ...search, step: key })} resetScroll={false}>
                    {key}
                  </Link>
                </td>
                <td>{first === null ? <span className="muted">not in this run</span> : <Status look={stepLooks[first.state]} />}</td>
                <td>{second === null ? <span className="muted">not in this run</span> : <Status look={stepLooks[second.state]} />}</td>
                <td>{differences.length === 0 ? <span className="muted">none</span> : differences.join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {opened !== undefined && (
        <section className="stack tight" aria-label={`Step ${opened.key} in both runs`}>
          <h2>{opened.key}</h2>
          <Suspense fallback={<Loading what="the comparison" />}>
            <Diff
              before={textOf(opened.first)}
              after={textOf(opened.second)}
              labels={{ before: `${opened.key} in the first run`, after: `${opened.key} in the second run` }}
            />
          </Suspense>
        </section>
      )}
    </>
  );
}

/** Everything of a step that can decide, as one text. */
function textOf(row: StepRow | null): string {
  if (row === null) return "";
  const { planned, state, run } = row;
  const what =
    planned.step_type === "task"
      ? { task: `${planned.task.definition.name} ${planned.task.version}`, model: planned.model }
      : { contract: planned.compute_contract };
  const came = {
    canonical_output: run?.canonical_output ?? null,
    error: run?.error ?? null,
    verdicts: run?.execution_policy_report?.rules ?? null,
    attestation: run?.attestation ?? null,
  };
  return JSON.stringify({ status: state, ...what, ...came }, null, 2);
}
