import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { ReactNode } from "react";
import { ApiError, call } from "../../api/client.ts";
import type { AttestStep, ComputeContract, Run, StepRun } from "../../api/generated.ts";
import { JsonInput } from "../../forms/json-input.tsx";
import { useIdempotencyKey } from "../../lib/idempotency.ts";
import { PersonField } from "../../forms/person-field.tsx";
import { usePerson } from "../../forms/use-person.ts";
import { Field } from "../../ui/field.tsx";
import { Trouble } from "../../ui/states.tsx";
import { emptyDelivery, OutputField } from "./output-field.tsx";
import type { Delivery } from "./output-field.tsx";

interface Props {
  readonly run: Run;
  readonly step: StepRun;
  readonly contract: ComputeContract;
}

/** What a person states about work done outside: made from the contract, judged by the server. */
export function AttestForm({ run, step, contract }: Props): ReactNode {
  const person = usePerson();
  const [outcome, setOutcome] = useState<AttestStep["outcome"]>("SUCCESS");
  const [deliveries, setDeliveries] = useState<readonly Delivery[]>(() => contract.outputs.map(emptyDelivery));
  const [output, setOutput] = useState<unknown>(undefined);
  const [notes, setNotes] = useState("");
  const [resume, setResume] = useState(true);
  const keyOf = useIdempotencyKey();
  const client = useQueryClient();
  const succeeded = outcome === "SUCCESS";
  const attest = useMutation({
    mutationFn: () => {
      const body: AttestStep = {
        ...person.as("attested_by"),
        outcome,
        ...(notes.trim() === "" ? {} : { notes }),
        ...(succeeded ? { artifacts: deliveries.filter(({ uri }) => uri !== "").map(artifactOf), output: output ?? null, resume } : {}),
      };
      return call("attestStep", { params: { id: run.id, step_run_id: step.id }, body, headers: keyOf(body) });
    },
    onSuccess: () => person.remember(),
    onSettled: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  const faults = attest.error instanceof ApiError ? attest.error.errors : [];
  return (
    <form
      className="stack no-print"
      aria-label="Attestation"
      onSubmit={(event) => {
        event.preventDefault();
        attest.mutate();
      }}
    >
      <h3>Attest the outcome</h3>
      <PersonField person={person} />
      <OutcomeChoice outcome={outcome} onChange={setOutcome} />
      {succeeded &&
        contract.outputs.map((declared, at) => (
          <OutputField
            key={declared.name}
            uploads={contract.verification === "artifact_upload"}
            declared={declared}
            delivery={deliveries[at] ?? emptyDelivery(declared)}
            onChange={(changed) => setDeliveries((before) => before.with(at, changed))}
          />
        ))}
      {succeeded && (
        <JsonInput
          legend={contract.output_schema === null ? "Output (optional)" : "Output"}
          schema={contract.output_schema}
          pointer="/output"
          value={output}
          faults={faults}
          onChange={setOutput}
        />
      )}
      <Field label="Notes" optional={succeeded} hint={succeeded ? undefined : "Say what went wrong: the run ends with this."}>
        {(control) => (
          <textarea
            {...control}
            required={!succeeded}
            maxLength={10_000}
            value={notes}
            onChange={(event) => setNotes(event.target.value)}
          />
        )}
      </Field>
      {succeeded && (
        <label className="row">
          <input type="checkbox" checked={resume} onChange={(event) => setResume(event.target.checked)} /> Resume the run at once
        </label>
      )}
      {attest.isError && <Trouble error={attest.error} />}
      <div>
        <button type="submit" className={succeeded ? "primary" : "danger"} disabled={attest.isPending}>
          {submitWords(outcome, resume)}
        </button>
      </div>
    </form>
  );
}

function submitWords(outcome: AttestStep["outcome"], resume: boolean): string {
  if (outcome === "FAIL") return "Attest failure and end the run";
  return resume ? "Attest and resume" : "Attest";
}

function artifactOf({ name, uri, sha256, bytes }: Delivery): NonNullable<AttestStep["artifacts"]>[number] {
  return { name, uri, sha256: sha256 === "" ? null : sha256, bytes };
}

interface OutcomeProps {
  readonly outcome: AttestStep["outcome"];
  readonly onChange: (outcome: AttestStep["outcome"]) => void;
}

function OutcomeChoice({ outcome, onChange }: OutcomeProps): ReactNode {
  const group = useId();
  const choices = [
    ["SUCCESS", "Success: everything was delivered"],
    ["FAIL", "Failure: the run ends"],
  ] as const;
  return (
    <fieldset className="field">
      <legend>Outcome</legend>
      {choices.map(([value, words]) => (
        <label key={value} className="row">
          <input type="radio" name={group} value={value} checked={outcome === value} onChange={() => onChange(value)} /> {words}
        </label>
      ))}
    </fieldset>
  );
}
