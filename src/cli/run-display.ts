import type { StepRunView } from "../domain/view.ts";
import type { RunSnapshot } from "./run-snapshot.ts";
import { runStyles, stepMarks, stepRemark } from "./run-words.ts";
import type { Session } from "./session.ts";
import { cut, oneLine } from "./terminal.ts";
import type { Style } from "./terminal.ts";
import { elapsed, shownClock } from "./times.ts";

/** Shows the snapshots of one run as they come. */
export interface RunDisplay {
  show(snapshot: RunSnapshot): void;
  /** Nothing moves until the next snapshot: what was drawn stays, and other lines may follow it. */
  rest(): void;
}

/** On a terminal one line per step, redrawn; as JSON or into a file one line per change. */
export function openDisplay(session: Session): RunDisplay {
  if (session.json) return jsonDisplay(session);
  return session.io.stdout.isTTY === true && session.io.env["TERM"] !== "dumb" ? liveDisplay(session) : lineDisplay(session);
}

function jsonDisplay(session: Session): RunDisplay {
  const changes = changeFinder();
  return {
    show(snapshot) {
      const { run } = snapshot;
      const { changed, runChanged } = changes(snapshot);
      for (const step of changed) session.emit({ type: "step", ...step });
      if (runChanged) session.emit({ type: "run", ...run });
    },
    rest: () => undefined,
  };
}

function lineDisplay(session: Session): RunDisplay {
  const changes = changeFinder();
  return {
    show(snapshot) {
      const { run } = snapshot;
      const { changed, runChanged } = changes(snapshot);
      for (const step of changed) {
        const mark = stepMarks[step.status];
        const time = shownClock(step.ended_at ?? step.started_at ?? run.created_at, session.utc);
        const took = step.ended_at === null ? "" : elapsed(step.started_at, step.ended_at, 0);
        session.print(
          `${[time, session.paint(mark.style, mark.glyph), step.step_key, step.status, took, oneLine(stepRemark(step))].filter((part) => part !== "").join(" ")}\n`,
        );
      }
      if (runChanged && run.status !== "running")
        session.print(
          `${shownClock(run.ended_at ?? run.created_at, session.utc)} run ${run.id} ${session.paint(runStyles[run.status], run.status)}\n`,
        );
    },
    rest: () => undefined,
  };
}

/** What is new in a snapshot: steps whose status or number of attempts changed, and whether the run's status did. */
function changeFinder(): (snapshot: RunSnapshot) => { readonly changed: readonly StepRunView[]; readonly runChanged: boolean } {
  const seen = new Map<string, string>();
  const isNew = (key: string, state: string): boolean => {
    if (seen.get(key) === state) return false;
    seen.set(key, state);
    return true;
  };
  return ({ run, steps }) => ({
    changed: steps.filter((step) => isNew(step.id, `${step.status} ${step.attempts.length}`)),
    runChanged: isNew("run", `${run.status} ${run.waiting_for?.step_key ?? ""} ${run.waiting_for?.attested ?? ""}`),
  });
}

const redrawMs = 250;
const columnsDefault = 80;
const rowsDefault = 24;

function liveDisplay(session: Session): RunDisplay {
  const { stdout } = session.io;
  let timer: NodeJS.Timeout | undefined;
  let drawn = 0;
  const draw = (snapshot: RunSnapshot): void => {
    // A terminal that does not know its size says 0.
    const lines = liveLines(session, snapshot, { columns: stdout.columns || columnsDefault, rows: stdout.rows || rowsDefault });
    session.print(`${drawn === 0 ? "" : `\u001b[${drawn}A\r`}\u001b[J${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  return {
    show(snapshot) {
      clearInterval(timer);
      draw(snapshot);
      // Only elapsed times move between two snapshots.
      timer = setInterval(draw, redrawMs, snapshot);
      timer.unref();
    },
    rest() {
      clearInterval(timer);
      drawn = 0;
    },
  };
}

function liveLines(
  session: Session,
  { run, steps, pending }: RunSnapshot,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const now = Date.now();
  const keyWidth = Math.max(4, ...[...steps.map((step) => step.step_key), ...pending].map((key) => key.length));
  const line = (style: Style, head: string, rest: string): string =>
    `${session.paint(style, head)}${cut(rest, Math.max(0, columns - 1 - head.length))}`;
  const begun = steps.map((step) => {
    const mark = stepMarks[step.status];
    const took = elapsed(step.started_at, step.ended_at, now);
    return line(
      mark.style,
      `  ${mark.glyph} `,
      `${step.step_key.padEnd(keyWidth)}  ${step.status.padEnd(23)}  ${took.padStart(7)}  ${oneLine(stepRemark(step))}`.trimEnd(),
    );
  });
  const { glyph, style } = stepMarks.PENDING;
  const lines = [...begun, ...pending.map((key) => line(style, `  ${glyph} `, key))];
  const head = line(
    runStyles[run.status],
    run.status,
    ` ${elapsed(run.created_at, run.ended_at, now)}  ${oneLine(run.manifest_name)}  run ${run.id}`,
  );
  // What does not fit on the screen could not be redrawn: the newest steps matter most.
  const room = Math.max(1, rows - 3);
  return lines.length <= room ? [head, ...lines] : [head, `  … ${lines.length - room + 1} more above`, ...lines.slice(1 - room)];
}
