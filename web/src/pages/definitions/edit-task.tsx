import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { ReactNode } from "react";
import { call } from "../../api/client.ts";
import { taskQuery } from "../../api/queries.ts";
import { taskInput } from "../../api/inputs.ts";
import { taskText } from "../../lib/definition-text.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { EditPage } from "./edit-page.tsx";

const route = getRouteApi("/tasks/$id/edit");

export function EditTaskPage(): ReactNode {
  const { id } = route.useParams();
  const task = useQuery({ ...taskQuery(id), refetchOnWindowFocus: false });
  useTitle("Edit a task");
  if (task.isPending) return <Loading what="the task" />;
  if (task.isError) return <Trouble error={task.error} />;
  return <TaskEditor title={`Edit ${task.data.name}`} initial={taskText(task.data)} id={id} />;
}

export function NewTaskPage(): ReactNode {
  useTitle("New task");
  return <TaskEditor title="New task" initial={firstTask} id={null} />;
}

const firstTask = `name: my-task
description: ""
prompt_template: |
  Say in one sentence what this is about:

  {{ params.document }}
extract_schema:
  type: object
  additionalProperties: false
  required: [summary]
  properties:
    summary: { type: string, minLength: 1, maxLength: 400 }
policy: []
`;

const nothing = (): null => null;
const same = (pointer: string): string => pointer;

function TaskEditor({ title, initial, id }: { readonly title: string; readonly initial: string; readonly id: string | null }): ReactNode {
  const navigate = useNavigate();
  const check = useCallback((value: unknown) => call("checkTask", { body: taskInput(value) }), []);
  const publish = async (value: unknown): Promise<void> => {
    const body = taskInput(value);
    const made = await (id === null ? call("createTask", { body }) : call("replaceTask", { params: { id }, body }));
    await navigate({ to: "/tasks/$id", params: { id: made.id } });
  };
  return (
    <EditPage
      title={title}
      initial={initial}
      consequence={
        id === null
          ? "It becomes version 1. YAML or JSON."
          : "It becomes the next version. Earlier versions stay, and runs under way keep the one they began with. YAML or JSON."
      }
      check={check}
      publish={publish}
      preview={nothing}
      issuePointer={same}
    />
  );
}
