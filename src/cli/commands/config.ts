import type { Command } from "commander";
import { ConfigurationRefused } from "../handlers.ts";
import { openSession, withExamples, withOutput } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";
import { table } from "../table.ts";

/** `reckon config`: every effective value and where it came from, secrets hidden. */
export function addConfig(program: Command, cli: Cli): void {
  const command = withOutput(program.command("config"))
    .summary("print the effective configuration and where each value comes from")
    .description(
      "Print every effective configuration value and where it comes from: environment, flag or default. Secrets are hidden. Configuration is by environment variables only.",
    )
    .action((options: CommonOptions) => {
      const session = openSession(cli, options);
      const { settings, issues, notices } = cli.io.handlers.readConfig({});
      for (const setting of session.json ? settings : []) session.emit(setting);
      if (!session.json && settings.length > 0) {
        const rows = settings.map(
          ({ name, value, origin }) => [name, value ?? "-", { text: origin, style: origin === "default" ? "dim" : "bold" }] as const,
        );
        session.print(table(["NAME", "VALUE", "ORIGIN"], rows, session.paint));
      }
      for (const notice of notices) cli.say(`note: ${notice}`);
      if (issues.length > 0) throw new ConfigurationRefused(issues);
    });
  withExamples(
    command,
    ["reckon config", "reckon config --json | jq -r 'select(.origin != \"default\") | .name'"],
    ["success", "usage", "configuration"],
  );
}
