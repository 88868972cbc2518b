import { LineCounter, isNode, parseDocument } from "yaml";
import type { Document } from "yaml";
import { isJsonObject, jsonPointer } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Issue } from "../../domain/rejection.ts";
import { CliError } from "../cli-error.ts";

/** One definition of the file: what stands there, and where. */
export interface Definition {
  readonly name: string;
  readonly input: JsonObject;
  readonly place: readonly (string | number)[];
}

export interface Definitions {
  readonly tasks: readonly Definition[];
  readonly manifests: readonly Definition[];
  /** `file:line:column` of what a path names, or of the nearest thing around it. */
  locate(path: readonly (string | number)[]): string;
}

/** YAML resolves an alias by copying; so many copies are a convenience, more are an attack. */
const aliasesMax = 100;

/** A file of definitions: `tasks` (a list) and `manifest` or `manifests`. Every fault is reported with its line. */
export function readDefinitions(text: string, file: string): Definitions {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true, prettyErrors: false, lineCounter: lines });
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].map((fault) => ({ pointer: position(fault.pos[0]), detail: fault.message }));
  if (faults.length > 0) throw refuse(file, faults);
  const locate = (path: readonly (string | number)[]): string => position(offsetOf(document, path));
  return { ...split(toJson(document, file), locate, file), locate };
}

function toJson(document: Document.Parsed, file: string): Json {
  try {
    return document.toJS({ maxAliasCount: aliasesMax }) as Json;
  } catch (cause) {
    throw refuse(file, [{ pointer: file, detail: cause instanceof Error ? cause.message : String(cause) }]);
  }
}

function split(root: Json, locate: Definitions["locate"], file: string): Omit<Definitions, "locate"> {
  if (!isJsonObject(root)) throw refuse(file, [{ pointer: file, detail: "must hold tasks: and manifest: (or manifests:)" }]);
  const issues: Issue[] = Object.keys(root)
    .filter((key) => key !== "tasks" && key !== "manifest" && key !== "manifests")
    .map((key) => ({
      pointer: locate([key]),
      detail: `unknown key ${JSON.stringify(key)}: only tasks, manifest and manifests may stand here`,
    }));
  const tasks = definitionsAt(root["tasks"], ["tasks"], { locate, issues });
  const single = root["manifest"] === undefined ? [] : definitionsOf([root["manifest"]], () => ["manifest"], { locate, issues });
  const manifests = [...single, ...definitionsAt(root["manifests"], ["manifests"], { locate, issues })];
  for (const group of [tasks, manifests]) reportTwins(group, { locate, issues });
  if (issues.length > 0) throw refuse(file, issues);
  if (tasks.length + manifests.length === 0) throw refuse(file, [{ pointer: file, detail: "defines nothing" }]);
  return { tasks, manifests };
}

interface Findings {
  readonly locate: Definitions["locate"];
  readonly issues: Issue[];
}

function definitionsAt(value: Json | undefined, place: readonly string[], findings: Findings): readonly Definition[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return definitionsOf(value as readonly Json[], (index) => [...place, index], findings);
  findings.issues.push({ pointer: findings.locate(place), detail: `${place.join(".")} must be a list` });
  return [];
}

function definitionsOf(
  items: readonly Json[],
  placeOf: (index: number) => readonly (string | number)[],
  { locate, issues }: Findings,
): readonly Definition[] {
  return items.flatMap((input, index) => {
    const place = placeOf(index);
    if (isJsonObject(input) && typeof input["name"] === "string" && input["name"] !== "") return [{ name: input["name"], input, place }];
    issues.push({ pointer: locate(place), detail: "must be a mapping with a name" });
    return [];
  });
}

function reportTwins(group: readonly Definition[], { locate, issues }: Findings): void {
  const seen = new Set<string>();
  for (const { name, place } of group) {
    if (seen.has(name)) issues.push({ pointer: locate([...place, "name"]), detail: `the name ${name} is used twice` });
    seen.add(name);
  }
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function refuse(file: string, issues: readonly Issue[]): CliError {
  return new CliError({ exit: "usage", code: "file_refused", message: `${file} is not a file of definitions`, issues });
}

/** The server's faults of one definition, with the line of the file in place of the pointer into the request. */
export function issuesInFile(definitions: Definitions, { place }: Definition, issues: readonly Issue[]): readonly Issue[] {
  return issues.map(({ pointer, detail }) => {
    const tokens = pointer
      .split("/")
      .slice(1)
      .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    // In the file a step names its task by name, in the request by id.
    const path = tokens.map((token) => (token === "task_id" ? "task" : /^\d+$/.test(token) ? Number(token) : token));
    return { pointer: `${definitions.locate([...place, ...path])} ${jsonPointer([...place, ...path])}`, detail };
  });
}
