import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import type { Task } from "../../api/generated.ts";
import { manifestsQuery, taskVersionsQuery } from "../../api/queries.ts";
import { taskText } from "../../lib/definition-text.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { TextBlock } from "../../ui/text-block.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";
import { Versions } from "./versions.tsx";

const route = getRouteApi("/tasks/$id");
const Diff = lazy(() => import("../../editor/diff.tsx").then((module) => ({ default: module.Diff })));

export function TaskPage(): ReactNode {
  const { id } = route.useParams();
  const search = route.useSearch();
  const versions = useQuery(taskVersionsQuery(id));
  useTitle(versions.data?.[0]?.name ?? "Task");
  if (versions.isPending) return <Loading what="the task" lines={8} />;
  if (versions.isError) return <Trouble error={versions.error} />;
  const shown = versions.data.find(({ version }) => version === search.version) ?? versions.data[0];
  const compared = versions.data.find(({ version }) => version === search.with) ?? null;
  if (shown === undefined) return <Trouble error={new Error("The task has no version.")} />;
  return (
    <>
      <div className="row spread">
        <h1>
          {shown.name} <span className="muted">task, version {shown.version}</span>
        </h1>
        <Link to="/tasks/$id/edit" params={{ id }} className="button">
          Edit
        </Link>
      </div>
      {shown.description !== "" && (
        <p>
          <UntrustedText text={shown.description} />
        </p>
      )}
      <UsedBy taskId={id} />
      <Versions to="/tasks/$id" id={id} versions={versions.data} shown={shown.version} compared={compared?.version ?? null} />
      {compared === null ? <TaskParts task={shown} /> : <TaskDiff before={compared} after={shown} />}
    </>
  );
}

function TaskParts({ task }: { readonly task: Task }): ReactNode {
  return (
    <section className="card stack tight" aria-label="Definition">
      <h2>Prompt template</h2>
      {task.prompt_template === null ? (
        <p>None: the model is given the step's input as JSON.</p>
      ) : (
        <TextBlock text={task.prompt_template} label="Prompt template" />
      )}
      <h2>Definition</h2>
      <TextBlock text={taskText(task)} label="Definition as YAML" />
      <p className="small muted">
        SHA-256 of its canonical bytes: <code>{task.digest}</code>
      </p>
    </section>
  );
}

function TaskDiff({ before, after }: { readonly before: Task; readonly after: Task }): ReactNode {
  return (
    <section className="stack tight" aria-label={`Version ${before.version} against version ${after.version}`}>
      <h2>
        Version {before.version} against version {after.version}
      </h2>
      <Suspense fallback={<Loading what="the comparison" />}>
        <Diff
          before={taskText(before)}
          after={taskText(after)}
          labels={{ before: `Version ${before.version}`, after: `Version ${after.version}` }}
        />
      </Suspense>
    </section>
  );
}

function UsedBy({ taskId }: { readonly taskId: string }): ReactNode {
  const manifests = useQuery(manifestsQuery);
  const using = manifests.data?.filter(({ steps }) => steps.some((step) => step.step_type === "task" && step.task_id === taskId)) ?? [];
  if (using.length === 0) return <p className="muted">No current manifest uses it.</p>;
  return (
    <p>
      Used by{" "}
      {using.map(({ id, name }, at) => (
        <span key={id}>
          {at > 0 && ", "}
          <Link to="/manifests/$id" params={{ id }}>
            {name}
          </Link>
        </span>
      ))}
    </p>
  );
}
