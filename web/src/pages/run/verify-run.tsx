import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { download } from "../../api/client.ts";
import { logQuery } from "../../api/queries.ts";
import { verifyExport } from "../../ledger/verify-export.ts";
import { Trouble } from "../../ui/states.tsx";
import { CheckResult } from "../ledger/check-result.tsx";

/** Fetches everything of the run and checks all of it here, replay and seals included. */
export function VerifyRun({ runId }: { readonly runId: string }): ReactNode {
  const log = useQuery(logQuery);
  const key = log.data?.verifier_key ?? null;
  const verify = useMutation({
    mutationFn: async () => verifyExport(await (await download(`/api/runs/${runId}/export`)).arrayBuffer(), key === null ? [] : [key]),
  });
  return (
    <div className="stack tight no-print">
      <div>
        <button type="button" onClick={() => verify.mutate()} disabled={verify.isPending || log.isPending}>
          {verify.isPending ? "Verifying…" : "Verify everything in this browser"}
        </button>
      </div>
      {verify.isError && <Trouble error={verify.error} />}
      {verify.data !== undefined && <CheckResult check={verify.data} />}
    </div>
  );
}
