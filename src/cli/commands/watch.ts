import type { Command } from "commander";
import { findRun } from "../find-run.ts";
import { followToRest } from "../follow-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

/** `reckon watch`: a run as it goes. */
export function addWatch(program: Command, cli: Cli): void {
  const command = withServer(program.command("watch"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("show a run as it goes, until it rests")
    .description(
      "Show a run as it goes: one line per step, redrawn on a terminal, one line per change otherwise. Ends when the run has ended or waits for a person; then the exact command that takes it on is said on standard error. Ctrl-C leaves the run alone.",
    )
    .option("--follow", "stay through pauses, until the run has ended")
    .action(async (text: string, options: CommonOptions & { readonly follow?: boolean }) => {
      const session = openSession(cli, options);
      await followToRest(session, await findRun(session.client, text), { throughPauses: options.follow === true });
    });
  withExamples(
    command,
    ["reckon watch latest", "reckon watch latest --follow --json"],
    ["success", "error", "usage", "runError", "runCancelled", "waiting", "unreachable", "interrupted"],
  );
}
