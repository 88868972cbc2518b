import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "./secret.ts";

const canary = "sk-canary-000111222333";

describe("a secret", () => {
  const secret = new Secret(canary);

  it("gives its text only when it is asked to reveal it", () => {
    expect(secret.reveal()).toBe(canary);
  });

  it("prints as [redacted] in templates, JSON and inspection, at any depth", () => {
    const prints = [
      `a ${secret as unknown as string}`,
      String(secret),
      JSON.stringify({ a: [secret] }),
      inspect(secret),
      inspect({ a: { b: [secret] } }, { showHidden: true, depth: 9 }),
    ];
    for (const print of prints) {
      expect(print).toContain("[redacted]");
      expect(print).not.toContain("canary");
    }
  });

  it("has no property through which its text could be walked to", () => {
    expect(Object.keys(secret)).toEqual([]);
    expect(JSON.stringify(Object.assign({}, secret))).toBe("{}");
    expect(JSON.stringify(structuredClone(secret))).toBe("{}");
  });
});
