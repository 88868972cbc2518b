import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { buildVerify } from "../../scripts/build-verify.ts";
import { checkExport } from "../../src/verify/check-export.ts";
import type { ExportCheck } from "../../src/verify/check-export.ts";
import { openBrowser } from "../support/browser.ts";
import type { TestPage } from "../support/browser.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { runExportVectors } from "../vectors/run-export-vectors.ts";

// `reckoning-machine/verify` in a real browser says what it says in Node, of every vector, down to the last finding.

const built = fileURLToPath(new URL("../../dist/verify/browser/check-export.js", import.meta.url));
const keys = readFileSync(new URL("../vectors/run-export/keys.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
const vectors = runExportVectors();
let tab: TestPage;
const atEnd = closeAfterAll();

beforeAll(async () => {
  buildVerify();
  const server = createServer((request, response) => {
    const vector = vectors.find(({ name }) => request.url === `/${name}.tar`);
    if (request.url === "/verify.js") response.setHeader("content-type", "text/javascript").end(readFileSync(built));
    else if (vector !== undefined) response.end(Buffer.from(vector.archive));
    else response.setHeader("content-type", "text/html").end("<!doctype html><title>verify</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const browser = await openBrowser();
  atEnd(() => browser.close());
  tab = await browser.open();
  await tab.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

/** As text, since a test runner rewrites the imports of its own files. */
async function inBrowser(name: string, pinned: readonly string[]): Promise<ExportCheck> {
  const text = await tab.page.evaluate<string>(`(async () => {
    const { checkExport } = await import("/verify.js");
    const archive = new Uint8Array(await (await fetch("/${name}.tar")).arrayBuffer());
    return JSON.stringify(checkExport(archive, ${JSON.stringify(pinned)}));
  })()`);
  return JSON.parse(text) as ExportCheck;
}

test.each(vectors)("$name: $what", async ({ name, archive }) => {
  for (const pinned of [keys, []]) {
    expect(await inBrowser(name, pinned)).toEqual(JSON.parse(JSON.stringify(checkExport(archive, pinned))));
  }
});

test("the build leans on nothing of Node's and on no other file", () => {
  const text = readFileSync(built, "utf8");
  expect(text).not.toMatch(/["']node:|^import[\s{*"']/m);
  expect(tab.complaints()).toEqual([]);
});
