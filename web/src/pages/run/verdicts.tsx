import type { ReactNode } from "react";
import type { PolicyReport } from "../../api/generated.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

/** Every rule with its verdict, and the reason of each that said no. */
export function Verdicts({ report }: { readonly report: PolicyReport }): ReactNode {
  return (
    <ul className="verdicts">
      {report.rules.map(({ rule, verdict, reason }) => (
        <li key={rule} className={verdict === "PASS" ? "tone-success" : "tone-error"}>
          <span className="verdict">
            <StatusIcon icon={verdict === "PASS" ? "success" : "error"} /> {verdict === "PASS" ? "Pass" : "Fail"}
          </span>
          <code>{rule}</code>
          {reason !== null && (
            <span className="reason">
              <UntrustedText text={reason} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
