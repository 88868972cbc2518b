import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import type { Run } from "../../api/generated.ts";
import { usePerson } from "../../forms/use-person.ts";
import { DownloadLink } from "../../ui/download-link.tsx";
import { Trouble } from "../../ui/states.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";

/** What a person may do with the run as it stands. */
export function RunActions({ run }: { readonly run: Run }): ReactNode {
  const [cancelling, setCancelling] = useState(false);
  const person = usePerson();
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => {
      return call("resumeRun", { params: { id: run.id }, body: person.as("initiated_by") });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  const isOpen = run.ended_at === null;
  return (
    <div className="row no-print">
      <DownloadLink className="button" address={`/api/runs/${run.id}/report`} name={`${run.id}.html`}>
        Report
      </DownloadLink>
      <DownloadLink className="button" address={`/api/runs/${run.id}/export`} name={`${run.id}.tar`}>
        Export
      </DownloadLink>
      <Link className="button" to="/compare" search={{ a: run.id }}>
        Compare
      </Link>
      {!isOpen && (
        <Link className="button" to="/runs/new" search={{ manifest: run.manifest_id, like: run.id }}>
          Start another like it
        </Link>
      )}
      {run.waiting_for?.attested === true && (
        <button type="button" className="primary" onClick={() => resume.mutate()} disabled={resume.isPending}>
          Resume
        </button>
      )}
      {isOpen && (
        <button type="button" className="danger" onClick={() => setCancelling(true)}>
          Cancel the run
        </button>
      )}
      {resume.isError && <Trouble error={resume.error} />}
      {cancelling && <CancelDialog run={run} onClose={() => setCancelling(false)} />}
    </div>
  );
}
