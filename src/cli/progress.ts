import type { Session } from "./session.ts";

/** One line that tells how far a long command has come, rewritten in place on the error terminal and nowhere else. */
export interface Progress {
  readonly show: (line: string) => void;
  readonly clear: () => void;
}

const showMsMin = 200;

export function makeProgress(session: Session): Progress {
  const { stderr } = session.io;
  if (stderr.isTTY !== true || session.json) return { show: () => undefined, clear: () => undefined };
  let shownAt = 0;
  return {
    show(line) {
      if (Date.now() - shownAt < showMsMin) return;
      shownAt = Date.now();
      stderr.write(`\r\u001b[K${line}`);
    },
    clear() {
      stderr.write("\r\u001b[K");
    },
  };
}
