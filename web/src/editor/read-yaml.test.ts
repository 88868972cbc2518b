import { describe, expect, test } from "vitest";
import { readYaml } from "./read-yaml.ts";

const text = `name: memo
steps:
  - step_key: first
    depends_on: [nobody]
  - step_key: second
`;

function placed(pointer: string): string {
  const read = readYaml(text);
  if (!read.ok) throw new Error("the text is good YAML");
  const { from, to } = read.place({ pointer, detail: "" });
  return text.slice(from, to);
}

describe("a fault is shown at its place", () => {
  test.each([
    ["/name", "memo"],
    ["/steps/0/depends_on/0", "nobody"],
    ["/steps/1/step_key", "second"],
    ["/steps/1/task_id", "step_key: second\n"],
    ["", "name: memo"],
    ["/absent", "name: memo"],
  ])("%s", (pointer, shown) => {
    expect(placed(pointer)).toBe(shown);
  });
});

test("JSON is read like YAML", () => {
  expect(readYaml('{"a": [1, {"b": null}]}')).toMatchObject({ ok: true, value: { a: [1, { b: null }] } });
});

test("what is no YAML is a fault where it goes wrong, and a key given twice is one too", () => {
  expect(readYaml("a: [1, 2")).toMatchObject({ ok: false, faults: [{ severity: "error" }] });
  expect(readYaml("a: 1\na: 2")).toMatchObject({ ok: false, faults: [{ from: 5 }] });
});
