import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import type { ReactNode } from "react";
import { manifestsQuery } from "../api/queries.ts";
import type { RunStatus } from "../api/generated.ts";
import { runLooks } from "../ui/looks.ts";
import { StatusIcon } from "../ui/status-icon.tsx";
import { RunsSearch } from "./runs-search.tsx";

const route = getRouteApi("/runs");
const statuses = ["running", "waiting", "success", "error", "cancelled"] as const satisfies readonly RunStatus[];

/** Narrows the list; every choice is an address. */
export function RunsFilters(): ReactNode {
  const { status } = route.useSearch();
  return (
    <div className="filters no-print">
      <nav className="chips" aria-label="Runs by status">
        <Link
          className="chip"
          from="/runs"
          to="/runs"
          search={({ status: _s, cursor: _c, ...rest }) => rest}
          {...currentIf(status === undefined)}
        >
          All
        </Link>
        {statuses.map((value) => (
          <Link
            key={value}
            className="chip"
            from="/runs"
            to="/runs"
            search={({ cursor: _, ...rest }) => ({ ...rest, status: value })}
            {...currentIf(status === value)}
          >
            <span className={`tone-${runLooks[value].tone} chip-icon`}>
              <StatusIcon icon={runLooks[value].icon} size={13} />
            </span>
            {runLooks[value].word}
          </Link>
        ))}
      </nav>
      <ManifestFilter />
      <RunsSearch />
    </div>
  );
}

/** Exact, because the router's own notion of the current link takes an address with more in its search for it too. */
function currentIf(current: boolean): { readonly "aria-current": "page" | "false"; readonly activeOptions: { readonly exact: true } } {
  return { "aria-current": current ? "page" : "false", activeOptions: { exact: true } };
}

function ManifestFilter(): ReactNode {
  const { manifest } = route.useSearch();
  const navigate = useNavigate({ from: "/runs" });
  const manifests = useQuery(manifestsQuery);
  const id = useId();
  const choose = (value: string): void =>
    void navigate({ to: "/runs", search: ({ cursor: _c, manifest: _m, ...rest }) => (value === "" ? rest : { ...rest, manifest: value }) });
  return (
    <div className="row">
      <label htmlFor={id} className="small">
        Manifest
      </label>
      <select id={id} className="compact" value={manifest ?? ""} onChange={(event) => choose(event.target.value)}>
        <option value="">Any</option>
        {manifests.data?.map(({ id: value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
