import { Readable } from "node:stream";
import { Type } from "typebox";
import type { RunId } from "../../domain/ids.ts";
import { found, idOf, problemsOf } from "../answers.ts";
import { idParams } from "../contract.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";
import { absent } from "./runs.ts";

/** What the page says of itself, said by the header too; and no page of ours may be opened from it. */
const pageHeaders = {
  "content-security-policy":
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

export function addEvidence(server: HttpServer, { evidence }: RouteOptions): void {
  const tags = ["evidence"];
  const bundle = {
    operationId: "exportRun",
    tags,
    summary: "Everything there is of a run, as one file that can be checked anywhere",
    description:
      "A deterministic tar archive (docs/format/run-export.md): the same run gives the same bytes. `reckon verify FILE` checks it without a server.",
    params: idParams,
    response: {
      200: {
        description: "The archive",
        content: { "application/x-tar": { schema: Type.Unsafe<unknown>({ type: "string", format: "binary" }) } },
      },
      ...problemsOf(404, 422),
    },
  };
  server.get("/api/runs/:id/export", { schema: bundle }, async (request, reply) => {
    const { id } = request.params;
    const pieces = found(await evidence.bundle(idOf<RunId>(id)), "run_not_found", absent(id));
    return reply.header("content-disposition", `attachment; filename="${id}.tar"`).type("application/x-tar").send(Readable.from(pieces));
  });

  const report = {
    operationId: "getReport",
    tags,
    summary: "The report of a run: one page for people, without script",
    params: idParams,
    response: {
      200: { description: "A page", content: { "text/html": { schema: Type.Unsafe<unknown>({ type: "string" }) } } },
      ...problemsOf(404, 422),
    },
  };
  server.get("/api/runs/:id/report", { schema: report }, async (request, reply) => {
    const { id } = request.params;
    const page = found(await evidence.report(idOf<RunId>(id)), "run_not_found", absent(id));
    return reply.headers(pageHeaders).type("text/html; charset=utf-8").send(Buffer.from(page));
  });
}
