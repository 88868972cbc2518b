import fc from "fast-check";
import { linkTo } from "./schema-arbitrary.ts";
import type { Meanings } from "./schema-arbitrary.ts";
import type { Pool, Tree } from "./tree.ts";

// Values by which a request gets past the door: what the schemas cannot say, such as rules that compile and steps that fit.

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
const contracts: readonly Tree[] = [
  { type: "object" },
  { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] },
  {
    type: "object",
    properties: { score: { type: "integer", minimum: 0, maximum: 9 }, tags: { type: "array", items: { enum: ["a", "b"] } } },
    required: ["score"],
  },
  {
    type: "object",
    properties: { when: { type: "string", format: "date" }, code: { type: "string", pattern: "^[A-Z]{3}$" } },
    required: ["code"],
  },
  { type: "objekt" },
  { $ref: "https://example.org/elsewhere" },
  { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } },
  { type: "object", properties: { a: { type: "string", pattern: "(?=x)" } } },
  { type: "string" },
];
const policies: readonly Tree[] = [
  [],
  [{ name: "has_members", expr: "size(output) > 0" }],
  [{ name: "never", expr: "false", message: "never" }],
  [{ name: "broken", expr: "output." }],
  [{ name: "errs", expr: "output.nothing.here == 1" }],
  [
    { name: "twice", expr: "true" },
    { name: "twice", expr: "true" },
  ],
  [{ name: "not_bool", expr: "1 + 1" }],
];
const templates: readonly Tree[] = [
  null,
  "Say something.",
  "{{ params | json }}",
  "{{ params.topic }}",
  "{% for step in upstream %}{{ step }}{% endfor %}",
  "{{ nothing }}",
  "{{ params.topic | upcase | unknown_filter }}",
  "{% include 'x' %}",
  "{{",
];
const outside = { executor: "sheet", inputs: [], outputs: ["model"] };
const computeContracts: readonly Tree[] = [
  { ...outside, verification: "operator_attest" },
  { ...outside, verification: "operator_attest" },
  { ...outside, verification: "four_eyes", approvals: { required: 2 } },
  { ...outside, verification: "signed" },
  { ...outside, verification: "artifact_upload" },
];
/** Few, so that acts of one person meet acts of the same and of others. */
const person = fc.oneof({ weight: 6, arbitrary: fc.constantFrom("ada", "bob", "eve") }, { weight: 1, arbitrary: text });

const key = (index: number): string => `s${index}`;

/** Steps that hang together: each depends on some before it. */
export const goodSteps: fc.Arbitrary<Tree> = fc
  .array(fc.record({ compute: fc.option(fc.constantFrom(...computeContracts)), task: linkTo("/api/tasks"), mask: fc.nat({ max: 7 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((steps) =>
    steps.map(({ compute, task, mask }, index) => {
      const depends_on = [...Array(index).keys()].filter((before) => ((mask >> before) & 1) === 1).map(key);
      const base = { step_key: key(index), depends_on };
      return compute === null ? { ...base, task_id: task } : { ...base, step_type: "compute", compute_contract: compute };
    }),
  );

/** Mostly what exists, sometimes what does not. */
function someLink(pool: Pool): fc.Arbitrary<Tree> {
  return fc.oneof({ weight: 7, arbitrary: linkTo(pool) }, { weight: 1, arbitrary: fc.uuid() });
}

export const meanings: Meanings = {
  name: fc.oneof({ weight: 1, arbitrary: fc.constant("model") }, { weight: 3, arbitrary: fc.uuid() }, { weight: 1, arbitrary: text }),
  extract_schema: fc.constantFrom(...contracts),
  policy: fc.constantFrom(...policies),
  prompt_template: fc.constantFrom(...templates),
  model: fc.constantFrom<Tree>({}, {}, {}, { temperature: 1 }, { provider: "stub" }, { provider: "openai" }, { seed: 7 }),
  retry: fc.constantFrom<Tree>(null, null, { max_attempts: 2, on: ["network"], backoff_seconds: 0 }),
  params_schema: fc.constantFrom<Tree>(
    null,
    null,
    { type: "object" },
    { type: "object", properties: { topic: { type: "string" } } },
    { type: 7 },
  ),
  output_schema: fc.constantFrom<Tree>(null, { type: "number" }, { type: "nothing" }),
  steps: fc.oneof({ weight: 4, arbitrary: goodSteps }, { weight: 1, arbitrary: fc.constant([]) }),
  signature: fc.constantFrom<Tree>(null, null, null, {}, { payload: "e30", payloadType: "application/vnd.in-toto+json", signatures: [] }),
  initiated_by: person,
  attested_by: person,
  verified_by: person,
  manifest_id: someLink("runnable"),
  task_id: someLink("/api/tasks"),
  run_params: fc.oneof(
    fc.constantFrom<Tree>(null, {}, { topic: "rain" }, { topic: "\u{1f327}" }),
    fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Tree>, { maxKeys: 2 }),
  ),
  // The parameters, which every run has.
  artifact: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Tree>("0.0") },
    { weight: 1, arbitrary: fc.constantFrom<Tree>("0.1", "9.9", "0", "") },
  ),
  artifacts: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Tree>([{ name: "model", uri: "file:///model.csv" }]) },
    { weight: 1, arbitrary: fc.constant<Tree>([]) },
    { weight: 1, arbitrary: fc.array(fc.record({ name: text, uri: text }), { maxLength: 3 }) },
  ),
};
