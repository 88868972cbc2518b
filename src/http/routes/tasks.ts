import type { TaskId } from "../../domain/ids.ts";
import { found, granted, idOf, jsonAnswer, limitOf, locationHeader, nextLink, pageAnswer, problemsOf } from "../answers.ts";
import { idParams, pageQuery, versionParams, versionsQuery } from "../contract.ts";
import { readDefinition } from "../read-definition.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addTasks(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["tasks"];
  const absent = (id: string): string => `there is no task ${id}`;

  const create = {
    operationId: "createTask",
    tags,
    summary: "Create a task as its version 1",
    body: named("TaskInput"),
    response: { 201: jsonAnswer("Its version 1", named("Task"), { Location: locationHeader }), ...problemsOf(400, 409, 413, 415, 422) },
  };
  server.post("/api/tasks", { schema: create }, async (request, reply) => {
    const task = granted(await machine.publishTask(readDefinition(request)));
    return reply.code(201).header("location", `/api/tasks/${task.id}`).send(task);
  });

  const check = {
    operationId: "checkTask",
    tags,
    summary: "Every door check, and nothing is written",
    body: named("TaskInput"),
    response: { 200: jsonAnswer("It would be accepted", named("Checked")), ...problemsOf(400, 413, 415, 422) },
  };
  server.post("/api/tasks/check", { schema: check }, async (request, reply) =>
    reply.send(granted(await machine.checkTask(readDefinition(request)))),
  );

  const list = {
    operationId: "listTasks",
    tags,
    summary: "Current versions by name; the next page is in the Link header",
    querystring: pageQuery,
    response: { 200: pageAnswer("Current versions", named("Task")), ...problemsOf(422) },
  };
  server.get("/api/tasks", { schema: list }, async (request, reply) => {
    const limit = limitOf(request.query);
    const tasks = await machine.read.tasks({ after: request.query.cursor ?? null, limit });
    const last = tasks.length === limit ? tasks.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: last.name }));
    return reply.send([...tasks]);
  });

  const get = {
    operationId: "getTask",
    tags,
    summary: "The current version of a task",
    params: idParams,
    response: { 200: jsonAnswer("The current version", named("Task")), ...problemsOf(404, 422) },
  };
  server.get("/api/tasks/:id", { schema: get }, async (request, reply) => {
    const { id } = request.params;
    return reply.send(found(await machine.read.task(idOf<TaskId>(id), null), "task_not_found", absent(id)));
  });

  const put = {
    operationId: "replaceTask",
    tags,
    summary: "Make a new version; earlier ones stay, and runs under way keep theirs",
    params: idParams,
    body: named("TaskInput"),
    response: { 200: jsonAnswer("The new version", named("Task")), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.put("/api/tasks/:id", { schema: put }, async (request, reply) =>
    reply.send(granted(await machine.replaceTask(idOf<TaskId>(request.params.id), readDefinition(request)))),
  );

  const versions = {
    operationId: "listTaskVersions",
    tags,
    summary: "All versions, newest first",
    params: idParams,
    querystring: versionsQuery,
    response: { 200: pageAnswer("Versions", named("Task")), ...problemsOf(404, 422) },
  };
  server.get("/api/tasks/:id/versions", { schema: versions }, async (request, reply) => {
    const { id } = request.params;
    const limit = limitOf(request.query);
    const { cursor } = request.query;
    const tasks = found(
      await machine.read.taskVersions(idOf<TaskId>(id), { after: cursor === undefined ? null : Number(cursor), limit }),
      "task_not_found",
      absent(id),
    );
    const last = tasks.length === limit ? tasks.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: String(last.version) }));
    return reply.send([...tasks]);
  });

  const version = {
    operationId: "getTaskVersion",
    tags,
    summary: "One version of a task",
    params: versionParams,
    response: { 200: jsonAnswer("The version", named("Task")), ...problemsOf(404, 422) },
  };
  server.get("/api/tasks/:id/versions/:version", { schema: version }, async (request, reply) => {
    const { id, version: number } = request.params;
    return reply.send(
      found(await machine.read.task(idOf<TaskId>(id), Number(number)), "task_not_found", `there is no version ${number} of task ${id}`),
    );
  });
}
