import type { Operator } from "../domain/actor.ts";
import type { RunCommand } from "../domain/command.ts";
import type { ArtifactName } from "../domain/custody.ts";
import type { RunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { readArtifact } from "../storage/read/entries.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import type { Runtime } from "./runtime.ts";

/** What a person decides about the keeping of an ended run's content. */
export type KeepingRequest = { readonly runId: RunId; readonly by: Operator; readonly key: string | null } & (
  | { readonly type: "request_erasure"; readonly artifact: ArtifactName; readonly legalBasis: string; readonly reason: string }
  | { readonly type: "approve_erasure"; readonly artifact: ArtifactName }
  | { readonly type: "place_hold" | "release_hold"; readonly reason: string }
);

/** Puts the decision on record; an approved erasure deletes the content in the very commit that says so. */
export async function keepRun(runtime: Runtime, request: KeepingRequest): Promise<Result<RunId, Rejection>> {
  const { runId, by, key } = request;
  if (request.type === "request_erasure" && !(await isThere(runtime, runId, request.artifact)))
    return err({ code: "artifact_not_found", detail: `run ${runId} has no artifact ${request.artifact}` });
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`${request.type}\n${runId}`, key, payloadOf(request)),
    ask: () => ok(commandOf(request)),
  });
  return changed.ok ? ok(runId) : changed;
}

/** An artifact that was erased is there no more; `decide` says so of the request, with the entry that authorised it. */
async function isThere({ db, loadRun }: Runtime, runId: RunId, artifact: ArtifactName): Promise<boolean> {
  const [seq = -1, n = -1] = artifact.split(".").map(Number);
  if ((await readArtifact(db, runId, { seq, n })) !== null) return true;
  return (await loadRun(runId))?.run.custody.erased.has(artifact) ?? true;
}

function commandOf(request: KeepingRequest): RunCommand {
  const { id } = request.by;
  switch (request.type) {
    case "request_erasure": {
      const { artifact, legalBasis, reason } = request;
      return { type: "request_erasure", artifact, legalBasis, requestedBy: id, reason };
    }
    case "approve_erasure":
      return { type: "approve_erasure", artifact: request.artifact, approvedBy: id };
    case "place_hold":
      return { type: "place_hold", heldBy: id, reason: request.reason };
    case "release_hold":
      return { type: "release_hold", releasedBy: id, reason: request.reason };
  }
}

function payloadOf(request: KeepingRequest): Json {
  const { by, runId: _run, key: _key, ...asked } = request;
  return { ...asked, by: by.id };
}
