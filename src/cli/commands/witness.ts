import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { withExamples } from "../session.ts";
import type { Cli } from "../session.ts";

interface WitnessFlags {
  readonly key: string;
  readonly log: readonly string[];
  readonly state: string;
  readonly host: string;
  readonly port: string;
}

/** `reckon witness`: vouch for the logs of others, on a machine of one's own. */
export function addWitness(program: Command, cli: Cli): void {
  const command = program
    .command("witness")
    .summary("cosign the checkpoints of logs, as their witness")
    .description(
      "Serve C2SP tlog-witness: cosign each checkpoint that extends all this witness has seen of its log, and refuse any other. Needs no database; belongs on a machine whose administrators are not those of the log. What it signed last stands in a file that must not be lost or put back.",
    )
    .requiredOption("--key <file>", "the witness's key (reckon key log --witness)")
    .requiredOption("--log <vkey...>", "verifier key of a log to watch; its name is the log's origin")
    .requiredOption("--state <file>", "where it keeps what it signed last")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port to listen on", "8001")
    .action(async ({ key, log, state, host, port }: WitnessFlags) => {
      if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) throw usageError(`${port} is not a port`, "a number from 0 to 65535");
      await cli.io.handlers.witness({ keyFile: key, logKeys: log, stateFile: state, host, port: Number(port) }, cli.say);
    });
  withExamples(
    command,
    ["reckon witness --key w1.key --log example.org/ledger+5f130bfc+AUvNOpLQW/9bsoBJxOLs5YLkYYvmLzfAiwPs9DGGPQ0p --state /var/lib/w1.json"],
    ["success", "error", "usage", "configuration"],
  );
}
