import type { Failure } from "../../domain/failure.ts";
import { isJsonObject, textOf } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import type { Usage } from "../../domain/model-call.ts";
import type { Provider } from "../../domain/task.ts";
import type { AttemptView } from "../../domain/view.ts";
import type { Entry } from "../../ledger/read-entry.ts";

/** The attempts of one step, from its entries: each start, and what ended it. `errorAt` reads the outcome that an entry refers to. */
export function attemptViews(entries: readonly Entry[], errorAt: (seq: number) => Failure | null): readonly AttemptView[] {
  const starts = entries.filter((entry) => entry.kind === "step.started");
  return starts.map((start) => {
    const attempt = start.attempt ?? 0;
    const ends = entries.filter((entry) => entry.attempt === attempt && entry.kind !== "step.started");
    // A step that was cancelled in its call ends without naming the attempt: that end is the last attempt's.
    const untold = start === starts.at(-1) ? entries.find((entry) => entry.kind === "step.failed" && entry.attempt === null) : undefined;
    const end = ends[0] ?? untold;
    return {
      attempt,
      started_at: start.at,
      ended_at: end?.at ?? null,
      provider: (textOf(start.data["provider"]) ?? "unknown") as Provider,
      model: textOf(start.data["model"]) ?? "unknown",
      model_replied: textOf(end?.data["model"]),
      request_artifact: `${start.seq}.0`,
      reply_artifact: replyOf(end),
      reply_status: numberOrNull(end?.data["provider_status"]),
      latency_ms: numberOrNull(end?.data["latency_ms"]),
      usage: usageOf(end?.data["usage"]),
      outcome: outcomeOf(end),
      error: end === undefined ? null : errorAt(end.seq),
    };
  });
}

function replyOf(end: Entry | undefined): string | null {
  const n = end?.refs.findIndex((ref) => ref.role === "reply") ?? -1;
  return end === undefined || n < 0 ? null : `${end.seq}.${n}`;
}

function outcomeOf(end: Entry | undefined): AttemptView["outcome"] {
  if (end === undefined) return "running";
  if (end.kind === "step.succeeded") return "succeeded";
  return end.kind === "step.interrupted" ? "interrupted" : "failed";
}

function usageOf(value: Json | undefined): Usage | null {
  return isJsonObject(value)
    ? { input_tokens: numberOrNull(value["input_tokens"]), output_tokens: numberOrNull(value["output_tokens"]) }
    : null;
}

function numberOrNull(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}
