import { randomBytes } from "node:crypto";
import { aboutWaitingStep } from "../attestation/about-step.ts";
import { challengeDigest, challengeVersion } from "../attestation/challenge.ts";
import type { Challenge } from "../attestation/challenge.ts";
import type { RunId, StepRunId } from "../domain/ids.ts";
import { instantAfter } from "../domain/instant.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { insertChallenge } from "../storage/write/issue-challenge.ts";
import { findComputeStep } from "./find-compute-step.ts";
import type { Runtime } from "./runtime.ts";

const nonceBytes = 32;

/** Hands out what a person is to sign on a waiting step: everything that binds the signature to this moment and place. */
export async function issueChallenge(
  runtime: Runtime,
  request: { readonly runId: RunId; readonly stepRunId: StepRunId; readonly to: string },
): Promise<Result<Challenge, Rejection>> {
  const { runId, stepRunId, to } = request;
  const held = await runtime.loadRun(runId);
  if (held === null) return err({ code: "run_not_found", detail: `there is no run ${runId}` });
  const found = findComputeStep(held.run, runId, stepRunId);
  if (!found.ok) return found;
  const step = found.value;
  const status = held.run.steps.get(step.step_key)?.status ?? "not begun";
  if (status !== "WAITING_FOR_ATTESTATION") {
    return err({ code: "step_not_waiting", detail: `step ${step.step_key} is not waiting for an attestation: it is ${status}` });
  }
  const { now, log } = runtime.tools.scribe;
  const challenge: Challenge = {
    v: challengeVersion,
    log,
    about: aboutWaitingStep(runId, held.run, step),
    to,
    nonce: randomBytes(nonceBytes).toString("hex"),
    deadline: instantAfter(now(), runtime.challengeMs),
  };
  const { nonce, deadline } = challenge;
  await insertChallenge(runtime.db, { nonce, digest: challengeDigest(challenge), run: runId, step: step.step_key, to, deadline });
  return ok(challenge);
}
