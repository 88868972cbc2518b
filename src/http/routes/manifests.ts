import { Type } from "typebox";
import type { ManifestId } from "../../domain/ids.ts";
import { found, granted, idOf, jsonAnswer, limitOf, locationHeader, nextLink, pageAnswer, problemsOf } from "../answers.ts";
import { idParams, pageQuery, versionParams, versionsQuery } from "../contract.ts";
import { readDefinition } from "../read-definition.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

export function addManifests(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["manifests"];
  const absent = (id: string): string => `there is no manifest ${id}`;

  const create = {
    operationId: "createManifest",
    tags,
    summary: "Create a manifest as its version 1; its steps may come with it or by a PUT of their own",
    body: named("ManifestInput"),
    response: { 201: jsonAnswer("Its version 1", named("Manifest"), { Location: locationHeader }), ...problemsOf(400, 409, 413, 415, 422) },
  };
  server.post("/api/manifests", { schema: create }, async (request, reply) => {
    const manifest = granted(await machine.publishManifest(readDefinition(request)));
    return reply.code(201).header("location", `/api/manifests/${manifest.id}`).send(manifest);
  });

  const check = {
    operationId: "checkManifest",
    tags,
    summary: "Every door check, and nothing is written",
    body: named("ManifestInput"),
    response: { 200: jsonAnswer("It would be accepted", named("Checked")), ...problemsOf(400, 413, 415, 422) },
  };
  server.post("/api/manifests/check", { schema: check }, async (request, reply) =>
    reply.send(granted(await machine.checkManifest(readDefinition(request)))),
  );

  const list = {
    operationId: "listManifests",
    tags,
    summary: "Current versions by name; the next page is in the Link header",
    querystring: pageQuery,
    response: { 200: pageAnswer("Current versions", named("Manifest")), ...problemsOf(422) },
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
    response: { 200: jsonAnswer("The current version", named("Manifest")), ...problemsOf(404, 422) },
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
    body: named("ManifestInput"),
    response: { 200: jsonAnswer("The new version", named("Manifest")), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.put("/api/manifests/:id", { schema: put }, async (request, reply) =>
    reply.send(granted(await machine.replaceManifest(idOf<ManifestId>(request.params.id), readDefinition(request)))),
  );

  const steps = {
    operationId: "listSteps",
    tags,
    summary: "The steps of the current version",
    params: idParams,
    response: { 200: jsonAnswer("Steps in their author's order", Type.Array(named("Step"))), ...problemsOf(404, 422) },
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
    body: named("StepsInput"),
    response: { 200: jsonAnswer("The new set", Type.Array(named("Step"))), ...problemsOf(400, 404, 409, 413, 415, 422) },
  };
  server.put("/api/manifests/:id/steps", { schema: putSteps }, async (request, reply) => {
    const manifest = granted(await machine.replaceSteps(idOf<ManifestId>(request.params.id), readDefinition(request)));
    return reply.send([...manifest.steps]);
  });

  const versions = {
    operationId: "listManifestVersions",
    tags,
    summary: "All versions, newest first",
    params: idParams,
    querystring: versionsQuery,
    response: { 200: pageAnswer("Versions", named("Manifest")), ...problemsOf(404, 422) },
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
    response: { 200: jsonAnswer("The version", named("Manifest")), ...problemsOf(404, 422) },
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
