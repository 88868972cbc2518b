import { gzip } from "node:zlib";
import { promisify } from "node:util";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { RunId } from "../../domain/ids.ts";
import { bodyAnswer, found, idOf, jsonAnswer, problemsOf } from "../answers.ts";
import { proofParams } from "../contract.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

const text = "text/plain; charset=utf-8";
const octets = "application/octet-stream";
const forEver = "public, max-age=31536000, immutable";
const compress = promisify(gzip);
/** Below this a packed answer is not smaller. */
const packedBytesMin = 1_024;

/** The sealed log as C2SP tlog-tiles has it, under the prefix /log, so that any monitor can read it; and its state, for people. */
export function addLog(server: HttpServer, { machine }: RouteOptions): void {
  const tags = ["log"];

  const checkpoint = {
    operationId: "getCheckpoint",
    tags,
    summary: "The last signed tree head (C2SP tlog-checkpoint)",
    response: { 200: bodyAnswer("A signed note", { type: "text/plain", schema: Type.String() }), ...problemsOf(404) },
  };
  server.get("/log/checkpoint", { schema: checkpoint }, async (_request, reply) => {
    const note = found(await machine.log.checkpoint(), "not_in_log", "no checkpoint was published yet");
    return reply.type(text).header("cache-control", "no-cache").serializer(String).send(note);
  });

  const tile = {
    operationId: "getTile",
    tags,
    summary: "Tree hashes or entries (C2SP tlog-tiles): {level}/{n}, entries/{n}, each with .p/{width} for a part",
    description:
      "Numbers are written in groups of three digits: tile 1234067 of level 0 is 0/x001/x234/067. What was served never changes.",
    params: Type.Object({ "*": Type.String({ maxLength: 100 }) }),
    response: {
      200: bodyAnswer("32-byte hashes, or entries each after its length in two bytes", { type: octets, schema: Type.String() }),
      ...problemsOf(404, 422),
    },
  };
  server.get("/log/tile/*", { schema: tile }, async (request, reply) => {
    const path = request.params["*"];
    const bytes = found(await machine.log.tile(path), "not_in_log", `the published log has no tile ${path}`);
    void reply.type(octets).header("cache-control", forEver).header("vary", "accept-encoding");
    return reply.send(path.startsWith("entries/") ? await packed(bytes, request, reply) : Buffer.from(bytes));
  });

  const status = {
    operationId: "getLog",
    tags,
    summary: "How the sealed log is doing",
    response: { 200: jsonAnswer("Its state", named("Log")), ...problemsOf() },
  };
  server.get("/api/log", { schema: status }, async (_request, reply) => reply.send(await machine.log.status()));

  const proof = {
    operationId: "getEntryProof",
    tags,
    summary: "Proof that an entry is in the log (C2SP tlog-proof), checkable offline by whoever has the log's key",
    params: proofParams,
    response: {
      200: bodyAnswer("The proof, with the checkpoint in it", { type: "text/plain", schema: Type.String() }),
      ...problemsOf(404, 422),
    },
  };
  server.get("/api/runs/:id/entries/:seq/proof", { schema: proof }, async (request, reply) => {
    const { id, seq } = request.params;
    const detail = `no published checkpoint covers entry ${seq} of run ${id}: it was written a moment ago, the log is not signed, or there is no such entry`;
    const made = found(await machine.log.proof({ runId: idOf<RunId>(id), seq: Number(seq) }), "not_in_log", detail);
    return reply.type(text).serializer(String).send(made);
  });
}

async function packed(bytes: Uint8Array, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const accepted = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(request.headers["accept-encoding"]?.toString() ?? "");
  if (!accepted || bytes.length < packedBytesMin) return Buffer.from(bytes);
  void reply.header("content-encoding", "gzip");
  return compress(bytes);
}
