import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import type { Run } from "../../api/generated.ts";
import { rememberedPerson } from "../../lib/person.ts";
import { Trouble } from "../../ui/states.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";

/** What a person may do with the run as it stands. */
export function RunActions({ run }: { readonly run: Run }): ReactNode {
  const [cancelling, setCancelling] = useState(false);
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => {
      const name = rememberedPerson();
      return call("resumeRun", { params: { id: run.id }, body: name === "" ? {} : { initiated_by: name } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
  const isOpen = run.ended_at === null;
  return (
    <div className="row no-print">
      <a className="button" href={`/api/runs/${run.id}/report`}>
        Report
      </a>
      <a className="button" href={`/api/runs/${run.id}/export`} download>
        Export
      </a>
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
