import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../domain/canonical-json.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { ReadReply } from "../domain/model-call.ts";
import type { Admission, CanonicalOutput } from "../domain/outcome.ts";
import type { Task } from "../domain/task.ts";
import { admit, rebuildCanonicalOutput } from "./admit.ts";
import { checkTask } from "./check-task.ts";
import { compileTask } from "./compiled-task.ts";
import { stepInput } from "./render-prompt.ts";
import type { StepInput } from "./render-prompt.ts";
import { gateInvariants } from "../../test/support/gate-invariants.ts";

function task(input: JsonObject): Task {
  const checked = checkTask({ name: "task", ...input });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
}

const noInput: StepInput = {
  params: { value: {}, text: "{}" },
  config: { value: {}, text: "{}" },
  upstream: new Map(),
  chained: new Map(),
};
const strict = compileTask(
  task({
    extract_schema: { type: "object", required: ["n"], properties: { n: { type: "number" } } },
    policy: [{ name: "small", expr: "output.n < 10 && params == {} && usage.input_tokens == 3", message: "too large" }],
  }),
);

function reply(text: string): ReadReply {
  return { text, model: "m-1", usage: { input_tokens: 3, output_tokens: null }, finishReason: "stop" };
}

function admitted(output: Json, rationale: Json = { version: "1" }): Admission {
  return admit(strict, noInput, reply(JSON.stringify({ decision_rationale: rationale, output_json: output })));
}

/** Only canonical output goes downstream. */
function downstream(output: CanonicalOutput): Json {
  return output.value;
}

describe("the gate", () => {
  test("makes canonical output of a reply that passes contract and policy", () => {
    const admission = admitted({ z: 1, n: 5, a: { y: -0, b: 1e21 } });
    expect(admission.admitted).toBe(true);
    if (!admission.admitted) return;
    const text = '{"a":{"b":1e+21,"y":0},"n":5,"z":1}';
    expect(new TextDecoder().decode(admission.output.bytes)).toBe(text);
    expect(JSON.stringify(admission.output.value)).toBe(text);
    expect(admission.rationale).toEqual({ version: "1" });
    expect(admission.report.verdict).toBe("PASS");
    expect(downstream(admission.output)).toEqual({ a: { b: 1e21, y: 0 }, n: 5, z: 1 });
  });

  test.each<[string, Json, Json, string, RegExp]>([
    ["a rationale out of form", { n: 5 }, { version: "" }, "invalid_output", /^decision_rationale_valid: /],
    ["a rationale that is no object", { n: 5 }, "because", "invalid_output", /^decision_rationale_valid: /],
    ["an output that is no object", [1], { version: "1" }, "invalid_output", /^output_json_is_object: /],
    ["an empty output", {}, { version: "1" }, "invalid_output", /^output_json_non_empty: /],
    ["a broken contract", { n: "x" }, { version: "1" }, "contract_violation", /^output_matches_contract: \/n must be number/],
    ["a broken rule", { n: 50 }, { version: "1" }, "policy_violation", /^small: too large$/],
  ])("refuses %s under its code, and keeps report and rationale", (_, output, rationale, code, detail) => {
    const admission = admitted(output, rationale);
    expect(admission.admitted).toBe(false);
    if (admission.admitted) return;
    expect(admission.failure.code).toBe(code);
    expect(admission.failure.detail).toMatch(detail);
    expect(admission.report?.verdict).toBe("FAIL");
    expect(admission.rationale).toEqual(isJsonObject(rationale) ? rationale : null);
    expect("output" in admission).toBe(false);
  });

  test("refuses what is no reply, without a report", () => {
    const admission = admit(strict, noInput, reply("no JSON"));
    expect(admission).toMatchObject({ admitted: false, failure: { code: "invalid_output" }, rationale: null, report: null });
  });

  test("answers alike for any reply whatever, and admits only what passed every rule", () => {
    const replies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ decision_rationale: fc.jsonValue(), output_json: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(replies, (text) => {
        const first = admit(strict, noInput, reply(text));
        expect(admit(strict, noInput, reply(text))).toEqual(first);
        if (first.admitted) expect(first.report.rules.every(({ verdict }) => verdict === "PASS")).toBe(true);
        else expect(first.failure.detail).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

test.each(gateInvariants.map(({ rule, check }) => [rule, check] as const))("%s", (_, check) => {
  check({ admit, compileTask, stepInput }, 500);
});

describe("a canonical output", () => {
  test("is taken up again from its bytes, the same in value and bytes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const bytes = new TextEncoder().encode(canonicalJson(value as Json));
        const rebuilt = rebuildCanonicalOutput(bytes);
        expect(rebuilt.bytes).toEqual(bytes);
        expect(rebuilt.value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each(['{"b":1,"a":2}', '{ "a":1}', '{"a":1.0}', '{"a":1,"a":1}', '{"a":"\\u0041"}'])(
    "is not taken up from %s, which is not canonical",
    (text) => {
      expect(() => rebuildCanonicalOutput(new TextEncoder().encode(text))).toThrow(/canonical form/);
    },
  );

  test("cannot be made of anything else: handing plain values on does not compile", () => {
    const plain: Json = { a: 1 };
    const parsed: unknown = JSON.parse("{}");
    const lookalike = { value: plain, bytes: new Uint8Array([1]) };
    // @ts-expect-error a parsed value was not admitted
    const first: () => Json = () => downstream(plain);
    // @ts-expect-error neither was something of unknown type
    const second: () => Json = () => downstream(parsed);
    // @ts-expect-error nor an object that only looks like one
    const third: () => Json = () => downstream(lookalike);
    // @ts-expect-error and a prompt's input takes none of them for an upstream output
    const input: StepInput = { ...noInput, upstream: new Map([["a", lookalike]]) };
    expect([first, second, third, input]).toHaveLength(4);
  });
});
