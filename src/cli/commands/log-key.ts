import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { withExamples } from "../session.ts";
import type { Cli } from "../session.ts";

interface KeyOptions {
  readonly name?: string;
  readonly witness?: boolean;
}

/** `reckon key log`, or `reckon key FILE` for short: a new key for the sealed log, or for a witness of somebody's log. */
export function addLogKey(parent: Command, cli: Cli): void {
  const command = parent
    .command("log", { isDefault: true })
    .argument("<file>", "where the secret key is written; it must not exist")
    .summary("make a key for the sealed log or for a witness")
    .description(
      "Make an Ed25519 key: the secret goes into a new file that only its owner can read, the verifier key to standard output. Give the verifier key to whoever shall check the log, by a way of its own.",
    )
    .option("--name <name>", "the key's name (default: RECKONING_LOG_ORIGIN); a witness's is an address of its own, without scheme")
    .option("--witness", "a key that cosigns the checkpoints of others (reckon witness)")
    .action((file: string, options: KeyOptions) => {
      const witness = options.witness === true;
      if (witness && options.name === undefined) throw usageError("a witness needs a name", "give --name witness.example.org/w1");
      const { verifierKey } = cli.io.handlers.makeKey({ file, name: options.name ?? null, witness });
      cli.io.stdout.write(`${verifierKey}\n`);
    });
  withExamples(
    command,
    ["reckon key log /etc/reckon/log.key", "reckon key log w1.key --witness --name witness.example.org/w1"],
    ["success", "error", "usage", "configuration"],
  );
}
