import type { Command } from "commander";
import { parseUuid } from "../../domain/ids.ts";
import type { RunId } from "../../domain/ids.ts";
import { makeCompiler } from "../../verify/compiled-plans.ts";
import { makePlanReader } from "../../verify/read-plan.ts";
import { replayRun } from "../../verify/replay/replay-run.ts";
import type { Replay } from "../../verify/replay/replay-run.ts";
import { isRegister } from "../../verify/verify-run.ts";
import type { RunRecord } from "../../verify/run-record.ts";
import { CliError, usageError } from "../cli-error.ts";
import { makeProgress } from "../progress.ts";
import { readBundleFile } from "../read-bundle-file.ts";
import { openSession, withExamples, withOutput } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { oneLine } from "../terminal.ts";

interface ReplayOptions extends CommonOptions {
  readonly all?: boolean;
  readonly after?: string;
}

/** `reckon replay`: a run computed again from its record, with no network in reach. */
export function addReplay(program: Command, cli: Cli): void {
  const command = withOutput(program.command("replay"))
    .argument("[run|bundle...]", "ids of runs, or run exports: .tar files or their unpacked folders")
    .summary("compute runs again from their record, with no network in reach")
    .description(
      "Compute runs again from their record alone: every prompt rendered, every reply read and judged, every step scheduled, each event compared with its entry byte by byte. MATCH, or DIVERGED at entry, step and field. A run is read from the database that DATABASE_URL names; a bundle needs nothing but itself. No model is called.",
    )
    .option("--all", "every run of the database")
    .option("--after <run>", "with --all: go on after this run id")
    .action(async (texts: readonly string[], options: ReplayOptions) => {
      if (texts.length === 0 && options.all !== true) throw usageError("name a run or a bundle, or give --all");
      const session = openSession(cli, options);
      const progress = makeProgress(session);
      const tools = { compile: makeCompiler(), readPlan: makePlanReader() };
      const counts = { MATCH: 0, DIVERGED: 0, IMPOSSIBLE: 0, REFUSED: 0 };
      for await (const { record, log } of recordsOf(session, texts, options)) {
        if (isRegister(record.runId, log)) continue;
        const replay = replayRun(record, { ...tools, log });
        counts[replay.verdict] += 1;
        progress.clear();
        if (options.all !== true || replay.verdict !== "MATCH" || session.json) print(session, replay);
        progress.show(`${counts.MATCH} match, ${counts.DIVERGED} diverged, last ${record.runId}`);
      }
      progress.clear();
      const { MATCH, DIVERGED, IMPOSSIBLE, REFUSED } = counts;
      if (session.json) session.emit({ type: "summary", match: MATCH, diverged: DIVERGED, impossible: IMPOSSIBLE, refused: REFUSED });
      else if (options.all === true)
        session.print(`${MATCH} match, ${DIVERGED} diverged, ${IMPOSSIBLE} in part erased, ${REFUSED} refused\n`);
      if (DIVERGED > 0) cli.end("wrong");
      else if (REFUSED > 0) cli.end("unreadable");
      else if (IMPOSSIBLE > 0) cli.end("withheld");
    });
  withExamples(
    command,
    ["reckon replay 019a2f60-5a0c-7d3e-9a51-0c6f3f1f2b7d", "reckon replay run.tar other.tar", "reckon replay --all"],
    ["verified", "wrong", "unreadable", "withheld", "unreachable", "configuration"],
  );
}

async function* recordsOf(
  session: Session,
  texts: readonly string[],
  options: ReplayOptions,
): AsyncGenerator<{ readonly record: RunRecord; readonly log: string }> {
  const after = options.after === undefined ? null : parseUuid<RunId>(options.after);
  if (options.after !== undefined && after === null) throw usageError(`${options.after} is not a whole run id`);
  const fromDatabase = async function* (only: RunId | null): ReturnType<typeof recordsOf> {
    const { log, records } = session.io.handlers.readRecords({ only, after });
    for await (const { record } of records) yield { record, log };
  };
  if (options.all === true) yield* fromDatabase(null);
  for (const text of texts) {
    const runId = parseUuid<RunId>(text);
    if (runId !== null) yield* fromDatabase(runId);
    else yield bundleAt(text);
  }
}

function bundleAt(path: string): { readonly record: RunRecord; readonly log: string } {
  const bundle = readBundleFile(path);
  if (bundle.ok) return bundle.value;
  const { file, expected, found } = bundle.error;
  const message = `${path} is no run export: ${file}: expected ${expected}, found ${found}`;
  throw new CliError({ exit: "unreadable", code: "bundle_unreadable", message });
}

function print(session: Session, replay: Replay): void {
  if (session.json) return session.emit({ type: "replay", ...replay });
  const head = `${session.paint(replay.verdict === "MATCH" ? "green" : "red", replay.verdict)} ${replay.run_id}`;
  switch (replay.verdict) {
    case "MATCH":
      return session.print(`${head} ${replay.entries} entries\n`);
    case "DIVERGED": {
      const { seq, step, field, expected, found } = replay.at;
      const place = `entry ${seq}${step === null ? "" : `, step ${step}`}, ${oneLine(field)}`;
      return session.print(`${head} at ${place}: expected ${oneLine(expected)}, found ${oneLine(found)}\n`);
    }
    case "IMPOSSIBLE":
      session.print(`${head} in part, by design: content was erased or withheld; the rest matches\n`);
      for (const { seq, step, why } of replay.unreplayed) session.print(`  entry ${seq}${step === null ? "" : `, step ${step}`}: ${why}\n`);
      return;
    case "REFUSED":
      session.print(`${head}: not a record that can be replayed\n`);
      for (const { seq, field, expected, found } of replay.findings)
        session.print(
          `  ${seq === null ? "run" : `entry ${seq}`} ${oneLine(field)}: expected ${oneLine(expected)}, found ${oneLine(found)}\n`,
        );
  }
}
