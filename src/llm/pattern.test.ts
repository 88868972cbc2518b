import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeDraw } from "./draw.ts";
import { compilePattern } from "./pattern.ts";

const sources = [
  "^a$",
  "a|b|cd",
  "^(ab)*c+$",
  "^[a-c]{2,4}$",
  "^[^a-c]$",
  "\\d+",
  "^\\w\\s\\S\\W\\D$",
  "^a.c$",
  "^(?:x|y)?z$",
  "^(?<name>a)b$",
  "\\bcat\\b",
  "^\\Ba",
  "^$",
  "",
  "a{3}",
  "^[a\\-z]$",
  "^[\\]\\\\]$",
  "^[-a]$",
  "^\\x41\\u0042\\u{43}$",
  "^\\p{Lu}\\P{Lu}$",
  "^(a|ab)(c|bcd)$",
  "^a*?b+?$",
  "^\\/\\.$",
  "^(a*)*$",
  "^(a|a)*b$",
];

describe("a pattern", () => {
  it("matches what the language's own engine matches", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("abcdxyzABC019 -_./\\]é\n")), maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...sources), text, (source, candidate) => {
        expect({ source, candidate, matches: compilePattern(source)?.matches(candidate) }).toEqual({
          source,
          candidate,
          matches: new RegExp(source, "u").test(candidate),
        });
      }),
      { numRuns: 3000 },
    );
  });

  it("makes samples that the language's own engine matches", () => {
    for (const source of sources.filter((one) => one !== "^\\Ba")) {
      for (let index = 0; index < 20; index += 1) {
        const sample = compilePattern(source)?.sample(makeDraw(createHash("sha256").update(`${index}`).digest()), { min: 0, max: 50 });
        expect({ source, sample, matches: typeof sample === "string" && new RegExp(source, "u").test(sample) }).toEqual({
          source,
          sample,
          matches: true,
        });
      }
    }
  });

  it("is compared in time linear in the text where backtracking would never end", () => {
    const begun = performance.now();
    expect(compilePattern("^(a+)+$")?.matches(`${"a".repeat(3000)}!`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it.each([
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(a)\\1",
    "(?<n>a)\\k<n>",
    "(",
    ")",
    "a**",
    "[b-a]",
    "[a",
    "\\",
    "a{2,1}",
    "a{1001}",
    "{1}",
    "\\p{Nope}",
    "\\c",
    "^*",
    "(?i)a",
    "a".repeat(4097),
    "(".repeat(40) + ")".repeat(40),
  ])("outside the linear-time subset is refused: %s", (source) => {
    expect(compilePattern(source)).toBeNull();
  });
});
