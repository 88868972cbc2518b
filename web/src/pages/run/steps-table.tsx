import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Run } from "../../api/generated.ts";
import { failureWords } from "../../lib/failure-words.ts";
import { tokensOf } from "../../lib/step-rows.ts";
import type { StepRow } from "../../lib/step-rows.ts";
import { spanMs } from "../../lib/times.ts";
import { useNow } from "../../lib/use-now.ts";
import { stepLooks } from "../../ui/looks.ts";
import { Status } from "../../ui/status.tsx";
import { Span } from "../../ui/time.tsx";

interface Props {
  readonly run: Run;
  readonly rows: readonly StepRow[];
  readonly selected: string | null;
}

/** The steps as a table, which says all that the graph shows; the bars make it the timeline of the run. */
export function StepsTable({ run, rows, selected }: Props): ReactNode {
  const now = useNow(run.ended_at === null ? 1_000 : null);
  const endMs = run.ended_at === null ? now : Date.parse(run.ended_at);
  const frame = { fromMs: Date.parse(run.created_at), widthMs: Math.max(1, endMs - Date.parse(run.created_at)), now };
  return (
    <div className="card flush table-scroll">
      <table className="steps-table">
        <caption className="visually-hidden">Steps in the order of the plan</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Status</th>
            <th scope="col" className="wide-only bar-column">
              When
            </th>
            <th scope="col" className="number">
              Took
            </th>
            <th scope="col" className="number wide-only">
              Tokens
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.planned.step_key} aria-current={row.planned.step_key === selected ? "true" : undefined}>
              <th scope="row">
                <Link
                  from="/runs/$runId"
                  to="/runs/$runId"
                  search={(search) => ({ ...search, step: row.planned.step_key })}
                  resetScroll={false}
                  className="step-link"
                >
                  {row.planned.step_key}
                </Link>
                <span className="muted small">
                  {" "}
                  {row.planned.step_type === "compute" ? "outside work" : row.planned.task.definition.name}
                </span>
              </th>
              <td>
                <Status look={stepLooks[row.state]} /> <span className="small muted">{remarkOf(row)}</span>
              </td>
              <td className="wide-only bar-column">
                <Bar row={row} frame={frame} />
              </td>
              <td className="number">
                {row.run === null || row.run.started_at === null ? "" : <Span from={row.run.started_at} to={row.run.ended_at} />}
              </td>
              <td className="number wide-only">{row.run === null || row.run.attempts.length === 0 ? "" : tokenText(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function tokenText({ run }: StepRow): string {
  const { input, output } = tokensOf(run === null ? [] : [run]);
  return (input + output).toLocaleString();
}

function remarkOf({ run }: StepRow): string {
  if (run === null) return "";
  if (run.error !== null) return failureWords[run.error.code].what;
  if (run.status === "SKIPPED") return run.skipped_because === null ? "the run was cancelled" : `because ${run.skipped_because} failed`;
  if (run.attestation !== null) return `attested by ${run.attestation.attested_by}`;
  return run.attempts.length > 1 ? `attempt ${run.attempts.length}` : "";
}

interface Frame {
  readonly fromMs: number;
  readonly widthMs: number;
  readonly now: number;
}

function Bar({ row: { run, state }, frame }: { readonly row: StepRow; readonly frame: Frame }): ReactNode {
  if (run === null || run.started_at === null) return null;
  const start = ((Date.parse(run.started_at) - frame.fromMs) / frame.widthMs) * 100;
  const width = (spanMs(run.started_at, run.ended_at ?? frame.now) / frame.widthMs) * 100;
  const left = Math.min(99, Math.max(0, start));
  return (
    <span className="time-bar" aria-hidden="true">
      <span
        className={`tone-${stepLooks[state].tone}`}
        style={{ insetInlineStart: `${left}%`, width: `${Math.min(100 - left, Math.max(1, width))}%` }}
      />
    </span>
  );
}
