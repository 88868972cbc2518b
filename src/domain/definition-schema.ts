import type { JsonObject } from "./json.ts";
import { verificationModes } from "./manifest.ts";
import { providers, retryCauses } from "./task.ts";

// What an author may write, as JSON Schema 2020-12. The doors check bodies against these, the OpenAPI document shows them:
// one text, so that what is documented is what is checked. What a schema cannot say is checked in `engine/check-*.ts`.

/** Most steps of one manifest. */
export const stepCountMax = 500;

const name = { type: "string", minLength: 1, maxLength: 200, pattern: "\\S", description: "Unique name, for people." } as const;
const description = { type: "string", maxLength: 10_000, default: "" } as const;
// `stepKeyPattern` counts up to 64 by itself; split in two it is a pattern of a few instructions, of which a large manifest needs many.
const stepKey = {
  type: "string",
  pattern: "^[A-Za-z_][A-Za-z0-9_-]*$",
  maxLength: 64,
  description: "A letter or underscore, then letters, digits, _ and -; at most 64.",
} as const;
const uuid = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

const policyRule = {
  type: "object",
  title: "Policy rule",
  required: ["name", "expr"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$", description: "Unique in the task; stands in every policy report." },
    expr: {
      type: "string",
      minLength: 1,
      maxLength: 4_096,
      description: "CEL over params, config, upstream, output, usage and model; must be true.",
    },
    message: { type: "string", maxLength: 1_000, default: "", description: "Shown as the reason when the rule is false." },
  },
} as const;

const modelSettings = {
  type: "object",
  title: "Model settings",
  description: "Whatever is null or left out follows the server's configuration at the start of a run.",
  additionalProperties: false,
  default: {},
  properties: {
    provider: { enum: [...providers, null], default: null },
    model: { type: ["string", "null"], minLength: 1, maxLength: 200, default: null },
    temperature: { type: ["number", "null"], minimum: 0, maximum: 2, default: null },
    max_output_tokens: { type: ["integer", "null"], minimum: 1, maximum: 1_000_000, default: null },
    seed: { type: ["integer", "null"], minimum: 0, maximum: 9_007_199_254_740_991, default: null },
  },
} as const;

const retryPolicy = {
  type: ["object", "null"],
  title: "Retry policy",
  description: "Null: one attempt. Each further attempt is on record with its own request and reply.",
  required: ["max_attempts", "on"],
  additionalProperties: false,
  default: null,
  properties: {
    max_attempts: { type: "integer", minimum: 1, maximum: 10, description: "All attempts together, the first included." },
    on: { type: "array", items: { enum: [...retryCauses] }, minItems: 1, maxItems: retryCauses.length, uniqueItems: true },
    backoff_seconds: {
      type: "number",
      minimum: 0,
      maximum: 3_600,
      default: 1,
      description: "Pause before the second attempt; doubles from then on.",
    },
    respect_retry_after: { type: "boolean", default: true },
  },
} as const;

/** Body of POST and PUT of a task. */
export const taskInputSchema = {
  type: "object",
  title: "Task input",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name,
    description,
    prompt_template: {
      type: ["string", "null"],
      maxLength: 65_536,
      default: null,
      description:
        "Liquid subset over params, config, upstream.<step_key> and chained names. Null: the prompt is the step's input as canonical JSON.",
    },
    extract_schema: {
      type: "object",
      default: { type: "object" },
      description: "JSON Schema 2020-12 that output_json must satisfy: the task's contract.",
    },
    policy: { type: "array", items: policyRule, maxItems: 100, default: [] },
    model: modelSettings,
    retry: retryPolicy,
    on_interrupt: {
      enum: ["resend", "fail"],
      default: "resend",
      description: "What follows when a call's outcome is unknown after a crash.",
    },
    timeout_seconds: { type: "number", minimum: 1, maximum: 3_600, default: 120 },
  },
} as const satisfies JsonObject;

