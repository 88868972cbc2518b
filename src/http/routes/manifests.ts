import { Type } from "typebox";
import type { ManifestId } from "../../domain/ids.ts";
import { found, granted, idOf, limitOf, nextLink, problemsOf } from "../answers.ts";
import { idParams, manifestInput, manifestSchema, pageQuery, stepSchema, stepsInput, versionParams, versionsQuery } from "../contract.ts";
import { definitionBody, readDefinition } from "../read-definition.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addManifests(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["manifests"];
  const absent = (id: string): string => `there is no manifest ${id}`;

  const create = {
    operationId: "createManifest",
    tags,
    summary: "Create a manifest as its version 1; its steps may come with it or by a PUT of their own",
    body: manifestInput,
    response: { 201: manifestSchema, ...problemsOf(400, 409, 413, 415, 422) },
  };
  server.post("/api/manifests", { schema: create, ...definitionBody }, async (request, reply) => {
    const manifest = granted(await machine.publishManifest(readDefinition(request)));
    return reply.code(201).header("location", `/api/manifests/${manifest.id}`).send(manifest);
  });

  const list = {
    operationId: "listManifests",
    tags,
    summary: "Current versions by name; the next page is in the Link header",
    querystring: pageQuery,
    response: { 200: Type.Array(manifestSchema), ...problemsOf(422) },
  };
  server.get("/api/manifests", { schema: list }, async (request, reply) => {
    const limit = limitOf(request.query);
    const manifests = await machine.read.manifests({ after: request.query.cursor ?? null, limit });
    const last = manifests.length === limit ? manifests.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: last.name }));
    return reply.send([...manifests]);
  });

  const get = {
    operationId: "getManifest",
    tags,
    summary: "The current version of a manifest",
    params: idParams,
    response: { 200: manifestSchema, ...problemsOf(404, 422) },
  };
  server.get("/api/manifests/:id", { schema: get }, async (request, reply) => {
    const { id } = request.params;
    return reply.send(found(await machine.read.manifest(idOf<ManifestId>(id), null), "manifest_not_found", absent(id)));
  });

  const put = {
    operationId: "replaceManifest",
    tags,
    summary: "Make a new version; steps that the body does not mention stay",
    params: idParams,
    body: manifestInput,
    response: { 200: manifestSchema, ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.put("/api/manifests/:id", { schema: put, ...definitionBody }, async (request, reply) =>
    reply.send(granted(await machine.replaceManifest(idOf<ManifestId>(request.params.id), readDefinition(request)))),
  );

  const steps = {
    operationId: "listSteps",
    tags,
    summary: "The steps of the current version",
    params: idParams,
    response: { 200: Type.Array(stepSchema), ...problemsOf(404, 422) },
  };
  server.get("/api/manifests/:id/steps", { schema: steps }, async (request, reply) => {
    const { id } = request.params;
    return reply.send([...found(await machine.read.manifest(idOf<ManifestId>(id), null), "manifest_not_found", absent(id)).steps]);
  });

  const putSteps = {
    operationId: "replaceSteps",
    tags,
    summary: "Replace the set of steps: a new version",
    params: idParams,
    body: stepsInput,
    response: { 200: Type.Array(stepSchema), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.put("/api/manifests/:id/steps", { schema: putSteps, ...definitionBody }, async (request, reply) => {
    const manifest = granted(await machine.replaceSteps(idOf<ManifestId>(request.params.id), readDefinition(request)));
    return reply.send([...manifest.steps]);
  });

  const versions = {
    operationId: "listManifestVersions",
    tags,
    summary: "All versions, newest first",
    params: idParams,
    querystring: versionsQuery,
    response: { 200: Type.Array(manifestSchema), ...problemsOf(404, 422) },
  };
  server.get("/api/manifests/:id/versions", { schema: versions }, async (request, reply) => {
    const { id } = request.params;
    const limit = limitOf(request.query);
    const { cursor } = request.query;
    const manifests = found(
      await machine.read.manifestVersions(idOf<ManifestId>(id), { after: cursor === undefined ? null : Number(cursor), limit }),
      "manifest_not_found",
      absent(id),
    );
    const last = manifests.length === limit ? manifests.at(-1) : undefined;
    if (last !== undefined) void reply.header("link", nextLink(request.url, { cursor: String(last.version) }));
    return reply.send([...manifests]);
  });

  const version = {
    operationId: "getManifestVersion",
    tags,
    summary: "One version of a manifest",
    params: versionParams,
    response: { 200: manifestSchema, ...problemsOf(404, 422) },
  };
  server.get("/api/manifests/:id/versions/:version", { schema: version }, async (request, reply) => {
    const { id, version: number } = request.params;
    return reply.send(
      found(
        await machine.read.manifest(idOf<ManifestId>(id), Number(number)),
        "manifest_not_found",
        `there is no version ${number} of manifest ${id}`,
      ),
    );
  });
}
