import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Run } from "../../api/generated.ts";
import { planQuery, runQuery, stepRunsQuery } from "../../api/queries.ts";
import { useStream } from "../../app/connection.ts";
import { stepRowsOf } from "../../lib/step-rows.ts";
import { useThrottled } from "../../lib/use-throttled.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { shortId } from "../runs-table.tsx";
import { InputTab } from "./input-tab.tsx";
import { LedgerTab } from "./ledger-tab.tsx";
import { RunHeader } from "./run-header.tsx";
import { RunTabs } from "./run-tabs.tsx";
import { StepsTab } from "./steps-tab.tsx";
import "./run.css";

const route = getRouteApi("/runs/$runId");
const refreshMs = 250;

export function RunPage(): ReactNode {
  const { runId } = route.useParams();
  const run = useQuery(runQuery(runId));
  useTitle(run.data === undefined ? "Run" : `${run.data.manifest_name} ${shortId(runId)}`);
  if (run.isPending) return <Loading what="the run" lines={8} />;
  if (run.data === undefined) return <Trouble error={run.error} retry={() => void run.refetch()} />;
  return <LoadedRun run={run.data} />;
}

function LoadedRun({ run }: { readonly run: Run }): ReactNode {
  const { tab = "steps" } = route.useSearch();
  const plan = useQuery(planQuery(run.id));
  const steps = useQuery(stepRunsQuery(run.id));
  useLiveRun(run);
  const error = plan.error ?? steps.error;
  return (
    <>
      <RunHeader run={run} steps={steps.data ?? []} />
      <RunTabs current={tab} entries={run.entry_count} />
      {error !== null && plan.data === undefined && <Trouble error={error} />}
      {tab === "steps" && (plan.data === undefined || steps.data === undefined) && error === null && <Loading what="the steps" />}
      {tab === "steps" && plan.data !== undefined && steps.data !== undefined && (
        <StepsTab run={run} rows={stepRowsOf(plan.data, steps.data)} />
      )}
      {tab === "ledger" && <LedgerTab run={run} />}
      {tab === "input" && <InputTab run={run} plan={plan.data ?? null} />}
    </>
  );
}

/**
 * The stream says when there is something new, the interface then reads it again: so a line can be neither lost nor doubled,
 * whatever is cut when.
 */
function useLiveRun(run: Run): void {
  const client = useQueryClient();
  const refresh = useThrottled(() => {
    void client.invalidateQueries({ queryKey: ["run", run.id] });
    void client.invalidateQueries({ queryKey: ["waiting"] });
  }, refreshMs);
  const isOpen = run.ended_at === null;
  useStream(
    isOpen
      ? {
          address: `/api/runs/${run.id}/events`,
          lastEventId: String(run.entry_count - 1),
          onEvent: ({ event }) => {
            refresh();
            return ["run.succeeded", "run.failed", "run.cancelled"].includes(event);
          },
          onReturn: refresh,
        }
      : null,
  );
}
