import { schemaType } from "./schema-type.ts";
import type { JsonSchema, Named } from "./schema-type.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

const head = `// Written by \`npm run web:client\` from openapi.json. Do not edit.
`;

/** The source of \`web/src/api/generated.ts\`: the named documents, what each operation takes and answers, and where it is. */
export function webClient({ paths, components }: OpenApi): string {
  const named: Named = new Map();
  for (const [name, schema] of Object.entries(components?.schemas ?? {})) named.set(name, schemaType({ ...schema, title: "" }, named));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const types = operations.map(({ operation }) => operationType(operation, named));
  const routes = operations.map(
    ({ path, method, operation }) => `${operation.operationId}: { method: "${method.toUpperCase()}", path: "${path}" },`,
  );
  const documents = [...named].map(([name, type]) =>
    type.startsWith("{") ? `export interface ${name} ${type}` : `export type ${name} = ${type};`,
  );
  return [
    head,
    ...documents,
    `export interface Operations { ${types.join("\n")} }`,
    `export const routes = { ${routes.join("\n")} } as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;`,
    "",
  ].join("\n\n");
}

function operationType({ operationId, summary = "", parameters = [], requestBody, responses }: Operation, named: Named): string {
  const at = (place: string): string =>
    parameterType(
      parameters.filter((parameter) => parameter.in === place),
      named,
    );
  const body =
    requestBody === undefined
      ? "undefined"
      : `${schemaType(contentSchema(requestBody), named)}${requestBody.required === true ? "" : " | undefined"}`;
  const good = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  const answers = [...new Set(good.map(([, response]) => schemaType(contentSchema(response), named)))];
  return `/** ${summary} */\n${operationId}: { readonly params: ${at("path")}; readonly query: ${at("query")}; readonly body: ${body}; readonly answer: ${answers.join(" | ")} };`;
}

function contentSchema({ content = {} }: Content): JsonSchema | undefined {
  return content["application/json"]?.schema;
}

function parameterType(parameters: readonly Parameter[], named: Named): string {
  if (parameters.length === 0) return "undefined";
  const fields = parameters.map(
    ({ name, required, schema }) => `readonly ${name}${required === true ? "" : "?"}: ${schemaType(schema, named)};`,
  );
  return `{ ${fields.join(" ")} }`;
}
