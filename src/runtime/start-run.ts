import type { Operator } from "../domain/actor.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ManifestId, RunId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { checkParams } from "../engine/check-params.ts";
import { rests } from "./advance-run.ts";
import { clientCommand, keyReused } from "./client-command.ts";
import { currentPlan } from "./current-plan.ts";
import { makeTransition } from "./make-transition.ts";
import type { Runtime } from "./runtime.ts";
import { takeTurn } from "./take-turn.ts";

export interface StartRequest {
  readonly manifestId: ManifestId;
  readonly by: Operator;
  readonly params: Json;
  /** The client's Idempotency-Key, or null. */
  readonly key: string | null;
}

/** Creates a run of the manifest's current version; when there is room here, its first request goes out in the same commit. */
export async function startRun(
  runtime: Runtime,
  request: StartRequest,
): Promise<Result<{ readonly runId: RunId; readonly repeated: boolean }, Rejection>> {
  const { manifestId, by, params, key } = request;
  const initiatedBy = by.id;
  const command = clientCommand("start_run", key, { initiated_by: initiatedBy, manifest_id: manifestId, run_params: params });
  const earlier = command === null ? null : await runtime.findCommand(command.id);
  if (command !== null && earlier !== null) {
    if (Buffer.compare(earlier.payload, command.payload) !== 0) return err(keyReused(command.id));
    return ok({ runId: earlier.runId, repeated: true });
  }
  const current = await currentPlan(runtime, manifestId);
  if (!current.ok) return current;
  const { plan, digest } = current.value;
  const checked = checkRunParams(plan.params_schema, params);
  if (!checked.ok) return checked;

  const { tools, worker, hints } = runtime;
  const runId = runtime.newRunId();
  const slot = worker.reserve();
  try {
    const start = { type: "start_run", plan, planDigest: digest, params: checked.value, initiatedBy } as const;
    const turn = takeTurn(tools, null, { commands: [start], prepare: slot !== null });
    if (!turn.ok) return turn;
    const { run, events, calls } = turn.value;
    const leaseHolder = rests(run) || slot === null ? null : tools.worker;
    const { transition, after } = makeTransition(tools.scribe, {
      runId,
      before: null,
      events,
      run,
      epoch: 1,
      leaseHolder,
      operator: by,
      command,
    });
    const result = await tools.append(transition);
    if (result.type === "repeated")
      return result.samePayload || command === null ? ok({ runId: result.runId, repeated: true }) : err(keyReused(command.id));
    if (result.type === "fenced") return err({ code: "run_moved", detail: `run ${runId} exists already: ask again` });
    hints.tell(runId, rests(run) ? "rests" : "changed");
    if (leaseHolder !== null) slot?.adopt(after, calls);
    return ok({ runId, repeated: false });
  } finally {
    slot?.giveBack();
  }
}

function checkRunParams(schema: JsonObject | null, params: Json): Result<JsonObject, Rejection> {
  if (!isJsonObject(params)) {
    return err({
      code: "invalid_input",
      detail: "run_params must be an object",
      errors: [{ pointer: "/run_params", detail: "must be an object" }],
    });
  }
  const issues = checkParams(schema, params);
  if (issues.length === 0) return ok(params);
  const errors = issues.map(({ pointer, detail }) => ({ pointer: `/run_params${pointer}`, detail }));
  return err({ code: "invalid_input", detail: "run_params do not satisfy the manifest's params_schema", errors });
}
