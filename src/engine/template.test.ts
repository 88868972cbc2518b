import { describe, expect, test } from "vitest";
import { timed } from "../../test/support/timed.ts";
import type { JsonObject } from "../domain/json.ts";
import { filterNames, parseTemplate } from "./template.ts";
import type { Template } from "./template.ts";

const scope: JsonObject = {
  params: {
    x: "text {{ params.y }}",
    n: null,
    zero: 0,
    list: [1, 2, 3],
    items: [{ z: 1 }, { z: 2 }],
    map: { a: 1, b: 2 },
    key: "x",
    big: Array.from({ length: 2_000 }, () => 1),
    html: "<b>&</b>",
  },
  config: { language: "en" },
  upstream: { "a-1": { b: [1, "x"], deep: { c: true } } },
  chained: "chained text",
};

function parsed(text: string): Template {
  const template = parseTemplate(text);
  if (!template.ok) throw new Error(template.error[0]?.detail);
  return template.value;
}

/** The text, or the fault as `code: detail`. */
function rendered(text: string): string {
  const result = parsed(text).render(scope);
  return result.ok ? result.value : `${result.error.code}: ${result.error.detail}`;
}

describe("a template renders", () => {
  test.each([
    ["plain text", "plain text"],
    ["", ""],
    ["{{ params.zero }}|{{ params.n }}|{{ chained }}", "0||chained text"],
    ["{{ params.html }}", "<b>&</b>"],
    ["{{ upstream.a-1.b }} {{ upstream['a-1'].deep }}", '[1,"x"] {"c":true}'],
    ["{{ upstream.a-1.b | join: '+' }} {{ params.map | json }}", '1+x {"a":1,"b":2}'],
    [
      "{{ params.list[1] }} {{ params.list.first }} {{ params.list.last }} {{ params.list.size }} {{ params[params.key] | size }}",
      "2 1 3 3 19",
    ],
    ["{% if params.zero == 0 and config.language == 'en' %}yes{% elsif params.n %}no{% else %}other{% endif %}", "yes"],
    ["{% unless params.n %}nothing{% endunless %}", "nothing"],
    ["{% case config.language %}{% when 'de' %}hallo{% when 'en', 'us' %}hello{% else %}?{% endcase %}", "hello"],
    ["{% for item in params.items %}{{ forloop.index }}:{{ item.z }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "1:1, 2:2"],
    ["{% for pair in params.map %}{{ pair[0] }}={{ pair[1] }} {% endfor %}", "a=1 b=2 "],
    ["{% for x in params.list reversed limit:2 %}{{ x }}{% endfor %}{% for x in (1..3) %}{{ x }}{% else %}-{% endfor %}", "21123"],
    ["{% raw %}{{ params.x }}{% endraw %}{% comment %}{{ params.x }}{% endcomment %}", "{{ params.x }}"],
    ["{% if params | has: 'nope' %}{{ params.nope }}{% else %}absent{% endif %}", "absent"],
    [
      "{{ params.x | upcase | truncate: 7 }} {{ 7 | divided_by: 2.0 }} {{ params.list | reverse | json }} {{ '' | default: 'd' }}",
      "TEXT... 3.5 [3,2,1] d",
    ],
    ["  {{- config.language -}}  ", "en"],
  ])("%s", (text, result) => {
    expect(rendered(text)).toBe(result);
  });

  test("what a value holds as data, never as a template", () => {
    expect(rendered("{{ params.x }}")).toBe("text {{ params.y }}");
  });

  test("the same text every time", () => {
    const template = parsed("{% for x in params.list %}{{ x }}{% endfor %}{{ upstream.a-1 }}");
    expect(new Set(Array.from({ length: 20 }, () => JSON.stringify(template.render(scope)))).size).toBe(1);
  });
});

describe("a template ends in an error", () => {
  test.each([
    ["{{ nope }}", /^template_error: undefined variable: nope, line:1, col:4$/],
    ["a\n {{ params.nope }}", /^template_error: undefined variable: params.nope, line:2, col:5$/],
    ["{{ params.nope.deeper }}", /undefined variable: params.nope/],
    ["{{ params.n.deeper }}", /undefined variable: params.n.deeper/],
    ["{{ params.nope | default: 'x' }}", /undefined variable/],
    ["{% if params.nope %}x{% endif %}", /undefined variable/],
    ["{% for x in params.nope %}x{% endfor %}", /undefined variable/],
    ["{{ params.list[9] }}", /undefined variable/],
    ["{{ params.constructor }}", /undefined variable/],
    ["{{ params.x.constructor }}", /undefined variable/],
    ["{{ params.list.map }}", /undefined variable/],
    ["{{ constructor }}", /undefined variable/],
    ["{{ __proto__ }}", /undefined variable/],
    ["{{ 1 | divided_by: 0 }}", /cannot be printed/],
    ["{% for x in params.list %}{{ forloop }}{% endfor %}", /cannot be printed/],
    ["{{ empty }}", /cannot be printed/],
  ])("%s", (text, fault) => {
    expect(rendered(text)).toMatch(fault);
  });
});

describe("a template is refused at the door", () => {
  test.each<readonly [string, RegExp]>([
    ["{{ params.x", /not closed/],
    ["{% if params.x %}", /not closed/],
    ["{% for x params.list %}{% endfor %}", /illegal tag/],
    ["{% if %}x{% endif %}", /invalid value/],
    ["{% endif %}", /not found/],
    ["{{ params.x | nope }}", /undefined filter: nope/],
    ["{{ 'now' | date: '%Y' }}", /undefined filter: date/],
    ["{{ params.list | sample }}", /undefined filter: sample/],
    ["{{ params.x | raw }}", /undefined filter: raw/],
    ["{{ params.x | sha256 }}", /undefined filter/],
    ...[
      "assign a = 1",
      "capture a",
      "include 'a'",
      "render 'a'",
      "layout 'a'",
      "block a",
      "increment a",
      "decrement a",
      "cycle 'a'",
      "tablerow x in y",
      "echo params.x",
      "liquid echo 1",
      "break",
      "continue",
      "# note",
    ].map((tag) => [`{% ${tag} %}`, /tag ".*" not found/] as const),
    ["x".repeat(65_537), /longer than 65536/],
    [`${"{% if a %}".repeat(17)}${"{% endif %}".repeat(17)}`, /nests deeper than 16/],
    ["{% if a %}".repeat(6_000), /nests deeper than 16/],
    [`{{ a${"[a".repeat(10_000)} }}`, /nests deeper than 16/],
  ])("%s", (text, fault) => {
    const template = parseTemplate(text);
    expect(template.ok ? "" : template.error[0]?.detail).toMatch(fault);
  });
});

describe("a template tells what it reads", () => {
  test.each<[string, readonly string[]]>([
    ["none", []],
    ["{{ params.x }} {{ params.x }} {{ config['a b'].c }}", ["params.x", "config.a b.c"]],
    ["{{ upstream.a-1.b[0].c }}", ["upstream.a-1.b.0.c"]],
    ["{% for i in params.items %}{{ i.z }}{{ forloop.index }}{% endfor %}", ["params.items"]],
    ["{% if params.a %}{% elsif config.b %}{{ c | append: d.e }}{% endif %}", ["params.a", "config.b", "c", "d.e"]],
    ["{{ params[config.k].z }}", ["params", "config.k"]],
    ["{% case a.b %}{% when c.d %}{{ e }}{% endcase %}", ["a.b", "c.d", "e"]],
    ["{% raw %}{{ hidden }}{% endraw %}{% comment %}{{ hidden }}{% endcomment %}", []],
  ])("%s", (text, variables) => {
    expect(
      parsed(text)
        .variables.map(({ root, path }) => [root, ...path].join("."))
        .toSorted(),
    ).toEqual(variables.toSorted());
  });
});

describe("a rendering is bounded by counts, not by a clock", () => {
  test.each([
    ["an endless range", "{% for i in (1..1000000000) %}{% endfor %}", /template_error: memory alloc limit exceeded/],
    [
      "loops in loops",
      "{% for a in params.big %}{% for b in params.big %}{% endfor %}{% endfor %}",
      /template_error: render step limit exceeded/,
    ],
    ["too much text", "{% for a in params.big %}{{ params.big }}{% endfor %}", /input_too_large: /],
    [
      "filters that grow a text",
      `{{ params.x${" | replace: 't', 'tttttttttttttttt'".repeat(12)} }}`,
      /template_error: memory alloc limit exceeded|input_too_large/,
    ],
  ])("%s", (_, text, fault) => {
    let result = "";
    const spentMs = timed(() => {
      result = rendered(text);
    });
    expect(result).toMatch(fault);
    expect(spentMs).toBeLessThan(2_000);
  });

  test("none of the filters knows a clock, a locale or chance", () => {
    expect(filterNames).toHaveLength(new Set(filterNames).size);
    expect(filterNames.filter((name) => /date|sample|shuffle|locale|now|random|sort_natural/.test(name))).toEqual([]);
  });
});
