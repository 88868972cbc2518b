import type { Brand } from "./brand.ts";
import type { TaskId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Sha256 } from "./sha256.ts";

// Documents — what is hashed, sent and shown as it stands — keep their JSON names in TypeScript; states, commands and
// events, which never leave the process as they are, are camelCase. So no document is ever spelled two ways.

export const providers = ["stub", "openai", "anthropic"] as const;
export type Provider = (typeof providers)[number];

export const retryCauses = ["rate_limited", "timeout", "server_error", "network", "invalid_output"] as const;
/** A class of failure that a task may declare worth another attempt. */
export type RetryCause = (typeof retryCauses)[number];

/** One deterministic rule of a task: a CEL expression that must be true of the output. */
export interface PolicyRule {
  readonly name: string;
  readonly expr: string;
  readonly message: string;
}

/** What a task asks of the model. Null: the configured LLM_PROVIDER, LLM_MODEL or the provider's own default. */
export interface ModelSettings {
  readonly provider: Provider | null;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly max_output_tokens: number | null;
  readonly seed: number | null;
}

export interface RetryPolicy {
  /** All attempts together, the first included. */
  readonly max_attempts: number;
  readonly on: readonly RetryCause[];
  readonly backoff_seconds: number;
  readonly respect_retry_after: boolean;
}

/** A Task with every default filled in: its digest is the SHA-256 of its canonical bytes. */
export interface Task {
  readonly name: string;
  readonly description: string;
  /** Liquid subset; null: the prompt is the step's input as canonical JSON. */
  readonly prompt_template: string | null;
  /** JSON Schema 2020-12 that `output_json` must satisfy: the task's contract. */
  readonly extract_schema: JsonObject;
  readonly policy: readonly PolicyRule[];
  readonly model: ModelSettings;
  readonly retry: RetryPolicy | null;
  readonly on_interrupt: "resend" | "fail";
  readonly timeout_seconds: number;
}

/** A Task all of whose door checks passed. Made only by `engine/check-task.ts`. */
export type CheckedTask = Brand<Task, "CheckedTask">;

export interface TaskVersion {
  readonly id: TaskId;
  readonly version: number;
  readonly digest: Sha256;
  readonly task: CheckedTask;
}
