import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import type { Run, StepRun, VerifyAttestation } from "../../api/generated.ts";
import { PersonField } from "../../forms/person-field.tsx";
import { usePerson } from "../../forms/use-person.ts";
import { Field } from "../../ui/field.tsx";
import { Trouble } from "../../ui/states.tsx";

/** Under four eyes another person looks at what was attested and stands by it, or does not. */
export function VerifyForm({ run, step }: { readonly run: Run; readonly step: StepRun }): ReactNode {
  const person = usePerson();
  const group = useId();
  const [verdict, setVerdict] = useState<VerifyAttestation["verdict"]>("VERIFIED");
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const verify = useMutation({
    mutationFn: () => {
      const told = reason.trim() === "" ? {} : { reason: reason.trim() };
      const body: VerifyAttestation = { ...person.as("verified_by"), verdict, ...told, resume: verdict === "VERIFIED" };
      return call("verifyAttestation", { params: { id: run.id, step_run_id: step.id }, body });
    },
    onSuccess: person.remember,
    onSettled: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  const choices = [
    ["VERIFIED", "I looked at it and stand by it"],
    ["REJECTED", "It must be attested anew"],
  ] as const;
  return (
    <form
      className="stack no-print"
      aria-label="Verification"
      onSubmit={(event) => {
        event.preventDefault();
        verify.mutate();
      }}
    >
      <h3>Verify the attestation</h3>
      <p className="small muted">It takes another person than the one who started the run and the one who attested.</p>
      <PersonField person={person} />
      <fieldset className="field">
        <legend>Verdict</legend>
        {choices.map(([value, words]) => (
          <label key={value} className="row">
            <input type="radio" name={group} value={value} checked={verdict === value} onChange={() => setVerdict(value)} /> {words}
          </label>
        ))}
      </fieldset>
      <Field label="Reason" optional={verdict === "VERIFIED"}>
        {(control) => (
          <textarea
            {...control}
            required={verdict === "REJECTED"}
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {verify.isError && <Trouble error={verify.error} />}
      <div>
        <button type="submit" className={verdict === "VERIFIED" ? "primary" : "danger"} disabled={verify.isPending}>
          {verdict === "VERIFIED" ? "Verify" : "Reject"}
        </button>
      </div>
    </form>
  );
}
