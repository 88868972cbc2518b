import { makeProgram } from "../src/cli/main.ts";
import type { CliHandlers } from "../src/cli/handlers.ts";

/** The whole of `docs/cli.md`, from the command line's own help. */
export function cliReference(): string {
  const ignore = { write: () => undefined };
  const program = makeProgram({
    io: { env: {}, stdout: ignore, stderr: ignore, handlers, version: "0", signal: new AbortController().signal },
    say: () => undefined,
    end: () => undefined,
  });
  const sections = program.commands.map((command) => `## reckon ${command.name()}\n\n${fenced(helpOf(command))}`);
  return `${head}\n${fenced(helpOf(program))}\n${sections.join("\n")}`;
}

const head = `# The command line

Made from the commands' own help by \`npm run cli-reference\`; a test holds the two together.

Every command but \`dev\`, \`serve\`, \`worker\`, \`migrate\`, \`config\`, \`verify\` and \`replay\` is a client of the HTTP interface: it can do nothing that
another client cannot. Data goes to standard output, everything said about it to standard error, and the exit code alone tells
how it ended. With \`--json\` standard output holds one JSON value a line, and a failure is one JSON line on standard error:
\`{"error": {"code", "detail", "errors", "remedy"}}\`. Otherwise a failure says its stable code, the cause, each single fault with its place,
and what to do.

Exit codes are added to, never changed.
`;

interface Helpful {
  outputHelp(): void;
  configureOutput(output: { readonly writeOut: (text: string) => void }): unknown;
}

/** What \`--help\` prints, with the parts that stand after the options. */
function helpOf(command: Helpful): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

function never(): never {
  throw new Error("a reference runs no command");
}

const handlers: CliHandlers = {
  dev: never,
  serve: never,
  worker: never,
  sealer: never,
  makeKey: never,
  recover: never,
  witness: never,
  migrate: never,
  readRecords: never,
  readConfig: never,
  tokens: { create: never, list: never, revoke: never },
};
