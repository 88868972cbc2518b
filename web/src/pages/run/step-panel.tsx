import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import type { Run, StepRun } from "../../api/generated.ts";
import { failureWords } from "../../lib/failure-words.ts";
import type { StepRow } from "../../lib/step-rows.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { stepLooks } from "../../ui/looks.ts";
import { Status } from "../../ui/status.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";
import { Attempts } from "./attempts.tsx";
import { ComputePart } from "./compute-part.tsx";
import { Verdicts } from "./verdicts.tsx";

interface Props {
  readonly run: Run;
  readonly row: StepRow;
  readonly onClose: () => void;
}

const wideScreen = "(min-width: 72rem)";

/** Everything on record of one step, in the order in which it decided: what came out, which rules let it through, how it was asked. */
export function StepPanel({ run, row, onClose }: Props): ReactNode {
  const { planned, run: step } = row;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Beside the graph the panel is in view already; below it, it has to be brought there.
    heading.current?.focus({ preventScroll: matchMedia(wideScreen).matches });
  }, []);
  return (
    <aside className="card step-panel stack" aria-label={`Step ${planned.step_key}`}>
      <div className="row spread">
        <h2 ref={heading} tabIndex={-1}>
          {planned.step_key}
        </h2>
        <div className="row">
          <Status look={stepLooks[row.state]} />
          <button type="button" className="plain" onClick={onClose} aria-label="Close the step">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <path d="m2 2 12 12M14 2 2 14" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
            </svg>
          </button>
        </div>
      </div>
      <p className="muted small">{whatItIs(row)}</p>
      {step === null ? (
        <p>This step has not begun{planned.depends_on.length === 0 ? "" : `. It needs ${planned.depends_on.join(", ")}`}.</p>
      ) : (
        <Outcome run={run} step={step} />
      )}
    </aside>
  );
}

function whatItIs({ planned }: StepRow): string {
  if (planned.step_type === "compute") return "Work done outside: a person attests what came of it.";
  const { task, model } = planned;
  return `Task ${task.definition.name}, version ${task.version}, on ${model.provider} ${model.model}.`;
}

function Outcome({ run, step }: { readonly run: Run; readonly step: StepRun }): ReactNode {
  return (
    <>
      <Failure step={step} />
      {step.step_type === "compute" && <ComputePart run={run} step={step} />}
      {step.canonical_output !== null && (
        <Part title="Canonical output" hint="What passed contract and policy. Only this flows on.">
          <JsonView value={step.canonical_output} label="Canonical output" />
        </Part>
      )}
      {step.execution_policy_report !== null && (
        <Part title="Policy verdicts" hint="Our rules, in the order in which they were asked.">
          <Verdicts report={step.execution_policy_report} />
        </Part>
      )}
      {step.decision_rationale !== null && (
        <section className="rationale stack tight">
          <h3>Rationale</h3>
          <p className="small muted">
            The model's own explanation. It is on record and decides nothing: no rule and no later step sees it.
          </p>
          <JsonView value={step.decision_rationale} label="Rationale of the model" />
        </section>
      )}
      {step.attempts.length > 0 && <Attempts runId={run.id} attempts={step.attempts} />}
    </>
  );
}

function Failure({ step: { error, status, skipped_because } }: { readonly step: StepRun }): ReactNode {
  if (error !== null)
    return (
      <div className="notice error stack tight">
        <p>
          <strong>{failureWords[error.code].what}</strong> <code>{error.code}</code>
        </p>
        <p>
          <UntrustedText text={error.detail} />
        </p>
        <p className="small">{failureWords[error.code].advice}</p>
      </div>
    );
  if (status !== "SKIPPED") return null;
  return (
    <p className="notice">
      {skipped_because === null
        ? "It was not started, because the run was cancelled."
        : `It was not started, because ${skipped_because} failed.`}
    </p>
  );
}

export function Part({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      {hint !== undefined && <p className="small muted">{hint}</p>}
      {children}
    </section>
  );
}
