import { problemKinds } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { readOpenApi } from "./read-openapi.ts";
import type { Operation } from "./read-openapi.ts";

/** The interface on one page that loads nothing: made from the same document as /openapi.json. */
export function docsPage(document: object): string {
  const { title, version, description: about, tags, operations } = readOpenApi(document);
  const sections = tags.map(({ name, description }) => {
    const rows = operations.filter((operation) => operation.tags.includes(name)).map(operationRow);
    return `<h2>${escapeHtml(name)}</h2><p>${escapeHtml(description)}</p>${rows.join("")}`;
  });
  const codes = Object.entries(problemKinds).map(
    ([code, { status, title: meaning }]) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> ${status} ${escapeHtml(meaning)}</li>`,
  );
  const lead = `<p>${escapeHtml(about)}</p><p>Version ${escapeHtml(version)}. Machine-readable: <a href="/openapi.json">/openapi.json</a>.</p>`;
  return page(title, `<h1>${escapeHtml(title)}</h1>${lead}${sections.join("")}<h2>problems</h2><ul>${codes.join("")}</ul>`);
}

export function problemPage(code: ProblemCode): string {
  const { status, title } = problemKinds[code];
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1><p>HTTP ${status}, code <code>${code}</code>. The <code>detail</code> of the answer says what happened in your case.</p><p><a href="/docs">All of the interface</a></p>`,
  );
}

function operationRow({ path, method, summary, description, requestBody, answers }: Operation): string {
  const body = requestBody === undefined ? "" : `<h4>Body</h4><pre>${escapeHtml(JSON.stringify(requestBody, null, 2))}</pre>`;
  return `<details><summary><b>${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary><p>${escapeHtml(description)}</p>${body}<p>Answers: ${answers.join(", ")}</p></details>`;
}

const style =
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}details{border-bottom:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}b{display:inline-block;min-width:3.5rem}";

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
