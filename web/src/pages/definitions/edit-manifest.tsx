import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import type { Task } from "../../api/generated.ts";
import { manifestInput } from "../../api/inputs.ts";
import { record } from "../../api/json.ts";
import { manifestQuery, tasksQuery } from "../../api/queries.ts";
import { manifestBody, manifestText } from "../../lib/definition-text.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { EditPage } from "./edit-page.tsx";
import { GraphPreview } from "./graph-preview.tsx";

const route = getRouteApi("/manifests/$id/edit");

export function EditManifestPage(): ReactNode {
  const { id } = route.useParams();
  const manifest = useQuery({ ...manifestQuery(id), refetchOnWindowFocus: false });
  const tasks = useQuery(tasksQuery);
  useTitle("Edit a manifest");
  const error = manifest.error ?? tasks.error;
  if (error !== null) return <Trouble error={error} />;
  if (manifest.data === undefined || tasks.data === undefined) return <Loading what="the manifest" />;
  const names = new Map(tasks.data.map((task) => [task.id, task.name]));
  return <ManifestEditor title={`Edit ${manifest.data.name}`} initial={manifestText(manifest.data, names)} id={id} tasks={tasks.data} />;
}

export function NewManifestPage(): ReactNode {
  useTitle("New manifest");
  const tasks = useQuery(tasksQuery);
  if (tasks.isError) return <Trouble error={tasks.error} />;
  if (tasks.data === undefined) return <Loading what="the tasks" />;
  return <ManifestEditor title="New manifest" initial={firstManifest(tasks.data[0]?.name ?? "my-task")} id={null} tasks={tasks.data} />;
}

function firstManifest(task: string): string {
  return `name: my-manifest
description: ""
max_parallel: 1
params_schema: null
steps:
  - step_key: first
    task: ${task}
  - step_key: outside
    step_type: compute
    depends_on: [first]
    compute_contract:
      executor: a person with a spreadsheet
      inputs: [first]
      outputs: [{ name: model.csv }]
      verification: operator_attest
`;
}

interface Props {
  readonly title: string;
  readonly initial: string;
  readonly id: string | null;
  readonly tasks: readonly Task[];
}

function graphOf(value: unknown): ReactNode {
  return <GraphPreview steps={record(value)["steps"]} />;
}

/** The body names tasks by id, the text by name. */
const taskPointer = (pointer: string): string => pointer.replace(/^(\/steps\/\d+\/task)_id$/, "$1");

function ManifestEditor({ title, initial, id, tasks }: Props): ReactNode {
  const navigate = useNavigate();
  const ids = useMemo(() => new Map(tasks.map((task) => [task.name, task.id])), [tasks]);
  const check = useCallback((value: unknown) => call("checkManifest", { body: manifestInput(manifestBody(value, ids)) }), [ids]);
  const publish = async (value: unknown): Promise<void> => {
    const body = manifestInput(manifestBody(value, ids));
    const made = await (id === null ? call("createManifest", { body }) : call("replaceManifest", { params: { id }, body }));
    await navigate({ to: "/manifests/$id", params: { id: made.id } });
  };
  return (
    <EditPage
      title={title}
      initial={initial}
      consequence={
        id === null
          ? "It becomes version 1. Steps name their tasks. YAML or JSON."
          : "It becomes the next version. Earlier versions stay, and runs under way keep the one they began with. YAML or JSON."
      }
      check={check}
      publish={publish}
      preview={graphOf}
      issuePointer={taskPointer}
    />
  );
}
