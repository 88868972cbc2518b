// Plain words, so that what is compressed compresses as prose does, and the same words for every contestant.
const syllables = "ba co di fu ge ha ki lo mu ne po ra si to vu we za cha dre fli gro ple sta tri".split(" ");
const words = syllables.flatMap((one) => syllables.map((other) => one + other));

/** `bytes` of text that is fixed by `seed`. */
export function textOf(seed: number, bytes: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  let text = "";
  while (text.length < bytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += `${words[(state >>> 8) % words.length] ?? ""} `;
  }
  return text.slice(0, bytes);
}

/** Calls `one` for 0 to `count` - 1, `inFlight` at a time. */
export async function inParallel(count: number, inFlight: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await one(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane));
}
