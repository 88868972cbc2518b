import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { CliError, usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

interface ExportOptions extends CommonOptions {
  readonly output?: string;
  readonly report?: boolean;
}

/** `reckon export`: everything there is of one run, as one file that a stranger can check. */
export function addExport(program: Command, cli: Cli): void {
  const command = withServer(program.command("export"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("write everything there is of a run into one file that can be checked anywhere")
    .description(
      "Write everything there is of a run into one .tar file: its entries, artifacts and plan, the proofs that it stands in the log, and a report for people. The same run gives the same bytes. Check it anywhere, without a server: reckon verify FILE.",
    )
    .option("-o, --output <file>", "where to write it (default: RUN.tar, or RUN.html with --report; - for standard output)")
    .option("--report", "only the report, as one HTML page")
    .action(async (text: string, options: ExportOptions) => {
      const session = openSession(cli, options);
      const runId = await findRun(session.client, text);
      const { body } = await session.client.bytes(`/api/runs/${runId}/${options.report === true ? "report" : "export"}`);
      const path = options.output ?? `${runId}.${options.report === true ? "html" : "tar"}`;
      if (path === "-") return void session.io.stdout.write(body);
      write(path, body);
      if (session.json) session.emit({ run_id: runId, file: path, bytes: body.length });
      else session.print(`${path} ${body.length} bytes\n`);
    });
  withExamples(
    command,
    ["reckon export latest", "reckon export 3f1f2b7d -o run.tar", "reckon export latest --report -o report.html"],
    ["success", "error", "usage", "unreachable"],
  );
}

/** Never over a file that is there: an export that somebody kept is a receipt. */
function write(path: string, body: Uint8Array): void {
  try {
    writeFileSync(path, body, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "EEXIST") throw usageError(`${path} exists and is left alone`, "name another file with -o");
    throw new CliError({ exit: "error", code: "file_not_written", message: `cannot write ${path} (${String(error.code)})`, cause: error });
  }
}
