import type { Command } from "commander";
import { findRun } from "../find-run.ts";
import { followToRest } from "../follow-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

interface ResumeOptions extends CommonOptions {
  readonly by?: string;
  readonly idempotencyKey?: string;
  readonly watch?: boolean;
}

/** `reckon resume`: hand an attested run back to the workers. */
export function addResume(program: Command, cli: Cli): void {
  const command = withServer(program.command("resume"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("let a run go on whose compute step is attested")
    .description("Let a waiting run go on whose compute step is attested. Asking twice never doubles a step.")
    .option("--by <name>", "who resumes it, for the record")
    .option("--idempotency-key <key>", "the same key again has no second effect")
    .option("--watch", "then watch it until it rests")
    .action(async (text: string, options: ResumeOptions) => {
      const session = openSession(cli, options);
      const runId = await findRun(session.client, text);
      const answer = await session.client.post(`/api/runs/${runId}/resume`, options.by === undefined ? {} : { initiated_by: options.by }, {
        key: options.idempotencyKey,
      });
      if (options.watch === true) return followToRest(session, runId);
      if (session.json) session.emit(answer);
      else session.say(`run ${runId} goes on; watch it with: reckon watch ${runId}`);
      return undefined;
    });
  withExamples(
    command,
    ["reckon resume latest --by ada --watch"],
    ["success", "error", "usage", "runError", "runCancelled", "waiting", "unreachable", "interrupted"],
  );
}
