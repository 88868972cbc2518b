import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Plan, Run } from "../../api/generated.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { Part } from "./step-panel.tsx";

interface Props {
  readonly run: Run;
  readonly plan: Plan | null;
}

export function InputTab({ run, plan }: Props): ReactNode {
  return (
    <div className="card stack">
      <Part title="Parameters" hint="What the run was started with.">
        {run.run_params === null ? <p>They were erased.</p> : <JsonView value={run.run_params} label="Parameters" />}
      </Part>
      <Part title="Plan" hint="Versions, models and order, bound at the start: no later edit touches this run.">
        <p className="small">
          SHA-256 <code>{run.plan_digest}</code>,{" "}
          <Link to="/runs" search={{ manifest: run.manifest_id }}>
            runs of this manifest
          </Link>
        </p>
        {plan !== null && <JsonView value={plan} label="Plan" />}
      </Part>
    </div>
  );
}
