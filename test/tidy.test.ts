import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findAll } from "../scripts/tidy/find-all.ts";
import { listSizes } from "../scripts/tidy/sizes.ts";
import { readTree, type Tree } from "../scripts/tidy/tree.ts";

const here = fileURLToPath(new URL("..", import.meta.url));

function treeOf(files: { readonly [path: string]: string }): Tree {
  return { root: here, files: new Map(Object.entries(files)) };
}

function rulesBroken(files: { readonly [path: string]: string }): readonly string[] {
  return findAll(treeOf(files)).map(({ file, rule }) => `${rule} ${file}`);
}

describe("the house rules", () => {
  it("hold in the whole project", () => {
    expect(findAll(readTree(here))).toEqual([]);
  });

  it("leave a lawful tree alone", () => {
    const lawful = {
      "src/main.ts": 'import { serve } from "./http/serve.ts"; serve();',
      "src/http/serve.ts":
        'import fastify from "fastify"; import { list } from "../storage/read/list.ts"; export const serve = [fastify, list];',
      "src/storage/read/list.ts": 'import pg from "pg"; export const list = [pg, "select run_id from reckoning.run"];',
      "src/ledger/leaf.ts": 'export { createHash } from "node:crypto";',
      "scripts/show.ts": 'import { x } from "../src/ledger/leaf.ts"; export const y = x;',
    };
    expect(rulesBroken(lawful)).toEqual([]);
  });
});

describe("doors", () => {
  const target = {
    "web/src/a.ts": "export const w = 1;",
    "src/storage/pool.ts": "export type Pool = 1;",
    "src/http/contract.ts": "export const c = 1;",
    "src/storage/read/run.ts": "export const r = 1;",
  };

  it.each([
    ["domain imports nothing of Node", "src/domain/a.ts", 'import "node:fs";'],
    ["domain imports no library", "src/domain/a.ts", 'import ajv from "ajv";'],
    ["domain imports no other room", "src/domain/a.ts", 'import "../storage/pool.ts";'],
    ["a type-only import is an import", "src/engine/a.ts", 'import type { Pool } from "../storage/pool.ts";'],
    ["a type named in place is an import", "src/engine/a.ts", 'export type P = import("../storage/pool.ts").Pool;'],
    ["a dynamic import is an import", "src/engine/a.ts", 'await import("../storage/pool.ts");'],
    ["an import by a computed name passes no door", "src/engine/a.ts", 'const name = "pg"; await import(name);'],
    ["a re-export is an import", "src/engine/a.ts", 'export { Pool } from "../storage/pool.ts";'],
    ["a re-export of everything is an import", "src/engine/a.ts", 'export * from "../storage/pool.ts";'],
    ["engine does not use crypto", "src/engine/a.ts", 'import { hash } from "node:crypto";'],
    ["ledger uses no file system", "src/ledger/a.ts", 'import "node:fs";'],
    ["only storage knows pg", "src/http/a.ts", 'import pg from "pg";'],
    ["not even the wiring knows pg", "src/main.ts", 'import pg from "pg";'],
    ["only policy knows CEL", "src/engine/a.ts", 'import { parse } from "@bufbuild/cel";'],
    ["a path inside a library is that library", "src/engine/a.ts", 'import "ajv/dist/2020.js";'],
    ["only http knows fastify", "src/runtime/a.ts", 'import fastify from "fastify";'],
    ["a library that the table names for no room", "src/http/a.ts", 'import { fetch } from "undici";'],
    ["http reads storage only through storage/read", "src/http/a.ts", 'import "../storage/pool.ts";'],
    ["cli takes from http only the contract", "src/cli/a.ts", 'import "../http/problems.ts";'],
    ["a development library has no door", "src/domain/a.ts", 'import fc from "fast-check";'],
    ["a room unknown to the table is none", "src/helpers/a.ts", "export const a = 1;\nimport 'node:fs';"],
    ["nothing leans on a test", "src/engine/a.ts", 'import "../../test/support/x.ts";'],
    ["an import that leads nowhere is found", "src/engine/a.ts", 'import "./missing.ts";'],
    ["the web interface imports nothing of the program", "web/src/a.tsx", 'import type { C } from "../../src/http/contract.ts";'],
    ["the web interface runs in a browser", "web/src/a.ts", 'import "node:fs";'],
    ["the web interface has libraries of its own", "web/src/a.ts", 'import pg from "pg";'],
    ["the program imports nothing of the web interface", "src/http/a.ts", 'import "../../web/src/a.ts";'],
    ["an import without its extension leads nowhere", "src/storage/a.ts", 'import "./pool";'],
  ])("%s", (_rule, file, text) => {
    expect(rulesBroken({ ...target, [file]: text })).toContain(`doors ${file}`);
  });

  it("are open to a test", () => {
    expect(
      rulesBroken({ ...target, "src/engine/a.test.ts": 'import fc from "fast-check"; import "../storage/pool.ts"; import "node:fs";' }),
    ).toEqual([]);
  });
});

