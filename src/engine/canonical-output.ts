import { assert } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Json } from "../domain/json.ts";
import type { CanonicalOutput } from "../domain/outcome.ts";
import { readOwnJson } from "../domain/read-json.ts";

/** A value with its canonical text, members in canonical order. */
export interface CanonicalValue<T extends Json = Json> {
  readonly value: T;
  readonly text: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Canonicalised once: the prompt of the next step says the same text again. */
const texts = new WeakMap<CanonicalOutput, string>();

/**
 * A value as its canonical text has it. Read back from that text, so that its members stand in one order wherever it came
 * from: a template that loops over them renders alike live, after a restart and in a replay.
 */
export function inCanonicalOrder(value: Json): CanonicalValue {
  const text = canonicalJson(value);
  return { value: readOwnJson(text), text };
}

/**
 * The one maker of canonical outputs, for `admit.ts`, `admit-attestation.ts` and `outcome.ts` alone: nothing else may
 * call a value admitted.
 */
export function makeCanonicalOutput({ value, text }: CanonicalValue): CanonicalOutput {
  const output = { value, bytes: encoder.encode(text) };
  assertAdmitted(output);
  texts.set(output, text);
  return output;
}

/** The canonical text of an output: what its bytes say. */
export function canonicalText(output: CanonicalOutput): string {
  return texts.get(output) ?? decoder.decode(output.bytes);
}

function assertAdmitted(output: { readonly value: Json; readonly bytes: Uint8Array }): asserts output is CanonicalOutput {
  assert(output.bytes.length > 0, "a canonical output has bytes");
}

/** Stands in a replay for an output that was erased: that there was one is on record, what it was is gone. Never rendered. */
export const erasedOutput: CanonicalOutput = makeCanonicalOutput({ value: null, text: "null" });
