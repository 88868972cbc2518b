import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import type { Manifest } from "../../api/generated.ts";
import { manifestVersionsQuery, tasksQuery } from "../../api/queries.ts";
import { manifestText } from "../../lib/definition-text.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { TextBlock } from "../../ui/text-block.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";
import { GraphPreview } from "./graph-preview.tsx";
import { Versions } from "./versions.tsx";

const route = getRouteApi("/manifests/$id");
const Diff = lazy(() => import("../../editor/diff.tsx").then((module) => ({ default: module.Diff })));

export function ManifestPage(): ReactNode {
  const { id } = route.useParams();
  const search = route.useSearch();
  const versions = useQuery(manifestVersionsQuery(id));
  useTitle(versions.data?.[0]?.name ?? "Manifest");
  if (versions.isPending) return <Loading what="the manifest" lines={8} />;
  if (versions.isError) return <Trouble error={versions.error} />;
  const shown = versions.data.find(({ version }) => version === search.version) ?? versions.data[0];
  const compared = versions.data.find(({ version }) => version === search.with) ?? null;
  if (shown === undefined) return <Trouble error={new Error("The manifest has no version.")} />;
  return (
    <>
      <div className="row spread">
        <h1>
          {shown.name} <span className="muted">manifest, version {shown.version}</span>
        </h1>
        <div className="row">
          <Link to="/runs" search={{ manifest: id }} className="button">
            Its runs
          </Link>
          <Link to="/manifests/$id/edit" params={{ id }} className="button">
            Edit
          </Link>
          <Link to="/runs/new" search={{ manifest: id }} className="button primary">
            Start a run
          </Link>
        </div>
      </div>
      {shown.description !== "" && (
        <p>
          <UntrustedText text={shown.description} />
        </p>
      )}
      {compared === null && <GraphPreview steps={shown.steps} />}
      <Versions to="/manifests/$id" id={id} versions={versions.data} shown={shown.version} compared={compared?.version ?? null} />
      <ManifestPart shown={shown} compared={compared} />
    </>
  );
}

function ManifestPart({ shown, compared }: { readonly shown: Manifest; readonly compared: Manifest | null }): ReactNode {
  const tasks = useQuery(tasksQuery);
  const names = new Map(tasks.data?.map(({ id, name }) => [id, name]));
  if (compared === null)
    return (
      <section className="card stack tight" aria-label="Definition">
        <h2>Definition</h2>
        <TextBlock text={manifestText(shown, names)} label="Definition as YAML" />
        <p className="small muted">
          SHA-256 of its canonical bytes: <code>{shown.digest}</code>
        </p>
      </section>
    );
  const labels = { before: `Version ${compared.version}`, after: `Version ${shown.version}` };
  return (
    <section className="stack tight" aria-label={`${labels.before} against ${labels.after.toLowerCase()}`}>
      <h2>
        {labels.before} against {labels.after.toLowerCase()}
      </h2>
      <Suspense fallback={<Loading what="the comparison" />}>
        <Diff before={manifestText(compared, names)} after={manifestText(shown, names)} labels={labels} />
      </Suspense>
    </section>
  );
}
