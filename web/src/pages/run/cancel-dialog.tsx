import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import type { Run } from "../../api/generated.ts";
import { PersonField } from "../../forms/person-field.tsx";
import { usePerson } from "../../forms/use-person.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Trouble } from "../../ui/states.tsx";

interface Props {
  readonly run: Run;
  readonly onClose: () => void;
}

export function CancelDialog({ run, onClose }: Props): ReactNode {
  const person = usePerson();
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call("cancelRun", { params: { id: run.id }, body: { reason: reason.trim(), ...person.as("cancelled_by") } }),
    onSuccess: () => {
      person.remember();
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  return (
    <Dialog title="Cancel this run?" onClose={onClose}>
      <p>It ends for good: nothing more is started, and the reason goes on record under your name.</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          cancel.mutate();
        }}
      >
        <PersonField person={person} />
        <Field label="Reason">
          {(props) => <textarea {...props} required maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        {cancel.isError && <Trouble error={cancel.error} />}
        <div className="row">
          <button type="submit" className="danger" disabled={cancel.isPending}>
            Cancel the run for good
          </button>
          <button type="button" onClick={onClose}>
            Leave it running
          </button>
        </div>
      </form>
    </Dialog>
  );
}
