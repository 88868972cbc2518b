import type { Command } from "commander";
import { findRun } from "../find-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

interface CancelOptions extends CommonOptions {
  readonly by: string;
  readonly reason: string;
  readonly idempotencyKey?: string;
}

/** `reckon cancel`: end a run by a person's decision. */
export function addCancel(program: Command, cli: Cli): void {
  const command = withServer(program.command("cancel"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("end a run, for a reason and under a name")
    .description("End a run that has not ended. Name and reason go on record; what has not started is recorded SKIPPED.")
    .requiredOption("--by <name>", "who cancels it")
    .requiredOption("--reason <text>", "why")
    .option("--idempotency-key <key>", "the same key again has no second effect")
    .action(async (text: string, options: CancelOptions) => {
      const session = openSession(cli, options);
      const runId = await findRun(session.client, text);
      const answer = await session.client.post(
        `/api/runs/${runId}/cancel`,
        { cancelled_by: options.by, reason: options.reason },
        { key: options.idempotencyKey },
      );
      if (session.json) session.emit(answer);
      else session.say(`run ${runId} is cancelled`);
    });
  withExamples(command, ['reckon cancel latest --by ada --reason "wrong quarter"'], ["success", "error", "usage", "unreachable"]);
}
