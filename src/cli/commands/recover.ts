import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { withExamples } from "../session.ts";
import type { Cli } from "../session.ts";

interface RecoverOptions {
  readonly acceptRollback?: boolean;
  readonly reason: string;
  readonly by: string;
}

/** `reckon recover`: go on after entries of the log were lost, under another name. */
export function addRecover(program: Command, cli: Cli): void {
  const command = program
    .command("recover")
    .summary("go on after a restore that lost entries, under a new name of the log")
    .description(
      "After ROLLBACK DETECTED: put on record that entries of the log were lost and who accepted it, and open a new origin for what is still there. The old name is never signed again, so the loss stays visible to everybody who kept a checkpoint. Stop every server, worker and sealer first. Needs a login that owns the tables, the log's key and the anchor.",
    )
    .requiredOption("--accept-rollback", "say that the loss is known and accepted")
    .requiredOption("--reason <text>", "why the database was put back")
    .requiredOption("--by <name>", "who accepts the loss")
    .action(async (options: RecoverOptions) => {
      if (options.reason.trim() === "" || options.by.trim() === "") throw usageError("a reason and a name are needed", "they go on record");
      const done = await cli.io.handlers.recover({ reason: options.reason, by: options.by });
      cli.io.stdout.write(`the log goes on as ${done.origin} with ${done.keptSize} entries; ${done.lostSize - done.keptSize} were lost\n`);
      cli.say(`its verifier key is now ${done.verifierKey}: give it to whoever checks the log`);
    });
  withExamples(
    command,
    ['reckon recover --accept-rollback --reason "disk failure, restored the backup of Monday" --by "Ada Lovelace"'],
    ["success", "error", "usage", "rollback", "unreachable", "configuration"],
  );
}
