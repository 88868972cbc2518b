import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Run, StepRun } from "../../api/generated.ts";
import { failureWords } from "../../lib/failure-words.ts";
import { tokensOf } from "../../lib/step-rows.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { runLooks } from "../../ui/looks.ts";
import { Status } from "../../ui/status.tsx";
import { Span, Time } from "../../ui/time.tsx";
import { RunActions } from "./run-actions.tsx";

interface Props {
  readonly run: Run;
  readonly steps: readonly StepRun[];
}

export function RunHeader({ run, steps }: Props): ReactNode {
  const tokens = tokensOf(steps);
  return (
    <header className="stack tight">
      <div className="row spread run-title">
        <div className="row">
          <h1>
            {run.manifest_name} <span className="muted">version {run.manifest_version}</span>
          </h1>
          <Status look={runLooks[run.status]} />
        </div>
        <RunActions run={run} />
      </div>
      <dl className="run-facts">
        <Fact name="Run">
          <code>{run.id}</code> <CopyButton text={run.id} what="id of the run" />
        </Fact>
        <Fact name="Started by">{run.initiated_by}</Fact>
        <Fact name="Created">
          <Time at={run.created_at} />
        </Fact>
        <Fact name={run.ended_at === null ? "Has taken" : "Took"}>
          <Span from={run.created_at} to={run.ended_at} />
        </Fact>
        <Fact name="Tokens in, out">
          {tokens.input.toLocaleString()}, {tokens.output.toLocaleString()}
        </Fact>
      </dl>
      <Standing run={run} />
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why the run stands where it stands, and what takes it on. */
function Standing({ run: { id, status, waiting_for, error } }: { readonly run: Run }): ReactNode {
  if (status === "waiting" && waiting_for !== null) {
    const step = (
      <Link to="/runs/$runId" params={{ runId: id }} search={{ step: waiting_for.step_key }}>
        {waiting_for.step_key}
      </Link>
    );
    return (
      <p className="notice waiting">
        {waiting_for.attested ? (
          <>The outcome of {step} is attested. The run goes on when somebody resumes it.</>
        ) : (
          <>The run waits for a person: {step} stands for work done outside. It goes on when its outcome is attested.</>
        )}
      </p>
    );
  }
  if (error === null) return null;
  const { what, advice } = failureWords[error.code];
  return (
    <div className="notice error">
      <p>
        <strong>
          The run failed at{" "}
          <Link to="/runs/$runId" params={{ runId: id }} search={{ step: error.step_key }}>
            {error.step_key}
          </Link>
          : {what}.
        </strong>
      </p>
      <p className="small">{advice}</p>
    </div>
  );
}
