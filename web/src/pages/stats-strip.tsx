import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Stats } from "../api/generated.ts";
import { statsQuery } from "../api/queries.ts";
import { failureWords } from "../lib/failure-words.ts";
import { spanText } from "../lib/times.ts";
import "./stats-strip.css";

const failuresShown = 3;
const modelsShown = 3;

/** The last two weeks at a glance. Without it the list stands all the same, so it waits for nothing and says nothing when it fails. */
export function StatsStrip(): ReactNode {
  const stats = useQuery(statsQuery);
  if (stats.data === undefined || stats.data.per_day.length === 0) return null;
  const { per_day, failures, waits, calls, days } = stats.data;
  return (
    <section className="stats no-print" aria-label={`The last ${days} days`}>
      <Figure title={`Runs in ${days} days`}>
        <Days perDay={per_day} />
      </Figure>
      <Figure title="Why runs failed">
        {failures.length === 0 ? (
          <p className="muted">None failed.</p>
        ) : (
          <ul className="plain-list">
            {failures.slice(0, failuresShown).map(({ code, count }) => (
              <li key={code}>
                <strong>{count.toLocaleString()}</strong> {failureWords[code].what}
              </li>
            ))}
          </ul>
        )}
      </Figure>
      <Figure title="Waiting for people">
        {waits.count === 0 || waits.median_seconds === null ? (
          <p className="muted">Nothing was attested.</p>
        ) : (
          <p>
            <strong>{spanText(waits.median_seconds * 1_000)}</strong> in the median of {waits.count.toLocaleString()}, at most{" "}
            {spanText((waits.longest_seconds ?? 0) * 1_000)}
          </p>
        )}
      </Figure>
      <Figure title="Models, newest runs">
        <ul className="plain-list">
          {calls.models.slice(0, modelsShown).map(({ model, calls: count, median_latency_ms, input_tokens, output_tokens }) => (
            <li key={model}>
              <strong>{model}</strong> {count.toLocaleString()} calls{median_latency_ms === null ? "" : `, ${spanText(median_latency_ms)}`},{" "}
              {(input_tokens + output_tokens).toLocaleString()} tokens
            </li>
          ))}
        </ul>
      </Figure>
    </section>
  );
}

function Figure({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="card">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

const parts = [
  ["success", "success"],
  ["error", "error"],
  ["cancelled", "cancelled"],
  ["open", "waiting"],
] as const;
const height = 44;
const barWidth = 14;
const gap = 4;

/** One bar a day, its parts by how the runs ended; the sum in words for those who do not see it. */
function Days({ perDay }: { readonly perDay: Stats["per_day"] }): ReactNode {
  const most = Math.max(...perDay.map(({ started }) => started));
  const sum = (part: (typeof parts)[number][0]): number => perDay.reduce((total, day) => total + day[part], 0);
  const words = `${sum("success")} succeeded, ${sum("error")} failed, ${sum("cancelled")} cancelled, ${sum("open")} open`;
  return (
    <>
      <svg
        className="days"
        viewBox={`0 0 ${perDay.length * (barWidth + gap)} ${height}`}
        height={height}
        role="img"
        aria-label={`Runs by day: ${words}`}
      >
        {perDay.map((day, at) => {
          let top = height;
          return (
            <g key={day.day}>
              <title>{`${day.day}: ${day.started} runs, ${day.error} failed`}</title>
              {parts.map(([part, tone]) => {
                const size = (day[part] / most) * height;
                top -= size;
                return <rect key={part} x={at * (barWidth + gap)} y={top} width={barWidth} height={size} className={`tone-${tone}`} />;
              })}
            </g>
          );
        })}
      </svg>
      <p className="small">
        {words}.{" "}
        <Link to="/runs" search={{ status: "error" }}>
          Failed ones
        </Link>
      </p>
    </>
  );
}
