import type { Operator } from "../domain/actor.ts";
import type { RunId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { RunStatus } from "../domain/run.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import type { Runtime } from "./runtime.ts";

/** Ends a run for a stated reason, wherever it is being advanced: whoever holds it loses its fence and stops. */
export async function cancelRun(
  runtime: Runtime,
  request: { readonly runId: RunId; readonly by: Operator; readonly reason: string; readonly key: string | null },
): Promise<Result<{ readonly runId: RunId; readonly status: RunStatus }, Rejection>> {
  const { runId, by, reason, key } = request;
  const cancelledBy = by.id;
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`cancel\n${runId}`, key, { cancelled_by: cancelledBy, reason }),
    ask: () => ok({ type: "cancel", cancelledBy, reason }),
  });
  return changed.ok ? ok({ runId, status: changed.value.run.state.status }) : changed;
}
