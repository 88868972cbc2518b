import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { actingAs } from "../../domain/caller.ts";
import { parseSha256 } from "../../domain/sha256.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { UploadView } from "../../domain/view.ts";
import { bodyAnswer, found, granted, jsonAnswer, problemsOf } from "../answers.ts";
import { rangeHeaders, uploadHeaders, uploadParams } from "../contract.ts";
import { Refused } from "../problems.ts";
import { rangeOf } from "../range.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

const octets = "application/octet-stream";
const binary = Type.Unsafe<unknown>({ type: "string", contentMediaType: octets });

/** The store of files. Its own scope, because only here a body is a stream that nobody gathers. */
export function addUploads(server: HttpServer, options: RouteOptions): void {
  void server.register(async (scope) => {
    // A body of any other type would be gathered in memory, and here no limit would stop it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(octets, (_request, payload, done) => done(null, payload));
    addUpload(scope, options);
    addDownload(scope, options);
  });
}

/** Each upload has a connection of the database for itself. */
const uploadsMax = 8;

function addUpload(server: HttpServer, { machine }: RouteOptions): void {
  let open = 0;
  const upload = {
    operationId: "uploadArtifact",
    tags: ["people"],
    summary: "Hand over a file, to be named in an attestation",
    description:
      "The body is the file itself, in any length up to the server's limit (100 MiB unless it is configured otherwise). It is hashed while it comes; with Content-Digest (RFC 9530) other bytes are refused, and nothing is kept. What is answered as `uri` stands for it in an attestation.",
    headers: uploadHeaders,
    consumes: [octets],
    body: binary,
    response: { 201: jsonAnswer("The file, stored", named("Upload")), ...problemsOf(400, 413, 415, 422) },
  };
  server.put(
    "/api/artifacts",
    { schema: upload, validatorCompiler: () => () => true, bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const by = granted(actingAs(request.caller, null));
      const claimed = claimedDigest(request);
      if (!(request.body instanceof Readable)) throw new Refused("request_refused", "an upload needs a body");
      if (open >= uploadsMax) throw new Refused("too_many_requests", `${uploadsMax} uploads are in progress`);
      open += 1;
      try {
        const stored = granted(await machine.storeUpload({ by, claimed, content: request.body }));
        return await reply.code(201).header("location", stored.uri).send(stored);
      } finally {
        open -= 1;
      }
    },
  );
}

/** The SHA-256 of a Content-Digest (RFC 9530 section 2); null when there is none. Other algorithms are not looked at. */
function claimedDigest(request: FastifyRequest): Sha256 | null {
  const header = request.headers["content-digest"];
  if (header === undefined) return null;
  const text = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(Array.isArray(header) ? header.join(",") : header)?.[1];
  const digest = text === undefined ? null : parseSha256(Buffer.from(text, "base64").toString("hex"));
  if (digest !== null) return digest;
  const errors = [{ pointer: "", detail: "Content-Digest must be sha-256=:BASE64:" }];
  throw new Refused("invalid_input", "the Content-Digest header is not acceptable", errors);
}

function addDownload(server: HttpServer, { machine }: RouteOptions): void {
  const download = {
    operationId: "downloadArtifact",
    tags: ["people"],
    summary: "A file that was handed over",
    description: "Honours a Range of bytes, so that a download that broke can go on.",
    params: uploadParams,
    headers: rangeHeaders,
    response: {
      200: bodyAnswer("The file, as a download", { type: octets, schema: binary }),
      206: bodyAnswer("The part that was asked for", { type: octets, schema: binary }),
      ...problemsOf(404, 416, 422),
    },
  };
  server.get("/api/artifacts/:id", { schema: download }, async (request, reply) => {
    const { id } = request.params;
    const upload = found(await machine.read.upload(id.toLowerCase()), "artifact_not_found", `no file ${id} was handed over`);
    const range = rangeOf(request.headers.range, upload.bytes);
    if (range === "unsatisfiable") {
      void reply.header("content-range", `bytes */${upload.bytes}`);
      throw new Refused("range_not_satisfiable", `the file has ${upload.bytes} bytes`);
    }
    setFileHeaders(reply, upload);
    if (range === null) return reply.header("content-length", upload.bytes).send(bytesOf(machine.read.uploadRange, upload, null));
    void reply.code(206).header("content-range", `bytes ${range.from}-${range.to}/${upload.bytes}`);
    return reply.header("content-length", range.to - range.from + 1).send(bytesOf(machine.read.uploadRange, upload, range));
  });
}

type ReadRange = RouteOptions["machine"]["read"]["uploadRange"];
type ByteRange = Parameters<ReadRange>[1];

function bytesOf(read: ReadRange, { id, bytes }: UploadView, range: ByteRange | null): Readable {
  if (bytes === 0) return Readable.from([]);
  return Readable.from(read(id, range ?? { from: 0, to: bytes - 1 }), { objectMode: false });
}

/** Whatever it is, it is only ever handed over as a file, never shown as a page of ours. */
function setFileHeaders(reply: FastifyReply, { id, sha256 }: UploadView): void {
  void reply.type(octets).headers({
    "accept-ranges": "bytes",
    "content-disposition": `attachment; filename="${id}"`,
    "content-security-policy": "sandbox; default-src 'none'",
    // Of the whole file, also where a part of it is sent (RFC 9530 section 3).
    "repr-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  });
}
