import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { EntryView, LogView, ManifestView, OperatorKeyView, RunView, StepRunView, TaskView, TokenView } from "../domain/view.ts";
import { CliError } from "./cli-error.ts";

// The server's answers as the views it documents. Only the members whose absence would confuse a command are looked
// at: a newer server may say more, and the rest is printed, not computed with.

export function readRun(json: Json): RunView {
  return expectMembers(json, "run", { id: "string", status: "string", manifest_id: "string", entry_count: "number" }) as unknown as RunView;
}

export function readStepRuns(json: Json): readonly StepRunView[] {
  if (!Array.isArray(json)) throw strange("list of steps");
  return (json as readonly Json[]).map(
    (item) => expectMembers(item, "step", { id: "string", step_key: "string", status: "string" }) as unknown as StepRunView,
  );
}

export function readTask(json: Json): TaskView {
  return expectMembers(json, "task", { id: "string", name: "string", version: "number", digest: "string" }) as unknown as TaskView;
}

export function readManifest(json: Json): ManifestView {
  return expectMembers(json, "manifest", { id: "string", name: "string", version: "number", digest: "string" }) as unknown as ManifestView;
}

export function readLog(json: Json): LogView {
  return expectMembers(json, "log", { origin: "string", size: "number", pending: "number" }) as unknown as LogView;
}

export function readEntry(json: Json): EntryView {
  return expectMembers(json, "entry", { seq: "number", leaf: "string" }) as unknown as EntryView;
}

export function readToken(json: Json): TokenView {
  return expectMembers(json, "token", { id: "string", subject: "string", expires_at: "string" }) as unknown as TokenView;
}

export function readOperatorKey(json: Json): OperatorKeyView {
  return expectMembers(json, "key", { id: "string", subject: "string", printed_name: "string" }) as unknown as OperatorKeyView;
}

export function readCaller(json: Json): { readonly subject: string | null; readonly roles: readonly string[] } {
  if (!isJsonObject(json)) throw strange("caller");
  return { subject: textOf(json["subject"]) || null, roles: listOf(json["roles"]).map((role) => textOf(role)) };
}

export function readStarted(json: Json): { readonly runId: string; readonly status: string } {
  const run = expectMembers(json, "started run", { run_id: "string", status: "string" });
  return { runId: textOf(run["run_id"]), status: textOf(run["status"]) };
}

function expectMembers(json: Json, what: string, members: Readonly<Record<string, "string" | "number">>): JsonObject {
  if (!isJsonObject(json)) throw strange(what);
  for (const [name, type] of Object.entries(members)) {
    if (typeof json[name] !== type) throw strange(what);
  }
  return json;
}

function strange(what: string): CliError {
  return new CliError({
    exit: "error",
    code: "answer_unreadable",
    message: `the server's answer is not a ${what} as this version knows it`,
    remedy: "compare `reckon version` with the server's /version",
  });
}

/** The items of a list, or none when it is something else. */
export function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

/** The text, or `otherwise` when it is something else. */
export function textOf(json: Json | undefined, otherwise = ""): string {
  return typeof json === "string" ? json : otherwise;
}

/** A token that was just given out, and its text. */
export function readNewToken(json: Json): { readonly token: TokenView; readonly secret: string } {
  const answer = expectMembers(json, "new token", { secret: "string" });
  return { token: readToken(answer["token"] ?? null), secret: textOf(answer["secret"]) };
}

/** A view as the plain document that it is on the wire. */
export function documentOf(view: object): JsonObject {
  return view as unknown as JsonObject;
}

export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
