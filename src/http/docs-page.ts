import { problemKinds } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths?: Readonly<Record<string, unknown>>;
}

/** The interface on one page that loads nothing: made from the same document as /openapi.json. */
export function docsPage(document: object): string {
  const { info, tags = [], paths = {} } = document as Document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Operation>>).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description = "" }) => {
    const rows = operations.filter(({ operation }) => operation.tags?.includes(name)).map(operationRow);
    return `<h2>${escapeHtml(name)}</h2><p>${escapeHtml(description)}</p>${rows.join("")}`;
  });
  const codes = Object.entries(problemKinds).map(
    ([code, { status, title }]) => `<li><a href="/problems/${code}"><code>${code}</code></a> ${status} ${escapeHtml(title)}</li>`,
  );
  const lead = `<p>${escapeHtml(info.description ?? "")}</p><p>Version ${escapeHtml(info.version)}. Machine-readable: <a href="/openapi.json">/openapi.json</a>.</p>`;
  return page(info.title, `<h1>${escapeHtml(info.title)}</h1>${lead}${sections.join("")}<h2>problems</h2><ul>${codes.join("")}</ul>`);
}

export function problemPage(code: ProblemCode): string {
  const { status, title } = problemKinds[code];
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1><p>HTTP ${status}, code <code>${code}</code>. The <code>detail</code> of the answer says what happened in your case.</p><p><a href="/docs">All of the interface</a></p>`,
  );
}

function operationRow({
  path,
  method,
  operation,
}: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}): string {
  const { summary = "", description = "", requestBody, responses = {} } = operation;
  const body = requestBody === undefined ? "" : `<h4>Body</h4><pre>${escapeHtml(JSON.stringify(requestBody, null, 2))}</pre>`;
  const answers = Object.keys(responses).join(", ");
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary><p>${escapeHtml(description)}</p>${body}<p>Answers: ${answers}</p></details>`;
}

const style =
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}details{border-bottom:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}b{display:inline-block;min-width:3.5rem}";

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
