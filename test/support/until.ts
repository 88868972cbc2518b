import { setTimeout as pause } from "node:timers/promises";

const lookEveryMs = 25;

/** Waits on a condition, never on time: resolves when `holds` answers true, throws when `limitMs` is over first. */
export async function until(what: string, limitMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs;
  let last: unknown = null;
  for (;;) {
    try {
      if (await holds()) return;
      last = null;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("the server ended")) throw error;
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${limitMs} ms${last instanceof Error ? ` (${last.message})` : ""}`);
    await pause(lookEveryMs);
  }
}
