import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Waiting } from "../api/generated.ts";
import { spanText } from "../lib/times.ts";
import { runLooks } from "../ui/looks.ts";
import { StatusIcon } from "../ui/status-icon.tsx";
import { Time } from "../ui/time.tsx";
import { UntrustedText } from "../ui/untrusted-text.tsx";
import { shortId } from "./runs-table.tsx";

/** One thing to be done by somebody. */
export function WaitingItem({ item, now }: { readonly item: Waiting; readonly now: number }): ReactNode {
  const { run_id, step_key, compute_contract: contract, attested } = item;
  return (
    <li className={`card waiting-item ${attested ? "tone-idle" : isLate(item, now) ? "tone-error" : "tone-waiting"}`}>
      <span className="waiting-mark">
        <StatusIcon icon={isLate(item, now) && !attested ? "error" : runLooks.waiting.icon} size={20} />
      </span>
      <div className="grow stack tight">
        <h3>
          <Link to="/runs/$runId" params={{ runId: run_id }} search={{ step: step_key }}>
            {step_key}
          </Link>{" "}
          <span className="muted">
            in {item.manifest_name} <span className="mono">{shortId(run_id)}</span>
          </span>
        </h3>
        <p>
          {contract.executor}
          {contract.outputs.length > 0 && (
            <>
              , delivers{" "}
              {contract.outputs.map(({ name }, at) => (
                <span key={name}>
                  {at > 0 && ", "}
                  <code>{name}</code>
                </span>
              ))}
            </>
          )}
        </p>
        {contract.notes !== "" && (
          <p className="small muted">
            <UntrustedText text={contract.notes} />
          </p>
        )}
        <p className="small">
          <span className="due">{dueText(item, now)}</span> Waiting since <Time at={item.waiting_since} />, started by {item.initiated_by}.
        </p>
      </div>
      <Link
        className="button primary"
        to="/runs/$runId"
        params={{ runId: run_id }}
        search={{ step: step_key }}
        aria-label={`${attested ? "Resume" : "Attest"} ${step_key} in ${item.manifest_name} ${shortId(run_id)}`}
      >
        {attested ? "Resume" : "Attest"}
      </Link>
    </li>
  );
}

function isLate({ due_at }: Waiting, now: number): boolean {
  return due_at !== null && Date.parse(due_at) < now;
}

function dueText({ due_at }: Waiting, now: number): string {
  if (due_at === null) return "";
  const left = Date.parse(due_at) - now;
  return left < 0 ? `Overdue for ${spanText(-left)}.` : `Due in ${spanText(left)}.`;
}
