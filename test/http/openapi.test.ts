import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { makeOpenApi, openApiText } from "../../scripts/openapi.ts";
import { problemKinds } from "../../src/http/problems.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, object>>;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const committed = readFileSync(new URL("../../openapi.json", import.meta.url), "utf8");
const document = JSON.parse(committed) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

test("the committed document is the one that the server makes (npm run openapi writes it)", async () => {
  expect(openApiText(await makeOpenApi())).toBe(committed);
});

test("it is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(committed) as Record<string, unknown>);
  expect({ valid, errors, version: validator.version }).toEqual({ valid: true, errors: undefined, version: "3.1" });
});

test("it has every call of the interface", () => {
  expect(operations.map(({ name }) => name).sort()).toEqual(
    [
      "GET /api/artifacts/{id}",
      "GET /api/events",
      "PUT /api/artifacts",
      "GET /api/log",
      "GET /api/keys",
      "GET /api/manifests",
      "GET /api/me",
      "GET /api/manifests/{id}",
      "GET /api/manifests/{id}/steps",
      "GET /api/manifests/{id}/versions",
      "GET /api/manifests/{id}/versions/{version}",
      "GET /api/runs",
      "GET /api/runs/{id}",
      "GET /api/runs/{id}/artifacts/{artifact}",
      "GET /api/runs/{id}/entries",
      "GET /api/runs/{id}/entries/{seq}/proof",
      "GET /api/runs/{id}/events",
      "GET /api/runs/{id}/export",
      "GET /api/runs/{id}/plan",
      "GET /api/runs/{id}/report",
      "GET /api/runs/{id}/steps",
      "GET /api/stats",
      "GET /api/tasks",
      "GET /api/tasks/{id}",
      "GET /api/tasks/{id}/versions",
      "GET /api/tasks/{id}/versions/{version}",
      "GET /api/waiting",
      "GET /api/sign-in",
      "GET /api/tokens",
      "POST /auth/sign-out",
      "GET /db/ping",
      "GET /docs",
      "GET /health",
      "GET /log/checkpoint",
      "GET /log/tile/{path}",
      "GET /metrics",
      "GET /openapi.json",
      "GET /problems/{code}",
      "GET /version",
      "POST /api/keys",
      "POST /api/keys/{key}/revoke",
      "POST /api/manifests",
      "POST /api/manifests/check",
      "POST /api/runs",
      "POST /api/runs/{id}/cancel",
      "POST /api/runs/{id}/erasures",
      "POST /api/runs/{id}/erasures/{artifact}/approve",
      "POST /api/runs/{id}/hold",
      "POST /api/runs/{id}/hold/release",
      "POST /api/runs/{id}/resume",
      "POST /api/runs/{id}/steps/{step_run_id}/attest",
      "POST /api/runs/{id}/steps/{step_run_id}/challenge",
      "POST /api/runs/{id}/steps/{step_run_id}/verify",
      "POST /api/tasks",
      "POST /api/tasks/check",
      "POST /api/tokens",
      "POST /api/tokens/{id}/revoke",
      "PUT /api/manifests/{id}",
      "PUT /api/manifests/{id}/steps",
      "PUT /api/tasks/{id}",
    ].sort(),
  );
});

test("every operation has a name of its own, a summary, a known tag and a good answer", () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const { name, operation } of operations) {
    expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary, name).toMatch(/^[A-Z].{4,}/);
    expect(operation.tags.length > 0 && operation.tags.every((tag) => tags.has(tag)), name).toBe(true);
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith("2")),
      name,
    ).toBe(true);
  }
});

test("every operation names the refusals that any route may answer, and those of its kind", () => {
  for (const { name, operation } of operations) {
    const statuses = Object.keys(operation.responses);
    expect(statuses, name).toEqual(expect.arrayContaining(["400", "408", "421", "429", "431", "503"]));
    if (operation.requestBody !== undefined) expect(statuses, name).toEqual(expect.arrayContaining(["413", "415", "422"]));
    if (name.includes("{")) expect(statuses, name).toEqual(expect.arrayContaining(["422"]));
    expect(statuses, name).not.toContain("500");
  }
});

test("bodies and answers of JSON are named schemas, or lists of them", () => {
  const loose = operations.flatMap(({ name, operation }) => {
    const media = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      part !== undefined && "content" in part ? Object.entries(part.content as Record<string, { schema: object }>) : [],
    );
    return media.filter(([type, { schema }]) => type.includes("json") && !isNamed(schema)).map(() => name);
  });
  expect(loose).toEqual([]);
});

test("every named schema is used, and every reference leads to one", () => {
  const used = new Set([...committed.matchAll(/"\$ref": "#\/components\/(\w+\/\w+)"/g)].map((match) => match[1] ?? ""));
  // A security scheme is named by the key of a requirement, not by a reference.
  const { securitySchemes: _, ...components } = document.components;
  const defined = Object.entries(components).flatMap(([kind, members]) => Object.keys(members).map((name) => `${kind}/${name}`));
  expect([...used].sort()).toEqual(defined.sort());
});

test("objects of answers are closed, but for those that hold what an author or a model wrote", () => {
  const open = Object.entries(document.components["schemas"] ?? {}).filter(
    ([, schema]) => "properties" in schema && Reflect.get(schema, "additionalProperties") !== false,
  );
  expect(open.map(([name]) => name)).toEqual(["DecisionRationale"]);
});

test("the codes of problems are a closed list", () => {
  expect(document.components["schemas"]?.["ProblemCode"]).toMatchObject({ enum: Object.keys(problemKinds) });
});

function isNamed(schema: object): boolean {
  return "$ref" in schema || ("items" in schema && "$ref" in (schema.items as object));
}
