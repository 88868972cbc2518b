import { Type } from "typebox";
import { bodyAnswer, found, jsonAnswer, problemsOf } from "../answers.ts";
import { docsPage, problemPage } from "../docs-page.ts";
import { openApiDocument } from "../openapi.ts";
import { isProblemCode } from "../problems.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";

const pageHeaders = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

export function addDocs(server: HttpServer, _options: RouteOptions): void {
  const html = { 200: bodyAnswer("A page", { type: "text/html", schema: Type.String() }), ...problemsOf() };
  const tags = ["service"];
  server.get(
    "/openapi.json",
    {
      schema: {
        operationId: "openApi",
        tags,
        summary: "This interface as OpenAPI 3.1",
        response: { 200: jsonAnswer("The document", named("JsonObject")), ...problemsOf() },
      },
    },
    async (_request, reply) => reply.send(openApiDocument(server)),
  );

  server.get(
    "/docs",
    { schema: { operationId: "docs", tags, summary: "This interface, for people", response: html } },
    async (_request, reply) =>
      reply
        .headers(pageHeaders)
        .type("text/html; charset=utf-8")
        .serializer(String)
        .send(docsPage(openApiDocument(server))),
  );

  const codeParams = Type.Object({ code: Type.String({ maxLength: 100 }) });
  server.get(
    "/problems/:code",
    {
      schema: {
        operationId: "problem",
        tags,
        summary: "What a problem's code means",
        params: codeParams,
        response: { ...html, ...problemsOf(404, 422) },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      const known = isProblemCode(code) ? code : null;
      return reply
        .headers(pageHeaders)
        .type("text/html; charset=utf-8")
        .serializer(String)
        .send(problemPage(found(known, "not_found", `there is no problem ${JSON.stringify(code)}`)));
    },
  );
}
