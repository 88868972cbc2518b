import type { Operator } from "../domain/actor.ts";
import type { RunId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { RunStatus } from "../domain/run.ts";
import { changeRun } from "./change-run.ts";
import { clientCommand } from "./client-command.ts";
import type { Runtime } from "./runtime.ts";

/** Hands an attested, waiting run back to the workers. Asking twice, or twice at once, resumes it once: the other is refused. */
export async function resumeRun(
  runtime: Runtime,
  request: { readonly runId: RunId; readonly by: Operator; readonly key: string | null },
): Promise<Result<{ readonly runId: RunId; readonly status: RunStatus }, Rejection>> {
  const { runId, by, key } = request;
  const resumedBy = by.id;
  const changed = await changeRun(runtime, {
    runId,
    operator: by,
    command: clientCommand(`resume\n${runId}`, key, { resumed_by: resumedBy }),
    ask: () => ok({ type: "resume", resumedBy }),
  });
  return changed.ok ? ok({ runId, status: changed.value.run.state.status }) : changed;
}
