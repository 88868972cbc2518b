// What all peers share: the bodies of steps, and lanes of runs.
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { textOf } from "../lib/text.ts";

export { answerCalls } from "../lib/answer-calls.ts";
export { inParallel, textOf } from "../lib/text.ts";

/** The body of step `step` of run `name`: what it answers is what the engine has to record. */
export async function body({ name, step, outputBytes, bodyMs, bodies }) {
  if (bodyMs > 0) await pause(bodyMs);
  if (bodies !== null) appendFileSync(bodies, `${name} ${step}\n`);
  return { answer: outputBytes > 0 ? textOf(step, outputBytes) : "amber birch cedar", score: 50 };
}

/** What a run of `load` is given. */
export function inputOf(load, index) {
  const { prefix, steps, inputBytes, outputBytes, bodyMs, bodies } = load;
  return { name: `${prefix}-${index}`, steps, text: textOf(index, inputBytes), outputBytes, bodyMs, bodies };
}

export const pausingBody = { outputBytes: 0, bodyMs: 0, bodies: null };
