import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Every module that a source file leads to by static imports, types left out. */
function closure(entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (url: URL): void => {
    if (found.has(url.href)) return;
    found.add(url.href);
    for (const [, path] of readFileSync(url, "utf8").matchAll(/^import (?!type).* from "([^"]+)";$/gm)) {
      if (path?.startsWith(".") === true) visit(new URL(path, url));
      else if (path !== undefined) found.add(path);
    }
  };
  visit(new URL(entry, import.meta.url));
  return found;
}

describe("the half of a provider that replay uses", () => {
  it("leads to no transport and to no library, not even Node's", () => {
    const modules = [...closure("../../src/llm/provider-messages.ts")];
    expect(modules.length).toBeGreaterThan(8);
    expect(modules.filter((module) => !module.startsWith("file:"))).toEqual([]);
    expect(modules.filter((module) => /transport|http-client|endpoint/.test(module))).toEqual([]);
  });
});
