import { RE2JS } from "@bufbuild/re2";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";

export const patternLengthMax = 1_000;
/** Instructions of one compiled pattern: what a repetition like `{1000}` unrolls to. */
export const patternInstructionsMax = 2_000;

/** A pattern whose matching takes time linear in the text: RE2 syntax, so no look-around and no back-references. */
export interface LinearPattern {
  readonly test: (text: string) => boolean;
  /** Upper bound of the work of one test, per character of the text. */
  readonly instructions: number;
}

/** Compiles `source`, unanchored, as JSON Schema and CEL mean it; or says why it is not a pattern we take. */
export function compilePattern(source: string): Result<LinearPattern, string> {
  if (source.length > patternLengthMax) return err(`a pattern is longer than ${patternLengthMax} characters`);
  try {
    const compiled = RE2JS.compile(withCodePointEscapes(source));
    const instructions = compiled.re2().prog.inst.length;
    if (instructions > patternInstructionsMax) return err(`a pattern unrolls to more than ${patternInstructionsMax} instructions`);
    return ok({ test: (text) => compiled.test(text), instructions });
  } catch (cause) {
    return err(`a pattern is not in RE2 syntax (linear-time, no look-around, no back-references): ${reasonOf(cause)}`);
  }
}

/** ECMA-262 writes a code point as \uXXXX or \u{X}, RE2 as \x{X}: the one common difference worth bridging. */
function withCodePointEscapes(source: string): string {
  return source.replaceAll(/\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|[^u])/g, (whole, four?: string, braced?: string) => {
    const digits = four ?? braced;
    return digits === undefined ? whole : `\\x{${digits}}`;
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "").slice(0, 200) : "unknown";
}