describe("the import graph", () => {
  it("has no circle, not even of types", () => {
    const files = {
      "src/domain/a.ts": 'import type { B } from "./b.ts"; export type A = B;',
      "src/domain/b.ts": 'import type { A } from "./a.ts"; export type B = A;',
    };
    expect(rulesBroken(files)).toEqual(["cycle src/domain/a.ts"]);
  });

  it("reaches every file from the program, the exports of the package or a script", () => {
    const files = {
      "package.json": '{"exports": {"./verify": "./dist/verify/verify.js"}}',
      "src/main.ts": 'import "./domain/used.ts";',
      "src/domain/used.ts": "export const a = 1;",
      "src/domain/dead.ts": "export const b = 1;",
      "src/domain/dead.test.ts": 'import "./dead.ts";',
      "src/verify/verify.ts": "export const c = 1;",
    };
    expect(rulesBroken(files)).toEqual(["unreached src/domain/dead.ts"]);
  });

  it("leads from the offline auditor to no network, at any distance", () => {
    const files = {
      "src/verify/a.ts": 'import "../llm/provider-messages.ts";',
      "src/llm/provider-messages.ts": 'import "./b.ts";',
      "src/llm/b.ts": 'export { connect } from "node:net";',
    };
    expect(rulesBroken(files)).toEqual(["offline src/llm/b.ts"]);
  });
});

describe("SQL", () => {
  it.each([
    '"select 1 from run"',
    '"insert into run values (1)"',
    '"UPDATE reckoning.run set a = 1"',
    "`delete from ${x}`",
    "`\n  with a as (select 1)`",
    '"create table a (b int)"',
    '"listen reckoning"',
    '"select pg_notify(1)"',
  ])("stays in storage: %s", (literal) => {
    expect(rulesBroken({ "src/runtime/a.ts": `const x = 1; export const q = [x, ${literal}];` })).toEqual(["sql src/runtime/a.ts"]);
  });

  it.each(['"Select a run"', '"update the run"', '"listen for changes"', '"Create a task"'])(
    "is not what merely reads like it: %s",
    (literal) => {
      expect(rulesBroken({ "src/cli/a.ts": `export const q = ${literal};` })).toEqual([]);
    },
  );
});

describe("traces of a machine", () => {
  it.each([`${homedir()}/notes`, "/ho" + "me/ada/x", "/Us" + "ers/ada/x", `${here}README.md`])("are found: %s", (path) => {
    expect(rulesBroken({ "docs/a.md": `see ${path}` })).toContain("machine docs/a.md");
  });

  it("are found in a lock file as the addresses of its packages", () => {
    expect(rulesBroken({ "package-lock.json": '{"resolved": "x"}' })).toEqual(["machine package-lock.json"]);
    expect(rulesBroken({ "package-lock.json": '{"resolved": "test/postgres-oldest", "link": true}' })).toEqual([]);
  });

  it("are not seen in addresses", () => {
    expect(rulesBroken({ "docs/a.md": "https://example.org/ho" + "me/ada/x and ./ho" + "me/ada/x" })).toEqual([]);
  });
});

describe("the report of sizes", () => {
  it("names long files and long functions, longest first", () => {
    const lines = "  a;\n".repeat(70);
    expect(listSizes(treeOf({ "src/domain/a.ts": `export function long() {\n${lines}}\n${"\n".repeat(300)}` }))).toEqual([
      "  372 lines  src/domain/a.ts",
      "   72 lines  src/domain/a.ts long",
    ]);
  });
});
