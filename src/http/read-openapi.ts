/** What the page for people shows of one call. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly requestBody: unknown;
  /** The statuses it may answer. */
  readonly answers: readonly string[];
}

export interface OpenApiView {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: readonly Operation[];
}

/** Reads a document that the framework made of our own schemas: members that are absent are empty, none is of another type. */
export function readOpenApi(document: object): OpenApiView {
  const { info, tags = [], paths = {} } = document as Document;
  return {
    title: info.title,
    version: info.version,
    description: info.description ?? "",
    tags: tags.map(({ name, description = "" }) => ({ name, description })),
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => readOperation(path, method.toUpperCase(), operation)),
    ),
  };
}

function readOperation(path: string, method: string, operation: DocumentOperation): Operation {
  const { summary = "", description = "", tags = [], requestBody, responses = {} } = operation;
  return { path, method, summary, description, tags, requestBody, answers: Object.keys(responses) };
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
}

interface DocumentOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>>;
}
