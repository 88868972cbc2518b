import { afterAll } from "vitest";

/**
 * Closes what a suite opened, the last first, also when opening the next thing failed. Called at the top of a file; the
 * function it answers is called with a closer as soon as something is open.
 */
export function closeAfterAll(): (close: () => Promise<unknown> | void) => void {
  const closers: (() => Promise<unknown> | void)[] = [];
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });
  return (close) => void closers.push(close);
}
