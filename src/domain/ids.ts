import type { Brand } from "./brand.ts";

/** Every id but the step key is a UUID (RFC 9562) in lower case; each has a kind of its own, so none can stand in for another. */
export type RunId = Brand<string, "RunId">;
export type TaskId = Brand<string, "TaskId">;
export type ManifestId = Brand<string, "ManifestId">;
/** Names one step of one version of a manifest. */
export type ManifestStepId = Brand<string, "ManifestStepId">;
/** Names one step of one run; derived from both (see `ledger/step-run-id.ts`), never minted. */
export type StepRunId = Brand<string, "StepRunId">;
/** Names one process that advances runs, from its start to its end. */
export type WorkerId = Brand<string, "WorkerId">;
/** Names one command a client sent, so that sending it twice has one effect. */
export type CommandId = Brand<string, "CommandId">;
/** The author's own name for a step, unique in its manifest. */
export type StepKey = Brand<string, "StepKey">;

type UuidKind = RunId | TaskId | ManifestId | ManifestStepId | StepRunId | WorkerId | CommandId;

/** The id, or null when the text is not a UUID. Upper case is accepted and lowered. */
export function parseUuid<Kind extends UuidKind>(text: string): Kind | null {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text) ? (text.toLowerCase() as Kind) : null;
}

export const stepKeyPattern = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$";

/** A step key can stand in a template as `upstream.<step_key>`, so it is a plain name of at most 64 characters. */
export function parseStepKey(text: string): StepKey | null {
  return new RegExp(stepKeyPattern).test(text) && text !== "__proto__" ? (text as StepKey) : null;
}
