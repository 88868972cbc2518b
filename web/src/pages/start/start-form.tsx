import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { ApiError, call } from "../../api/client.ts";
import type { Manifest, StartRun } from "../../api/generated.ts";
import { record } from "../../api/json.ts";
import { JsonInput } from "../../forms/json-input.tsx";
import { useIdempotencyKey } from "../../lib/idempotency.ts";
import { PersonField } from "../../forms/person-field.tsx";
import { usePerson } from "../../forms/use-person.ts";
import { Trouble } from "../../ui/states.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

interface Props {
  readonly manifest: Manifest;
  readonly params: Readonly<Record<string, unknown>>;
}

export function StartForm({ manifest, params: given }: Props): ReactNode {
  const person = usePerson();
  const [params, setParams] = useState<unknown>(given);
  const keyOf = useIdempotencyKey();
  const navigate = useNavigate();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => {
      const body: StartRun = { manifest_id: manifest.id, ...person.as("initiated_by"), run_params: record(params) };
      return call("startRun", { body, headers: keyOf(body) });
    },
    onSuccess: async (run) => {
      person.remember();
      client.setQueryData(["run", run.id], run);
      await navigate({ to: "/runs/$runId", params: { runId: run.id } });
    },
  });
  const faults = start.error instanceof ApiError ? start.error.errors : [];
  return (
    <form
      className="stack"
      aria-label="Start a run"
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      {manifest.description !== "" && (
        <p className="muted">
          <UntrustedText text={manifest.description} />
        </p>
      )}
      <PersonField person={person} />
      <JsonInput
        legend="Parameters"
        schema={manifest.params_schema}
        pointer="/run_params"
        value={params}
        faults={faults}
        onChange={setParams}
      />
      {start.isError && <Trouble error={start.error} />}
      <div>
        <button type="submit" className="primary" disabled={start.isPending}>
          Start the run
        </button>
      </div>
    </form>
  );
}
