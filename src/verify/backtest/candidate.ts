import type { Json } from "../../domain/json.ts";
import type { Issue } from "../../domain/rejection.ts";
import { ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";
import { checkTask } from "../../engine/check-task.ts";
import { compileTask } from "../../engine/compiled-task.ts";
import type { CompiledTask } from "../../engine/compiled-task.ts";

/** Rules that are not in force, made ready to judge replies with. Null: those of the task's own version at the time. */
export interface Candidate {
  readonly rules: CompiledTask["rules"] | null;
  readonly contract: CompiledTask["contract"] | null;
}

/** A changed policy, a changed contract, or both, after the same checks that a task passes at its door. Pointers begin /policy and /extract_schema. */
export function checkCandidate(changed: { readonly policy?: Json; readonly schema?: Json }): Result<Candidate, readonly Issue[]> {
  const { policy, schema } = changed;
  const checked = checkTask({
    name: "candidate",
    ...(policy === undefined ? {} : { policy }),
    ...(schema === undefined ? {} : { extract_schema: schema }),
  });
  if (!checked.ok) return checked;
  const { rules, contract } = compileTask(checked.value);
  return ok({ rules: policy === undefined ? null : rules, contract: schema === undefined ? null : contract });
}
