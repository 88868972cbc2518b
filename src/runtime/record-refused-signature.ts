import { readSigned } from "../attestation/check-attestation.ts";
import type { Operator } from "../domain/actor.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import { findComputeStep } from "./find-compute-step.ts";
import type { Runtime } from "./runtime.ts";

/**
 * A signature that was not taken stays on record, with the reason: trying to move, to alter or to replay one is what an
 * auditor looks for. Nothing is recorded where nothing was signed, nor of a step that there is not.
 */
export async function recordRefusedSignature(
  runtime: Runtime,
  request: { readonly runId: RunId; readonly stepRunId: StepRunId; readonly by: Operator; readonly signature: Json },
  rejection: Rejection,
): Promise<void> {
  const { runId, stepRunId, by, signature } = request;
  if (signature === null) return;
  const held = await runtime.loadRun(runId);
  const step = held === null ? null : findComputeStep(held.run, runId, stepRunId);
  if (step === null || !step.ok) return;
  const signed = readSigned(signature);
  const key = signed.ok ? signed.value.envelope.keyId.slice(0, keyCharactersMax) : null;
  const nonce = signed.ok ? signed.value.statement.challenge.nonce : null;
  const code = /^[a-z_]+(?=: )/.exec(rejection.detail)?.[0] ?? rejection.code;
  await runtime.register.record({ kind: "signature.refused", run: runId, step: step.value.step_key, by: by.id, code, key, nonce }, by);
}

/** What an enemy wrote there may have any length. */
const keyCharactersMax = 64;
