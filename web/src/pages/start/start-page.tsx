import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import type { ReactNode } from "react";
import { manifestQuery, manifestsQuery, runQuery } from "../../api/queries.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Empty, Loading, Trouble } from "../../ui/states.tsx";
import { StartForm } from "./start-form.tsx";

const route = getRouteApi("/runs/new");

export function StartPage(): ReactNode {
  useTitle("Start a run");
  const { manifest = "", like } = route.useSearch();
  const chosen = useQuery(manifestQuery(manifest));
  const model = useQuery({ ...runQuery(like ?? ""), enabled: like !== undefined });
  const params = like === undefined ? {} : model.data?.run_params;
  return (
    <>
      <h1>Start a run</h1>
      <div className="card stack form-card">
        <ManifestChoice chosen={manifest} />
        {manifest !== "" && chosen.isPending && <Loading what="the manifest" />}
        {chosen.isError && <Trouble error={chosen.error} />}
        {model.isError && <Trouble error={model.error} />}
        {chosen.data !== undefined && params !== undefined && (
          <StartForm key={`${chosen.data.id} ${chosen.data.version}`} manifest={chosen.data} params={params ?? {}} />
        )}
      </div>
    </>
  );
}

function ManifestChoice({ chosen }: { readonly chosen: string }): ReactNode {
  const manifests = useQuery(manifestsQuery);
  const navigate = useNavigate({ from: "/runs/new" });
  const id = useId();
  if (manifests.isError) return <Trouble error={manifests.error} retry={() => void manifests.refetch()} />;
  if (manifests.data?.length === 0)
    return (
      <Empty title="There is no manifest yet">
        <p>A manifest says which steps a run has. With the command line:</p>
        <p>
          <code>reckon apply -f WORKFLOW.yaml</code>
        </p>
      </Empty>
    );
  return (
    <div className="field">
      <label htmlFor={id}>Manifest</label>
      <select
        id={id}
        value={chosen}
        onChange={(event) => void navigate({ to: "/runs/new", search: event.target.value === "" ? {} : { manifest: event.target.value } })}
      >
        <option value="">Choose</option>
        {manifests.data?.map(({ id: value, name, version }) => (
          <option key={value} value={value}>
            {name} (version {version})
          </option>
        ))}
      </select>
    </div>
  );
}
