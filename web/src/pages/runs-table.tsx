import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Run } from "../api/generated.ts";
import { failureWords } from "../lib/failure-words.ts";
import { runLooks } from "../ui/looks.ts";
import { Status } from "../ui/status.tsx";
import { Span, Time } from "../ui/time.tsx";

export function RunsTable({ runs }: { readonly runs: readonly Run[] }): ReactNode {
  return (
    <div className="card flush table-scroll">
      <table className="runs">
        <caption className="visually-hidden">Runs, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Run</th>
            <th scope="col">What there is to know</th>
            <th scope="col" className="wide-only">
              Started by
            </th>
            <th scope="col">Created</th>
            <th scope="col" className="number wide-only">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run }: { readonly run: Run }): ReactNode {
  return (
    <tr>
      <td>
        <Status look={runLooks[run.status]} />
      </td>
      <td>
        <Link to="/runs/$runId" params={{ runId: run.id }} className="run-name">
          {run.manifest_name} <span className="mono">{shortId(run.id)}</span>
        </Link>
      </td>
      <td className="remark">{remarkOf(run)}</td>
      <td className="wide-only">{run.initiated_by}</td>
      <td>
        <Time at={run.created_at} />
      </td>
      <td className="number wide-only">
        <Span from={run.created_at} to={run.ended_at} />
      </td>
    </tr>
  );
}

/** The end of a run's id: its beginning is the time, which many share. */
export function shortId(id: string): string {
  return id.slice(-8);
}

function remarkOf({ waiting_for, error }: Run): ReactNode {
  if (waiting_for !== null)
    return (
      <>
        {waiting_for.attested ? "attested, to be resumed at" : "waits at"} <code>{waiting_for.step_key}</code>
      </>
    );
  if (error !== null)
    return (
      <>
        <code>{error.step_key}</code>: {failureWords[error.code].what}
      </>
    );
  return null;
}
