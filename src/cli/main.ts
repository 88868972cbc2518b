import { Command, CommanderError } from "commander";
import { Fault } from "../domain/fault.ts";
import { CliError } from "./cli-error.ts";
import { addApply } from "./commands/apply.ts";
import { addAttest } from "./commands/attest.ts";
import { addBacktest } from "./commands/backtest.ts";
import { addCancel } from "./commands/cancel.ts";
import { addCatalogue } from "./commands/catalogue.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConfig } from "./commands/config.ts";
import { addExport } from "./commands/export.ts";
import { addKeeping } from "./commands/keeping.ts";
import { addReplay } from "./commands/replay.ts";
import { addLog } from "./commands/log.ts";
import { addRecover } from "./commands/recover.ts";
import { addResume } from "./commands/resume.ts";
import { addRun } from "./commands/run.ts";
import { addRuns } from "./commands/runs.ts";
import { addServers } from "./commands/servers.ts";
import { addShow } from "./commands/show.ts";
import { addKey } from "./commands/key.ts";
import { addToken } from "./commands/token.ts";
import { addVerdict } from "./commands/verdict.ts";
import { addVerify } from "./commands/verify.ts";
import { addVersion } from "./commands/version.ts";
import { addWatch } from "./commands/watch.ts";
import { addWitness } from "./commands/witness.ts";
import { codeOf, exitCodeLines } from "./exit-codes.ts";
import type { Exit } from "./exit-codes.ts";
import { ConfigurationRefused } from "./handlers.ts";
import type { Cli, CliIo } from "./session.ts";
import { oneLine, paintFor, tolerateClosedPipe } from "./terminal.ts";

export type { CliIo } from "./session.ts";

/** Runs one command line, `argv` without node and script, and resolves to the exit code. Never throws for a reason of the world's. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exit: Exit = "success";
  const cli: Cli = { io, say: (line) => void io.stderr.write(`${asTyped(line, io.env)}\n`), end: (how) => void (exit = how) };
  for (const stream of [io.stdout, io.stderr]) tolerateClosedPipe(stream);
  try {
    await makeProgram(cli).parseAsync([...argv], { from: "user" });
    return codeOf(exit);
  } catch (error) {
    if (error instanceof CommanderError) return codeOf(error.exitCode === 0 ? "success" : "usage");
    return codeOf(reportFailure(cli, error, argv.includes("--json")));
  }
}

/** Commands that a person is told to type begin as theirs did: started through npm, `reckon` alone is found by no shell. */
function asTyped(line: string, env: CliIo["env"]): string {
  const isThroughNpm = ["exec", "start", "run", "run-script"].includes(env["npm_command"] ?? "");
  return isThroughNpm && !line.startsWith("{") ? line.replaceAll(/(?<=^|: |: *|^ +|or )reckon (?=[a-z])/g, "npx reckon ") : line;
}

export function makeProgram(cli: Cli): Command {
  const program = new Command("reckon")
    .description("Runs LLM workflows as explicit graphs in which every answer passes a contract and a policy, and every run is evidence.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void cli.io.stdout.write(text),
      writeErr: (text) => void cli.io.stderr.write(text),
      getOutHelpWidth: () => helpColumns,
      getErrHelpWidth: () => helpColumns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help for what it takes)")
    .helpCommand("help [command]", "show the help of a command")
    .version(cli.io.version, "-V, --version", "print the version")
    .addHelpText(
      "after",
      [
        "",
        "Begin with:",
        "  $ reckon dev",
        "",
        "Exit codes:",
        ...listed(allExits),
        "",
        "Exit codes of verify and replay:",
        ...listed(auditExits),
        "",
        "Exit codes of backtest:",
        ...listed(["backtestSame", "backtestWorse", "backtestPart"]),
      ].join("\n"),
    );
  const adders = [
    addServers,
    addConfig,
    addApply,
    addCatalogue,
    addRun,
    addWatch,
    addRuns,
    addShow,
    addAttest,
    addResume,
    addCancel,
    addExport,
    addKeeping,
    addVerdict,
    addToken,
    addKey,
    addVerify,
    addReplay,
    addBacktest,
    addLog,
    addWitness,
    addRecover,
    addVersion,
    addCompletion,
  ];
  for (const add of adders) add(program, cli);
  return program;
}

/** The same on every terminal, so that documentation can quote it. */
const helpColumns = 100;
const allExits = [
  "success",
  "error",
  "usage",
  "runError",
  "unauthorized",
  "runCancelled",
  "timeout",
  "waiting",
  "rollback",
  "unreachable",
  "configuration",
  "interrupted",
] as const satisfies readonly Exit[];
const auditExits = ["verified", "wrong", "unreadable", "withheld", "openRecord"] as const satisfies readonly Exit[];

function listed(exits: readonly Exit[]): readonly string[] {
  return exitCodeLines(exits).map((line) => ` ${line}`);
}

function reportFailure(cli: Cli, error: unknown, json: boolean): Exit {
  const failure = describeFailure(cli, error);
  if (json) {
    cli.say(JSON.stringify({ error: { code: failure.code, detail: failure.message, errors: failure.issues, remedy: failure.remedy } }));
    return failure.exit;
  }
  const paint = paintFor(cli.io.stderr, cli.io.env, true);
  cli.say(`${paint("red", "error")} ${failure.code}: ${oneLine(failure.message)}`);
  for (const issue of failure.issues) {
    const isTheMessage = failure.issues.length === 1 && failure.message.endsWith(issue.detail);
    if (!isTheMessage) cli.say(`  ${issue.pointer === "" ? "" : `${oneLine(issue.pointer)}: `}${oneLine(issue.detail)}`);
  }
  if (failure.remedy !== null) cli.say(`  ${paint("dim", "what to do:")} ${failure.remedy}`);
  return failure.exit;
}

/** Every way a command can fail, as a CliError. What nobody foresaw is our own bug: it keeps its stack. */
function describeFailure(cli: Cli, error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (cli.io.signal.aborted)
    return new CliError({ exit: "interrupted", code: "interrupted", message: "stopped; runs go on without this command" });
  if (error instanceof ConfigurationRefused) {
    const issues = error.issues.map((issue) => ({ pointer: issue.name, detail: issue.detail }));
    const fields = { exit: "configuration", code: "configuration", issues } as const;
    // One fault makes one clear line.
    if (issues.length === 1) return new CliError({ ...fields, message: error.message });
    const message = `${issues.length} things in the environment are wrong`;
    return new CliError({ ...fields, message, remedy: "see the values in force with: reckon config" });
  }
  if (error instanceof Fault) return describeFault(error);
  cli.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new CliError({
    exit: "error",
    code: "internal",
    message: "this is a bug of Reckoning Machine; the lines above say where",
    cause: error,
  });
}

function describeFault(fault: Fault): CliError {
  switch (fault.code) {
    case "schema_mismatch":
    case "database_refused":
      return new CliError({ exit: "configuration", code: fault.code, message: fault.message });
    case "database_unavailable":
      return new CliError({
        exit: "unreachable",
        code: fault.code,
        message: fault.message,
        remedy: "check that PostgreSQL runs and that DATABASE_URL names it",
      });
    case "rollback_detected":
      return new CliError({
        exit: "rollback",
        code: fault.code,
        message: fault.message,
        remedy: "find out what was put back, by whom and why (RUNBOOK.md, After a restore); nothing is written until then",
      });
    default:
      return new CliError({ exit: "error", code: fault.code, message: fault.message });
  }
}
