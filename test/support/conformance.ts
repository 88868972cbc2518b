import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { problemKinds } from "../../src/http/problems.ts";

/** An answer as it came over the wire. */
export interface Received {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

interface Answer {
  readonly content?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, Answer>>;
  };
}

let published: ApiDocument | undefined;

/** The document as it is committed. */
export function publishedDocument(): ApiDocument {
  published ??= JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as ApiDocument;
  return published;
}

/** Holds answers against the published document. */
export interface Conformance {
  /** What is wrong with an answer; null when nothing is. */
  readonly complaint: (asked: Asked, received: Received) => string | null;
  /** `METHOD /path/{template}`, or null when the document has no such address. */
  readonly routeOf: (asked: Asked) => string | null;
}

export function makeConformance(document: ApiDocument): Conformance {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema({ $id: "openapi", ...document });
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer);
    if (known !== undefined) return known;
    const made = ajv.compile({ $ref: `openapi#${pointer}` });
    compiled.set(pointer, made);
    return made;
  };
  const forms = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(
      `^${path
        .replaceAll(/[.]/g, "\\.")
        .replaceAll("{path}", ".+")
        .replaceAll(/\{[^}]+\}/g, "[^/]+")}$`,
    ),
  }));
  const templateOf = (path: string): string | null => forms.find(({ pattern }) => pattern.test(path))?.path ?? null;
  const operationOf = ({ method, path }: Asked): { readonly pointer: string; readonly operation: Operation } | null => {
    const template = templateOf(path);
    const name = method === "HEAD" ? "get" : method.toLowerCase();
    const operation = template === null ? undefined : document.paths[template]?.[name];
    if (template === null || operation === undefined) return null;
    return { pointer: `/paths/${template.replaceAll("~", "~0").replaceAll("/", "~1")}/${name}`, operation };
  };

  const bodyComplaint = (asked: Asked, received: Received): string | null => {
    const found = operationOf(asked);
    if (found === null) return undocumentedComplaint(received);
    const answer = found.operation.responses[String(received.status)];
    if (answer === undefined) return `status ${received.status} is not documented`;
    const { pointer, content } =
      answer.$ref === undefined
        ? { pointer: `${found.pointer}/responses/${received.status}`, content: answer.content }
        : { pointer: answer.$ref.slice(1), content: document.components.responses[answer.$ref.split("/").at(-1) ?? ""]?.content };
    if (content === undefined) return received.body.length === 0 ? null : "an answer without content has a body";
    const type = (received.headers["content-type"] ?? "").split(";")[0] ?? "";
    const media = type in content ? type : "*/*" in content && received.status < 300 ? "*/*" : null;
    if (media === null) return `content type ${JSON.stringify(type)} is not documented for status ${received.status}`;
    if (asked.method === "HEAD") return received.body.length === 0 ? null : "an answer to HEAD has a body";
    if (!type.includes("json") || media === "*/*") return null;
    const validate = validatorAt(`${pointer}/content/${media.replaceAll("/", "~1")}/schema`);
    return validate(parsed(received.body)) ? null : `the body breaks its schema: ${ajv.errorsText(validate.errors)}`;
  };

  const undocumentedComplaint = (received: Received): string | null => {
    if (received.status === 204) return received.headers["allow"] === undefined ? "204 without Allow" : null;
    const code = codeOf(received);
    if (code === "method_not_allowed") return received.headers["allow"] === undefined ? "405 without Allow" : null;
    return received.status >= 400 ? null : `status ${received.status} of an address that is not documented`;
  };

  const problemComplaint = (asked: Asked, received: Received): string | null => {
    if (received.status < 400) return null;
    if (received.headers["content-type"] !== "application/problem+json") return `a refusal of type ${received.headers["content-type"]}`;
    if (asked.method === "HEAD") return null;
    const validate = validatorAt("/components/schemas/Problem");
    const problem = parsed(received.body);
    if (!validate(problem)) return `the problem breaks its schema: ${ajv.errorsText(validate.errors)}`;
    const { code, status, title, type } = problem as { code: string; status: number; title: string; type: string };
    const kind = Object.entries(problemKinds).find(([name]) => name === code)?.[1];
    if (kind?.status !== received.status || status !== received.status) return `code ${code} with status ${received.status}`;
    if (title !== kind.title || type !== `/problems/${code}`) return `title or type do not fit ${code}`;
    const patient = received.status === 503 || received.status === 429;
    return patient && received.headers["retry-after"] === undefined ? `${received.status} without Retry-After` : null;
  };

  return {
    routeOf: (asked) => {
      const template = templateOf(asked.path);
      return template === null ? null : `${asked.method} ${template}`;
    },
    complaint: (asked, received) => {
      if (received.status === 500) return `status 500: ${received.body.toString("utf8").slice(0, 500)}`;
      if (received.headers["x-content-type-options"] !== "nosniff") return "an answer without nosniff";
      return problemComplaint(asked, received) ?? bodyComplaint(asked, received);
    },
  };
}

function codeOf(received: Received): unknown {
  const problem = parsed(received.body);
  return typeof problem === "object" && problem !== null ? Reflect.get(problem, "code") : undefined;
}

/** The JSON of a body; text that is none is a complaint of its own, so it is handed on as it is. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return body.toString("utf8");
  }
}
