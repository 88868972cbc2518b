import { expect, test } from "vitest";
import { makeOpenApi } from "../../scripts/openapi.ts";
import { isJsonObject } from "../../src/domain/json.ts";
import { docsPage } from "../../src/http/docs-page.ts";

const document = await makeOpenApi();
const page = docsPage(document);

test("the page shows every call and every schema, and each of its links leads somewhere", () => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter((id) => !ids.has(id))).toEqual([]);
  for (const path of Object.keys(document["paths"] ?? {})) expect(page).toContain(`<code>${path}</code>`);
  const components = document["components"];
  const schemas = isJsonObject(components) ? Object.keys(components["schemas"] ?? {}) : [];
  expect(schemas.length).toBeGreaterThan(50);
  for (const name of schemas) expect(ids).toContain(`schema-${name}`);
});

test("it loads nothing and runs nothing", () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\son[a-z]+=|javascript:/i);
  expect([...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, target = ""]) => target).filter((target) => !target.startsWith("/"))).toEqual(
    [],
  );
});

test("what the document says is text, whatever it looks like", () => {
  const hostile = "<script>alert(1)</script>\"'&";
  const made = docsPage({
    info: { title: hostile, version: hostile, description: hostile },
    tags: [{ name: "t", description: hostile }],
    paths: {
      [`/${hostile}`]: { get: { summary: hostile, description: hostile, tags: ["t"], responses: { 200: { description: hostile } } } },
    },
    components: { schemas: {} },
  });
  expect(made).not.toContain("<script");
  expect(made).toContain("&lt;script&gt;");
});
