/** Reproducible chance: the same seed makes the same history. */
export interface Dice {
  /** In [0, 1). */
  readonly roll: () => number;
  /** In [0, sides). */
  readonly below: (sides: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  readonly oneOf: <T>(items: readonly T[]) => T;
}

/** The generator mulberry32: fast, and good enough to choose what a world does next. */
export function diceOf(seed: number): Dice {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (sides: number): number => Math.floor(roll() * sides);
  return {
    roll,
    below,
    chance: (probability) => roll() < probability,
    oneOf(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("there is nothing to choose from");
      return item;
    },
  };
}
