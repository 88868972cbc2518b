import type { RunCommand } from "../domain/command.ts";
import type { Admission } from "../domain/outcome.ts";
import { admit } from "../engine/admit.ts";
import type { PreparedCall } from "./take-turn.ts";

/**
 * Makes one model call and says what came of it. The request is on record by now; the reply is handed on whatever it
 * is. Null when the call was given up because this process may no longer advance the run: then nothing is concluded.
 */
export async function performCall(call: PreparedCall, signal: AbortSignal): Promise<Extract<RunCommand, { type: "record_reply" }> | null> {
  const { step, attempt, request, client, compiled, input } = call;
  const reply = await client.call(request, { timeoutSeconds: step.task.definition.timeout_seconds, signal });
  if (signal.aborted) return null;
  const read = client.read(reply);
  const admission: Admission = read.ok
    ? admit(compiled, input, read.value)
    : { admitted: false, failure: read.error, rationale: null, report: null };
  const record = { reply, model: read.ok ? read.value.model : null, usage: read.ok ? read.value.usage : null };
  return { type: "record_reply", step: step.step_key, attempt, call: record, admission };
}
