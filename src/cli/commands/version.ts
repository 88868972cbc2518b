import type { Command } from "commander";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

/** `reckon version`: this program's, and the server's when asked. */
export function addVersion(program: Command, cli: Cli): void {
  const command = withServer(program.command("version"))
    .description("Print the version of this program, and with --server that of the server it would talk to.")
    .option("--server", "ask the server too")
    .action(async (options: CommonOptions & { readonly server?: boolean }) => {
      const session = openSession(cli, options);
      const server = options.server === true ? await session.client.get("/version") : undefined;
      if (session.json) session.emit({ version: cli.io.version, ...(server === undefined ? {} : { server }) });
      else session.print(`reckon ${cli.io.version}\n${server === undefined ? "" : `server ${JSON.stringify(server)}\n`}`);
    });
  withExamples(command, ["reckon version", "reckon version --server --json"], ["success", "error", "unreachable"]);
}
