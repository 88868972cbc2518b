import type { Import, ImportGraph } from "./import-graph.ts";
import { isTest, type Finding } from "./tree.ts";

/** What one room may import besides itself: rooms or single files of `src`, libraries, and built-ins of Node. */
interface Doors {
  readonly from: readonly string[];
  readonly libraries: readonly string[];
  readonly builtins: readonly string[] | "any";
}

const everyRoom = [
  "domain",
  "policy",
  "engine",
  "ledger",
  "attestation",
  "verify",
  "storage",
  "llm",
  "runtime",
  "http",
  "cli",
  "telemetry",
];

// The architecture in one table. A library is a door too: each is named for the rooms that own it and for no other.
const doors: { readonly [room: string]: Doors } = {
  domain: { from: [], libraries: [], builtins: [] },
  policy: { from: ["domain"], libraries: ["ajv", "ajv-formats", "@bufbuild/cel", "@bufbuild/protobuf", "@bufbuild/re2"], builtins: [] },
  engine: { from: ["domain", "policy"], libraries: ["liquidjs"], builtins: [] },
  ledger: { from: ["domain"], libraries: ["canonicalize"], builtins: ["node:crypto"] },
  attestation: { from: ["domain", "ledger"], libraries: [], builtins: ["node:crypto"] },
  // Of llm only what recorded bytes mean: its import closure holds no transport, and a replay must run the very code of the live run.
  verify: {
    from: ["domain", "policy", "engine", "ledger", "attestation", "llm/provider-messages.ts"],
    libraries: [],
    builtins: [],
  },
  storage: { from: ["domain", "ledger"], libraries: ["pg"], builtins: "any" },
  llm: { from: ["domain"], libraries: [], builtins: "any" },
  runtime: {
    from: ["domain", "policy", "engine", "ledger", "attestation", "storage", "llm", "telemetry"],
    libraries: ["uuid", "yaml"],
    builtins: "any",
  },
  http: {
    from: ["domain", "runtime", "storage/read", "telemetry"],
    libraries: [
      "fastify",
      "@fastify/rate-limit",
      "@fastify/static",
      "@fastify/swagger",
      "@fastify/type-provider-typebox",
      "ajv",
      "openid-client",
      "typebox",
      "yaml",
    ],
    builtins: "any",
  },
  cli: { from: ["domain", "attestation", "verify", "http/contract.ts"], libraries: ["commander", "yaml"], builtins: "any" },
  telemetry: { from: [], libraries: ["pino", "prom-client"], builtins: "any" },
  // The files that stand in `src` itself: the configuration is parsed once, `main.ts` and what it opens wire once.
  "main.ts": {
    from: [...everyRoom, "config.ts", "config-variables.ts", "open-records.ts", "open-service.ts", "open-sealing.ts"],
    libraries: ["uuid", "yaml"],
    builtins: "any",
  },
  "open-service.ts": { from: [...everyRoom, "config.ts", "export-run.ts", "open-sealing.ts"], libraries: [], builtins: "any" },
  "open-records.ts": { from: [...everyRoom], libraries: [], builtins: [] },
  "export-run.ts": { from: [...everyRoom], libraries: [], builtins: [] },
  "open-sealing.ts": { from: [...everyRoom, "config.ts", "config-sealing.ts"], libraries: [], builtins: "any" },
  "config.ts": { from: ["domain", "config-variables.ts", "config-sealing.ts"], libraries: [], builtins: [] },
  "config-sealing.ts": { from: ["domain", "config-variables.ts"], libraries: [], builtins: [] },
  "config-variables.ts": { from: ["domain", "config.ts"], libraries: [], builtins: [] },
};

// The web interface is a program of its own, in the browser: what it can do, any client of the published interface can do.
const webLibraries = [
  "react",
  "react-dom",
  "@tanstack/react-query",
  "@tanstack/react-router",
  "@xyflow/react",
  "@dagrejs/dagre",
  "codemirror",
  "@codemirror/lang-yaml",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/merge",
  "@codemirror/state",
  "@codemirror/view",
  "@lezer/highlight",
  "yaml",
];

/** Imports through a door that the table does not have. Tests may look into every room, but nothing may lean on a test. */
export function findForbiddenDoors(graph: ImportGraph): readonly Finding[] {
  return [...graph].flatMap(([file, imports]) =>
    imports.flatMap((target) => {
      const detail = objection(file, target);
      return detail === null ? [] : [{ file, rule: "doors", detail }];
    }),
  );
}

function objection(file: string, target: Import): string | null {
  if (target.type === "file" && !target.exists) return `imports ${target.path}, which does not exist (imports carry the .ts extension)`;
  if (file.startsWith("web/src/") && !isTest(file)) return webObjection(target);
  if (!file.startsWith("src/") || isTest(file)) return null;
  const room = roomOf(file);
  const open = doors[room];
  if (open === undefined) return `${room} is not a room in the table of scripts/tidy/doors.ts`;
  switch (target.type) {
    case "builtin":
      return open.builtins === "any" || open.builtins.includes(target.name) ? null : `${room} may not import ${target.name}`;
    case "package":
      return open.libraries.includes(target.name) ? null : `${room} may not import the library ${target.name}`;
    case "file":
      return mayImport(room, open, target.path) ? null : `${room} may not import ${target.path}`;
  }
}

function webObjection(target: Import): string | null {
  switch (target.type) {
    case "builtin":
      return `the web interface runs in a browser, which has no ${target.name}`;
    case "package":
      return webLibraries.includes(target.name) ? null : `the web interface may not import the library ${target.name}`;
    case "file":
      return target.path.startsWith("web/src/") && !isTest(target.path) ? null : `the web interface may not import ${target.path}`;
  }
}

function mayImport(room: string, open: Doors, path: string): boolean {
  if (!path.startsWith("src/") || isTest(path)) return false;
  const inSource = path.slice("src/".length);
  return roomOf(path) === room || open.from.some((door) => inSource === door || inSource.startsWith(`${door}/`));
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? path;
}
