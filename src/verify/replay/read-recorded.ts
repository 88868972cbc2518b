import { assert } from "../../domain/assert.ts";
import type { Attestation } from "../../domain/attestation.ts";
import type { CallRecord } from "../../domain/event.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { ModelReply, Usage } from "../../domain/model-call.ts";
import { readOwnJson } from "../../domain/read-json.ts";
import { readOutcome } from "../../engine/outcome.ts";
import type { Outcome } from "../../engine/outcome.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { contentOf } from "../recorded-run.ts";
import type { ArtifactIndex, RoleContent } from "../recorded-run.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The parameters of `run.created`; null when they are absent. Throws on what the machine could not have written. */
export function readParams(artifacts: ArtifactIndex, entry: Entry): JsonObject | null {
  const params = jsonOf(contentOf(artifacts, entry, "params"));
  if (params === null) return null;
  assert(isJsonObject(params), "run_params on record are an object");
  return params;
}

export function readAttestation(artifacts: ArtifactIndex, entry: Entry): Attestation | null {
  const value = jsonOf(contentOf(artifacts, entry, "attestation"));
  if (value === null) return null;
  assert(isJsonObject(value), "an attestation on record is an object");
  return value as unknown as Attestation;
}

export function readReason(artifacts: ArtifactIndex, entry: Entry): string | null {
  const reason = contentOf(artifacts, entry, "reason");
  return reason.type === "content" ? decoder.decode(reason.content) : null;
}

/** The outcome of a step's end; null when it is absent. */
export function readRecordedOutcome(artifacts: ArtifactIndex, entry: Entry): Outcome | null {
  const outcome = contentOf(artifacts, entry, "outcome");
  return outcome.type === "content" ? readOutcome(outcome.content) : null;
}

/**
 * The call that a step's end concluded from, as far as the record holds it. How long a provider asked to wait is not on
 * record; the pause that was granted stands for it, and `decide` refuses one shorter than the task's own backoff.
 */
export function readCall(artifacts: ArtifactIndex, entry: Entry, outcome: () => Outcome | null): CallRecord {
  const { latency_ms: latencyMs, provider_status: status, model, usage, retry_in_ms: retryInMs } = entry.data;
  assert(typeof latencyMs === "number", "latency_ms is a number");
  const stored = contentOf(artifacts, entry, "reply");
  const body = stored.type === "content" ? stored.content : stored.type === "absent" ? new Uint8Array() : null;
  const said = { model: typeof model === "string" ? model : null, usage: readUsageRecord(usage) };
  if (typeof status === "number") {
    const retryAfterSeconds = typeof retryInMs === "number" ? retryInMs / 1000 : null;
    return { reply: { arrived: true, status, body: body ?? new Uint8Array(), retryAfterSeconds, latencyMs }, ...said };
  }
  assert(status === null, "provider_status is a number or null");
  const { code, detail } = outcome()?.error ?? { code: entry.data["code"], detail: "" };
  assert(code === "network" || code === "timeout" || code === "reply_too_large", "a call that did not arrive failed as one does");
  const reply: ModelReply = { arrived: false, code, detail, body, latencyMs };
  return { reply, ...said };
}

function readUsageRecord(usage: Json | undefined): Usage | null {
  if (!isJsonObject(usage)) return null;
  const { input_tokens: input, output_tokens: output } = usage;
  return { input_tokens: typeof input === "number" ? input : null, output_tokens: typeof output === "number" ? output : null };
}

function jsonOf(found: RoleContent): Json | null {
  return found.type === "content" ? readOwnJson(decoder.decode(found.content)) : null;
}
