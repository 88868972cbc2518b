import type { ReactNode } from "react";
import type { Attestation, ComputeContract, Run, StepRun } from "../../api/generated.ts";
import { AttestForm } from "./attest-form.tsx";
import { VerifyForm } from "./verify-form.tsx";
import { spanText } from "../../lib/times.ts";
import { Time } from "../../ui/time.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

/** What the contract asks for, and what a person stated. */
export function ComputePart({ run, step }: { readonly run: Run; readonly step: StepRun }): ReactNode {
  const { compute_contract: contract, attestation } = step;
  const isWaiting = step.status === "WAITING_FOR_ATTESTATION";
  return (
    <>
      {contract !== null && <Contract contract={contract} />}
      {isWaiting && contract !== null && demandsSignature(contract) && <SignElsewhere run={run} step={step} />}
      {isWaiting && contract !== null && attestation === null && <AttestForm run={run} step={step} contract={contract} />}
      {attestation !== null && <Attested attestation={attestation} />}
      {isWaiting && attestation !== null && contract?.verification === "four_eyes" && <VerifyForm run={run} step={step} />}
    </>
  );
}

function demandsSignature({ verification, approvals }: ComputeContract): boolean {
  return verification === "signed" || approvals?.signed === true;
}

/** Private keys are files of persons and come near no browser. */
function SignElsewhere({ run, step }: { readonly run: Run; readonly step: StepRun }): ReactNode {
  return (
    <div className="notice stack tight">
      <p>This contract takes signed statements only. Sign where your key is:</p>
      <p>
        <code>{`reckon ${step.attestation === null ? "attest" : "confirm"} ${run.id} ${step.step_key} --key KEY_FILE`}</code>
      </p>
    </div>
  );
}

function Contract({ contract }: { readonly contract: ComputeContract }): ReactNode {
  const { executor, inputs, outputs, notes, timeout_minutes } = contract;
  return (
    <section className="stack tight">
      <h3>What is to be done</h3>
      <dl className="facts">
        <dt>With</dt>
        <dd>{executor}</dd>
        <dt>From</dt>
        <dd>{inputs.map((input) => (typeof input === "string" ? input : JSON.stringify(input))).join(", ") || "nothing named"}</dd>
        {timeout_minutes !== null && (
          <>
            <dt>Within</dt>
            <dd>{spanText(timeout_minutes * 60_000)}</dd>
          </>
        )}
        <dt>Deliver</dt>
        <dd>
          <ul className="plain-list">
            {outputs.map(({ name, description }) => (
              <li key={name}>
                <code>{name}</code> {description}
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      {notes !== "" && (
        <p>
          <UntrustedText text={notes} />
        </p>
      )}
    </section>
  );
}

/** How sure the record is of who it was. */
const classWords: Readonly<Record<Attestation["signature_class"], string>> = {
  anonymous: "a name that nobody checked",
  token: "let in by a token, not signed",
  signed: "signed with their own key",
};

function Attested({ attestation }: { readonly attestation: Attestation }): ReactNode {
  return (
    <section className="stack tight">
      <h3>Attestation</h3>
      <dl className="facts">
        <dt>By</dt>
        <dd>
          <UntrustedText text={attestation.attested_by} /> <span className="small muted">{classWords[attestation.signature_class]}</span>
        </dd>
        {attestation.verified_by.length > 0 && (
          <>
            <dt>Verified by</dt>
            <dd>
              <ul className="plain-list">
                {attestation.verified_by.map((verified) => (
                  <li key={verified.name}>
                    <UntrustedText text={verified.name} /> <span className="small muted">{classWords[verified.signature_class]}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
        <dt>At</dt>
        <dd>
          <Time at={attestation.attested_at} />
        </dd>
        <dt>Outcome</dt>
        <dd>{attestation.outcome === "SUCCESS" ? "Success" : "Failure"}</dd>
        {attestation.notes !== null && (
          <>
            <dt>Notes</dt>
            <dd>
              <UntrustedText text={attestation.notes} />
            </dd>
          </>
        )}
        {attestation.artifacts.map(({ name, uri, sha256, bytes }) => (
          <div key={name} className="facts-group">
            <dt>{name}</dt>
            <dd>
              <UntrustedText text={uri} />
              {bytes === null ? "" : `, ${bytes.toLocaleString()} bytes`}
              {sha256 !== null && (
                <div>
                  SHA-256 <code>{sha256}</code>
                </div>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
