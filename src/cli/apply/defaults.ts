import { isJsonObject } from "../../domain/json.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import { listOf } from "../wire.ts";

// The server answers a definition with every default filled in. To tell whether a file differs from what is there, the
// same defaults are filled in here; a test holds them against the engine's. A disagreement would show as a new version
// of an unchanged definition, never as a change that is not made.

/** A task as the server would answer it, as far as the input can be read. */
export function taskWithDefaults(input: JsonObject): JsonObject {
  const { model, retry, policy } = input;
  return {
    description: "",
    prompt_template: null,
    on_interrupt: "resend",
    timeout_seconds: 120,
    ...input,
    policy: listOf(policy).map((rule) => withDefaults(rule, { message: "" })),
    model: withDefaults(model ?? {}, { provider: null, model: null, temperature: null, max_output_tokens: null, seed: null }),
    retry: isJsonObject(retry) ? withDefaults(retry, { backoff_seconds: 0, respect_retry_after: true }) : null,
  };
}

/** A manifest as the server would answer it, as far as the input can be read. */
export function manifestWithDefaults(input: JsonObject): JsonObject {
  const steps = listOf(input["steps"]).map(stepWithDefaults);
  return { description: "", params_schema: null, max_parallel: 1, ...input, steps };
}

function stepWithDefaults(step: Json): Json {
  if (!isJsonObject(step)) return step;
  const shared = { step_type: "task", depends_on: [], config: {}, order_index: null };
  if (step["step_type"] !== "compute") return withDefaults(step, { ...shared, chaining: {} });
  return { ...shared, ...step, compute_contract: contractWithDefaults(step["compute_contract"] ?? {}) };
}

function contractWithDefaults(contract: Json): Json {
  if (!isJsonObject(contract)) return contract;
  const outputs = listOf(contract["outputs"]).map((output) => withDefaults(output, { description: "" }));
  return { inputs: [], notes: "", timeout_minutes: null, output_schema: null, ...contract, outputs };
}

function withDefaults(value: Json, defaults: JsonObject): Json {
  return isJsonObject(value) ? { ...defaults, ...value } : value;
}
