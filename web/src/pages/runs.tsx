import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { runsQuery } from "../api/queries.ts";
import type { RunsFilter } from "../api/queries.ts";
import type { RunsSearch } from "../search.ts";
import { useStream } from "../app/connection.ts";
import { useThrottled } from "../lib/use-throttled.ts";
import { useTitle } from "../lib/use-title.ts";
import { Empty, Loading, Trouble } from "../ui/states.tsx";
import { RunsFilters } from "./runs-filters.tsx";
import { RunsTable } from "./runs-table.tsx";
import { StatsStrip } from "./stats-strip.tsx";
import "./runs.css";

const route = getRouteApi("/runs");
const refreshMs = 1_000;

export function RunsPage(): ReactNode {
  useTitle("Runs");
  const { cursor, ...search } = route.useSearch();
  const filter = filterOf(search);
  const { manifest } = search;
  const query = useQuery(runsQuery(filter, cursor));
  const client = useQueryClient();
  const refresh = useThrottled(() => void client.invalidateQueries({ queryKey: ["runs"] }), refreshMs);
  useStream({
    address: "/api/events",
    lastEventId: null,
    onEvent: () => {
      refresh();
      return false;
    },
    onReturn: refresh,
  });
  return (
    <>
      <div className="row spread">
        <h1>Runs</h1>
        <Link to="/runs/new" className="button" search={manifest === undefined ? {} : { manifest }}>
          Start a run
        </Link>
      </div>
      <StatsStrip />
      <RunsFilters />
      {query.isPending && <Loading what="runs" lines={10} />}
      {query.isError && <Trouble error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <NoRuns filtered={Object.keys(filter).length > 0} />}
      {query.data !== undefined && query.data.items.length > 0 && (
        <>
          <RunsTable runs={query.data.items} />
          <Pages next={query.data.next === null ? null : (query.data.items.at(-1)?.id ?? null)} first={cursor === undefined} />
        </>
      )}
    </>
  );
}

/** The server's words for what the address asks for. A day begins and ends at midnight where the reader is. */
function filterOf({ status, manifest, by, from, to }: Omit<RunsSearch, "cursor">): RunsFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(manifest === undefined ? {} : { manifest_id: manifest }),
    ...(by === undefined ? {} : { initiated_by: by }),
    ...(from === undefined ? {} : { created_from: midnight(from, 0) }),
    ...(to === undefined ? {} : { created_to: midnight(to, 1) }),
  };
}

function midnight(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}

function Pages({ next, first }: { readonly next: string | null; readonly first: boolean }): ReactNode {
  if (first && next === null) return null;
  return (
    <nav className="row" aria-label="Pages">
      {!first && (
        <Link className="button" from="/runs" to="/runs" search={({ cursor: _, ...rest }) => rest}>
          Newest
        </Link>
      )}
      {next !== null && (
        <Link className="button" from="/runs" to="/runs" search={(search) => ({ ...search, cursor: next })}>
          Older
        </Link>
      )}
    </nav>
  );
}

function NoRuns({ filtered }: { readonly filtered: boolean }): ReactNode {
  if (filtered)
    return (
      <Empty title="No run matches">
        <p>
          <Link to="/runs">Show all runs</Link>
        </p>
      </Empty>
    );
  return (
    <Empty title="No run yet">
      <p>A run is one execution of a manifest. With the command line:</p>
      <p>
        <code>reckon run MANIFEST --params PARAMS.yaml</code>
      </p>
    </Empty>
  );
}
