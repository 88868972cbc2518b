import type { Command } from "commander";
import { applyDefinitions } from "../apply/apply-definitions.ts";
import type { Applied } from "../apply/apply-definitions.ts";
import { readDefinitions } from "../apply/read-definitions.ts";
import { usageError } from "../cli-error.ts";
import { readTextFile } from "../read-params.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CliIo, CommonOptions } from "../session.ts";

interface ApplyOptions extends CommonOptions {
  readonly file: string;
  readonly dryRun?: boolean;
}

/** `reckon apply`: make the server hold the tasks and manifests of a file. */
export function addApply(program: Command, cli: Cli): void {
  const command = withServer(program.command("apply"))
    .summary("create or update the tasks and manifests of a file")
    .description(
      "Create or update the tasks and manifests of a YAML or JSON file, tasks first. Steps may name their task by name. What is there unchanged makes no new version. Every fault the server finds is shown with its line.",
    )
    .requiredOption("-f, --file <file>", "the file, or - for standard input")
    .option("--dry-run", "only say what would change; the server's checks are made when it is applied")
    .action(async (options: ApplyOptions) => {
      const session = openSession(cli, options);
      const name = options.file === "-" ? "(stdin)" : options.file;
      const definitions = readDefinitions(options.file === "-" ? await readStdin(cli.io) : await readTextFile(options.file), name);
      for await (const applied of applyDefinitions(session.client, definitions, options.dryRun === true)) {
        if (session.json) session.emit(applied);
        else session.print(`${line(applied, options.dryRun === true)}\n`);
      }
    });
  withExamples(
    command,
    [
      "reckon apply -f examples/quarterly-report/workflow.yaml",
      "reckon apply -f workflow.yaml --dry-run --json | jq -r 'select(.action != \"unchanged\") | .name'",
    ],
    ["success", "error", "usage", "unreachable"],
  );
}

function line({ kind, name, action, version, digest }: Applied, dryRun: boolean): string {
  const what = `${kind} ${name} ${dryRun && action !== "unchanged" ? `would be ${action}` : action}`;
  return `${what}${version === null ? "" : ` (version ${version}${digest === null ? "" : `, ${digest.slice(0, 12)}`})`}`;
}

const stdinBytesMax = 16 * 1024 * 1024;

async function readStdin({ stdin }: CliIo): Promise<string> {
  if (stdin === undefined) throw usageError("there is no standard input to read");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > stdinBytesMax) throw usageError("standard input is larger than 16 MiB");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
