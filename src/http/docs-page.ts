import type { JsonObject } from "../domain/json.ts";
import { problemKinds } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { readOpenApi } from "./read-openapi.ts";
import type { Field, NamedSchema, Operation, Shape } from "./read-openapi.ts";

/** The interface on one page that loads nothing: made from the same document as /openapi.json. */
export function docsPage(document: JsonObject): string {
  const { title, version, description, tags, operations, schemas } = readOpenApi(document);
  const paragraphs = description.split("\n\n").map((text) => `<p>${proseOf(text)}</p>`);
  const lead = `<h1>${escapeHtml(title)}</h1>${paragraphs.join("")}<p>Version ${escapeHtml(version)}. For programs: <a href="/openapi.json">/openapi.json</a>.</p>`;
  const names = [...tags.map(({ name }) => name), "schemas", "problems"];
  const contents = `<nav>${names.map((name) => `<a href="#${name}">${escapeHtml(name)}</a>`).join(" ")}</nav>`;
  const sections = tags.map(({ name, description: about }) => {
    const calls = operations.filter((operation) => operation.tags.includes(name)).map(operationEntry);
    return `<h2 id="${name}">${escapeHtml(name)}</h2><p>${escapeHtml(about)}</p>${calls.join("")}`;
  });
  return page(title, `${lead}${contents}${sections.join("")}${schemaSection(schemas)}${problemSection()}`);
}

export function problemPage(code: ProblemCode): string {
  const { status, title } = problemKinds[code];
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1><p>HTTP ${status}, code <code>${code}</code>. The <code>detail</code> of the answer says what happened in your case.</p><p><a href="/docs">All of the interface</a></p>`,
  );
}

function operationEntry(operation: Operation): string {
  const { method, path, summary, description, parameters, body, answers, roles } = operation;
  const about = description === "" ? "" : `<p>${proseOf(description)}</p>`;
  const who = roles.length === 0 ? "" : `<p>Takes a token of: ${escapeHtml(roles.join(", "))}.</p>`;
  const asked = parameters.length === 0 ? "" : table(parameters.map((field) => fieldRow(field, field.place)));
  const sent = body === null ? "" : `<p>Body: ${shapeText(body.shape)} as <code>${escapeHtml(body.type)}</code></p>`;
  const rows = answers.map(
    ({ status, description: meaning, shape }) =>
      `<tr><td><code>${status}</code></td><td>${escapeHtml(meaning)}</td><td>${shape === null ? "" : shapeText(shape)}</td></tr>`,
  );
  const line = `<b class="${method.toLowerCase()}">${method}</b> <code>${escapeHtml(path)}</code> <span>${escapeHtml(summary)}</span>`;
  return `<details><summary>${line}</summary><div>${about}${who}${asked}${sent}${table(rows)}</div></details>`;
}

function schemaSection(schemas: readonly NamedSchema[]): string {
  const entries = schemas.map(({ name, description, fields, shape }) => {
    const about = description === "" ? "" : `<p>${proseOf(description)}</p>`;
    const members =
      fields === null ? `<p>${shapeText(shape)}</p>` : table(fields.map((field) => fieldRow(field, field.isRequired ? "" : "optional")));
    return `<details id="schema-${name}"><summary><code>${name}</code></summary><div>${about}${members}</div></details>`;
  });
  return `<h2 id="schemas">schemas</h2><p>Objects have no members but these, unless said otherwise.</p>${entries.join("")}`;
}

function problemSection(): string {
  const rows = Object.entries(problemKinds).map(
    ([code, { status, title }]) =>
      `<tr><td><code>${status}</code></td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<h2 id="problems">problems</h2>${table(rows)}`;
}

function fieldRow({ name, shape, description }: Field, note: string): string {
  const remark = note === "" ? "" : ` <small>${escapeHtml(note)}</small>`;
  return `<tr><td><code>${escapeHtml(name)}</code>${remark}</td><td>${shapeText(shape)}</td><td>${proseOf(description)}</td></tr>`;
}

function table(rows: readonly string[]): string {
  return `<table>${rows.join("")}</table>`;
}

/** A shape with each named schema in it as a link. */
function shapeText({ text, names }: Shape): string {
  const known = new Set(names);
  return text
    .split(" ")
    .map((word) => (known.has(word) ? `<a href="#schema-${word}">${word}</a>` : escapeHtml(word)))
    .join(" ");
}

/** Text whose code stands between back quotes. */
function proseOf(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>");
}

const style = [
  ":root{color-scheme:light dark;--line:#8885;--faint:#8882}",
  "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}",
  "code{font-family:ui-monospace,monospace;font-size:.9em}",
  "h2{margin:2.5rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}",
  "nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}",
  "details{border-bottom:1px solid var(--faint)}summary{cursor:pointer;padding:.4rem 0}summary span{opacity:.8}",
  "details>div{padding:0 0 1rem 1.25rem}details:target{background:var(--faint)}",
  "b{display:inline-block;min-width:3.2rem;font-family:ui-monospace,monospace;font-size:.85em}",
  "table{border-collapse:collapse;width:100%;margin:.5rem 0}td{vertical-align:top;padding:.3rem .75rem .3rem 0;border-top:1px solid var(--faint)}",
  "td:first-child{white-space:nowrap}small{opacity:.7}p{margin:.5rem 0}",
].join("");

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