const declaredOutput = {
  title: "Declared output",
  description: "A name, or a name with a description. A SUCCESS must cover each by an artifact of that name.",
  type: ["string", "object"],
  minLength: 1,
  maxLength: 200,
  required: ["name"],
  additionalProperties: false,
  properties: { name: { type: "string", minLength: 1, maxLength: 200 }, description },
} as const;

const computeContract = {
  type: ["object", "null"],
  title: "Compute contract",
  required: ["executor", "inputs", "outputs", "verification"],
  additionalProperties: false,
  properties: {
    executor: { type: "string", minLength: 1, maxLength: 500, pattern: "\\S", description: "Who or what does the work outside." },
    inputs: { type: "array", maxItems: 200, description: "What the work is given; any JSON values." },
    outputs: { type: "array", maxItems: 200, items: declaredOutput },
    verification: { enum: [...verificationModes] },
    approvals: {
      type: "object",
      title: "Approvals",
      description: "Needed with four_eyes, refused with anything else.",
      additionalProperties: false,
      properties: {
        required: {
          type: "integer",
          minimum: 2,
          maximum: 20,
          default: 2,
          description: "How many persons: whoever attests, and who verify.",
        },
        of: {
          type: ["array", "null"],
          items: { type: "string", minLength: 1, maxLength: 200 },
          maxItems: 200,
          uniqueItems: true,
          default: null,
          description: "Who may be one of them. Null: anybody whose role allows it.",
        },
        signed: { type: "boolean", default: false, description: "Each signs with their own key." },
      },
    },
    notes: { type: ["string", "null"], maxLength: 10_000, default: "" },
    timeout_minutes: {
      type: ["number", "null"],
      exclusiveMinimum: 0,
      maximum: 5_256_000,
      default: null,
      description: "When it is over the step is shown as overdue and said to be; nothing ends by itself.",
    },
    output_schema: { type: ["object", "null"], default: null, description: "JSON Schema 2020-12 for the attestation's output." },
  },
} as const;

const step = {
  type: "object",
  title: "Step input",
  required: ["step_key"],
  additionalProperties: false,
  properties: {
    step_key: { ...stepKey },
    step_type: { enum: ["task", "compute"], default: "task" },
    task_id: { type: ["string", "null"], pattern: uuid, description: "Required for a task step, refused for a compute step." },
    depends_on: { type: ["array", "null"], items: stepKey, maxItems: stepCountMax, default: [] },
    chaining: {
      type: ["object", "null"],
      default: {},
      maxProperties: 100,
      description: "Template names, each with the part of a dependency's canonical output that it stands for.",
      additionalProperties: {
        type: "object",
        title: "Chain source",
        required: ["step", "pointer"],
        additionalProperties: false,
        properties: {
          step: stepKey,
          pointer: { type: "string", maxLength: 1_000, description: "JSON Pointer (RFC 6901); empty for the whole output." },
        },
      },
    },
    config: { type: ["object", "null"], default: {}, description: "Constants of this step; `config` in templates and rules." },
    order_index: {
      type: ["integer", "null"],
      minimum: -1_000_000_000,
      maximum: 1_000_000_000,
      default: null,
      description: "Breaks ties between steps that may start.",
    },
    compute_contract: { ...computeContract, description: "Required for a compute step, refused for a task step." },
  },
} as const;

/** Body of PUT of a manifest's steps: the whole set. */
export const stepsInputSchema = { type: "array", title: "Steps input", items: step, maxItems: stepCountMax } as const satisfies JsonObject;

/** Body of POST and PUT of a manifest. */
export const manifestInputSchema = {
  type: "object",
  title: "Manifest input",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name,
    description,
    params_schema: { type: ["object", "null"], default: null, description: "JSON Schema 2020-12 for run_params. Null: any object." },
    max_parallel: { type: "integer", minimum: 1, maximum: 100, default: 1, description: "Steps of one run that may be in flight at once." },
    steps: { ...stepsInputSchema, default: [] },
  },
} as const satisfies JsonObject;
