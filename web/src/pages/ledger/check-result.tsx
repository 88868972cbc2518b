import type { ReactNode } from "react";
import type { ExportCheck } from "../../ledger/verify-export.ts";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

/** What is to be thought of an exported run, in the words of the verifier. */
export function CheckResult({ check }: { readonly check: ExportCheck }): ReactNode {
  if (check.outcome === "unreadable")
    return (
      <div className="notice error" role="alert">
        <p>
          <strong>This is not an exported run.</strong>
        </p>
        <p className="small">
          <UntrustedText text={`${check.fault.file}: expected ${check.fault.expected}, found ${check.fault.found}`} />
        </p>
      </div>
    );
  if (check.outcome === "wrong")
    return (
      <div className="notice error stack tight" role="alert">
        <p>
          <strong>The record does not verify: {check.findings.length === 1 ? "1 finding" : `${check.findings.length} findings`}.</strong>
        </p>
        <ul>
          {check.findings.map(({ seq, field, expected, found }) => (
            <li key={`${seq} ${field}`}>
              {seq === null ? "" : `Entry ${seq}, `}
              <UntrustedText text={`${field}: expected ${expected}, found ${found}`} />
            </li>
          ))}
        </ul>
      </div>
    );
  return (
    <div className={check.isAuthentic ? "notice success stack tight" : "notice stack tight"} role="status">
      <p>
        <strong>{headline(check)}</strong>
      </p>
      <dl className="facts">
        <dt>Run</dt>
        <dd>
          <code>{check.runId}</code>, {check.entries} entries
        </dd>
        <dt>Seal</dt>
        <dd>{sealWords(check.seal)}</dd>
        {check.absent.length > 0 && (
          <>
            <dt>Not in the file</dt>
            <dd>{check.absent.map(({ seq, n, role }) => `${role} ${seq}.${n}`).join(", ")}: erased or withheld</dd>
          </>
        )}
        {check.notes.map((note) => (
          <div key={note} className="facts-group">
            <dt>Note</dt>
            <dd>
              <UntrustedText text={note} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

type Good = Extract<ExportCheck, { readonly outcome: "verified" | "withheld" | "open" }>;

function headline({ outcome, isAuthentic }: Good): string {
  const part = {
    verified: "The whole record verifies",
    withheld: "What is there verifies",
    open: "The record verifies as far as it goes: the run had not ended",
  }[outcome];
  return isAuthentic
    ? `${part}, and a key you trust signed for it.`
    : `${part} and is consistent in itself. No key you gave has signed for it.`;
}

function sealWords(seal: Good["seal"]): string {
  if (seal === null) return "none";
  const signed = seal.signedBy.length === 0 ? "by no key you gave" : `by ${seal.signedBy.join(", ")}`;
  const witnessed = seal.witnessedBy.length === 0 ? "" : `, witnessed by ${seal.witnessedBy.map(({ name }) => name).join(", ")}`;
  return `entry ${seal.seq} stands at place ${seal.index} of ${seal.size} in ${seal.origin}, signed ${signed}${witnessed}`;
}
