import { hash } from "node:crypto";
import type { CommandId, ManifestId, ManifestStepId, RunId, StepKey, StepRunId } from "../domain/ids.ts";
import { logBase } from "./log-family.ts";

/** The id of one step of one run. Derived, so that no id has to be minted, stored and looked up for it. */
export function stepRunIdOf(runId: RunId, stepKey: StepKey): StepRunId {
  return derivedUuid(`rm-step-run/1\n${runId}\n${stepKey}`) as StepRunId;
}

/** The id of one step of one version of a manifest. */
export function manifestStepIdOf(manifestId: ManifestId, version: number, stepKey: StepKey): ManifestStepId {
  return derivedUuid(`rm-manifest-step/1\n${manifestId}\n${version}\n${stepKey}`) as ManifestStepId;
}

/** The id of a command from the client's idempotency key, within the scope (route and object) that the key was used in. */
export function commandIdOf(scope: string, key: string): CommandId {
  return derivedUuid(`rm-command/1\n${scope}\n${key}`) as CommandId;
}

/** A version 8 UUID (RFC 9562 section 5.8) from the first 128 bits of SHA-256 of `text`. */
function derivedUuid(text: string): string {
  const digits = hash("sha256", text, "hex");
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/**
 * The id under which the register of a ledger stands among its runs. It begins with ones, as no run's does before the
 * year 10889, so it sorts after all of them and falls into no month's partition. It stays when the log goes on under another name.
 */
export function registerIdOf(log: string): RunId {
  return `ffffffff-ffff${derivedUuid(`rm-register/1\n${logBase(log)}`).slice(13)}` as RunId;
}
