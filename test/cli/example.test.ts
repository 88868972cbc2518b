import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDefinitions } from "../../src/cli/apply/read-definitions.ts";
import { parseText } from "../../src/cli/read-params.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import { parseTemplate } from "../../src/engine/template.ts";
import { makeDraw } from "../../src/llm/draw.ts";
import { compileSample } from "../../src/llm/sample-schema.ts";
import { compileRule } from "../../src/policy/cel-rule.ts";
import { compileContract } from "../../src/policy/contract.ts";

function read(name: string): string {
  return readFileSync(new URL(`../../examples/quarterly-report/${name}`, import.meta.url), "utf8");
}

/** Real gross domestic product by quarter, as the table of the report has it. */
function reportFigures(): ReadonlyMap<string, number> {
  return new Map(
    read("report.txt")
      .split("\n")
      .filter((line) => /^\d{4}Q\d /.test(line))
      .map((line) => line.split(/ +/))
      .map(([quarter = "", gdp = ""]) => [quarter, Number(gdp)]),
  );
}

test("the projection an operator delivers is what the report's figures give", () => {
  const last = [...reportFigures()].slice(-5);
  const rates = last.slice(1).map(([, gdp], index) => gdp / (last[index]?.[1] ?? 0) - 1);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const projected = (last.at(-1)?.[1] ?? 0) * (1 + mean);
  const output = JSON.parse(read("projection.json")) as {
    next_quarter: string;
    projected_real_gdp: number;
    annualized_growth_percent: number;
  };
  expect(output.projected_real_gdp).toBeCloseTo(projected, 3);
  expect(output.annualized_growth_percent).toBeCloseTo(((1 + mean) ** 4 - 1) * 100, 3);
  const rows = read("projection.csv")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  expect(rows.map(([quarter, gdp, , kind]) => [quarter, Number(gdp), kind])).toEqual([
    ...last.map(([quarter, gdp]) => [quarter, gdp, "actual"]),
    [output.next_quarter, output.projected_real_gdp, "projected"],
  ]);
  expect(rows.slice(1).map(([, , growth]) => Number(growth))).toEqual([...rates, mean].map((rate) => Math.round(rate * 100_000) / 1000));
});

interface ExampleTask {
  readonly name: string;
  readonly prompt_template: string;
  readonly extract_schema: JsonObject;
  readonly policy: readonly { readonly name: string; readonly expr: string; readonly message: string }[];
}

const definitions = readDefinitions(read("workflow.yaml"), "workflow.yaml");
const tasks = definitions.tasks.map(({ input }) => input as unknown as ExampleTask);
const projection = parseText(read("projection.json"), "projection.json");
const params: JsonObject = { ...(parseText(read("params.yaml"), "params.yaml") as JsonObject), document: read("report.txt") };

function stubOutput(task: ExampleTask): JsonObject {
  const made = compileSample(task.extract_schema).make(makeDraw(createHash("sha256").update(task.name).digest()));
  if (!made.ok) throw new Error(made.error);
  return made.value as JsonObject;
}

function verdicts(
  task: ExampleTask,
  context: { readonly params: JsonObject; readonly spreadsheet: Json },
  output: JsonObject,
): Readonly<Record<string, string | null>> {
  const rules = task.policy.map((rule) => {
    const compiled = compileRule(rule);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return compiled.value;
  });
  const upstream = { spreadsheet_model: { artifacts: {}, output: context.spreadsheet } };
  const model = "stub-1";
  const usage = { input_tokens: 1, output_tokens: 1 };
  return Object.fromEntries(
    rules.map((rule) => [rule.name, rule.evaluate({ params: context.params, config: {}, upstream, output, usage, model })]),
  );
}

test.each(tasks)("on the stub $name makes an output that passes contract and policy", (task) => {
  const contract = compileContract(task.extract_schema);
  if (!contract.ok) throw new Error(JSON.stringify(contract.error));
  const output = stubOutput(task);
  expect(contract.value.check(output)).toEqual([]);
  expect(Object.values(verdicts(task, { params, spreadsheet: projection }, output)).filter((reason) => reason !== null)).toEqual([]);
  expect(parseTemplate(task.prompt_template).ok).toBe(true);
});

function failing(
  name: string,
  change: (output: JsonObject) => JsonObject,
  context: { readonly params?: JsonObject; readonly spreadsheet?: Json } = {},
): readonly string[] {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task === undefined) throw new Error(name);
  const given = verdicts(
    task,
    { params: context.params ?? params, spreadsheet: context.spreadsheet ?? projection },
    change(stubOutput(task)),
  );
  return Object.entries(given).flatMap(([rule, reason]) => (reason === null ? [] : [rule]));
}

test("each rule of the example stops what it is there for", () => {
  const same = (output: JsonObject): JsonObject => output;
  expect(failing("extract-figures", same, { params: { ...params, quarter: "2009Q2" } })).toEqual(["quarter_is_the_one_asked_for"]);
  expect(failing("extract-figures", (output) => ({ ...output, unemployment_percent: 9.7 }))).toEqual(["figures_stand_in_the_report"]);
  expect(failing("extract-figures", (output) => ({ ...output, other_real_gdp: 1200 }))).toEqual(["parts_make_the_whole"]);
  expect(failing("extract-figures", (output) => ({ ...output, growth_percent: -0.69 }))).toEqual(["growth_is_computed_right"]);
  expect(failing("check-coverage", (output) => ({ ...output, first_quarter: "2001Q1" }))).toEqual(["quarters_stand_in_the_report"]);
  expect(failing("check-coverage", same, { params: { ...params, quarter: "2010Q1" } })).toEqual(["report_covers_the_quarter"]);
  expect(failing("write-memo", same, { spreadsheet: { ...(projection as JsonObject), projected_real_gdp: 13000.5 } })).toEqual([
    "memo_cites_the_spreadsheet",
  ]);
  expect(failing("write-memo", (output) => ({ ...output, recommendation: "accept" }))).toEqual(["growth_below_the_floor_is_escalated"]);
  expect(
    failing("write-memo", (output) => ({ ...output, recommendation: "accept" }), { params: { ...params, growth_floor_percent: -5 } }),
  ).toEqual([]);
});
