import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import type { ReactNode } from "react";
import { manifestsQuery, tasksQuery } from "../../api/queries.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Empty, Loading, Trouble } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

const route = getRouteApi("/definitions");

/** What runs are made of: manifests and tasks, in their current versions. */
export function DefinitionsPage(): ReactNode {
  useTitle("Definitions");
  const { name = "" } = route.useSearch();
  const manifests = useQuery(manifestsQuery);
  const tasks = useQuery(tasksQuery);
  const navigate = useNavigate({ from: "/definitions" });
  const id = useId();
  return (
    <>
      <div className="row spread">
        <h1>Definitions</h1>
        <div className="row">
          <label htmlFor={id} className="small">
            Name has
          </label>
          <input
            id={id}
            type="search"
            className="compact-input"
            value={name}
            onChange={(event) =>
              void navigate({ to: ".", search: event.target.value === "" ? {} : { name: event.target.value }, replace: true })
            }
          />
          <Link to="/manifests/new" className="button">
            New manifest
          </Link>
          <Link to="/tasks/new" className="button">
            New task
          </Link>
        </div>
      </div>
      <DefinitionList
        title="Manifests"
        what="A manifest says which steps a run has, and how they depend on each other."
        query={manifests}
        name={name}
        kind="manifest"
      />
      <DefinitionList
        title="Tasks"
        what="A task is what one model call is asked and what its answer must satisfy."
        query={tasks}
        name={name}
        kind="task"
      />
    </>
  );
}

interface Definition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly updated_at: string;
}

interface ListProps {
  readonly title: string;
  readonly what: string;
  readonly kind: "manifest" | "task";
  readonly name: string;
  readonly query: { readonly data: readonly Definition[] | undefined; readonly error: Error | null; readonly isPending: boolean };
}

function DefinitionList({ title, what, kind, name, query }: ListProps): ReactNode {
  const found = query.data?.filter((one) => one.name.toLowerCase().includes(name.toLowerCase())) ?? [];
  return (
    <section className="stack tight" aria-label={title}>
      <h2>{title}</h2>
      {query.isPending && <Loading what={title} />}
      {query.error !== null && <Trouble error={query.error} />}
      {query.data?.length === 0 && (
        <div className="card">
          <Empty title={`No ${kind} yet`}>
            <p>{what}</p>
          </Empty>
        </div>
      )}
      {query.data !== undefined && query.data.length > 0 && found.length === 0 && <p className="muted">None has that in its name.</p>}
      {found.length > 0 && (
        <div className="card flush table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" className="wide-only">
                  What it is for
                </th>
                <th scope="col" className="number">
                  Version
                </th>
                <th scope="col">Since</th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <tr key={one.id}>
                  <td>
                    <DefinitionLink kind={kind} id={one.id} name={one.name} />
                  </td>
                  <td className="wide-only">
                    <UntrustedText text={one.description} />
                  </td>
                  <td className="number">{one.version}</td>
                  <td>
                    <Time at={one.updated_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function DefinitionLink({ kind, id, name }: { readonly kind: "manifest" | "task"; readonly id: string; readonly name: string }): ReactNode {
  return kind === "manifest" ? (
    <Link to="/manifests/$id" params={{ id }}>
      {name}
    </Link>
  ) : (
    <Link to="/tasks/$id" params={{ id }}>
      {name}
    </Link>
  );
}
