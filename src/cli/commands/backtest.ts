import type { Command } from "commander";
import { isJsonObject } from "../../domain/json.ts";
import { backtestRun } from "../../verify/backtest/backtest-run.ts";
import type { Judgement } from "../../verify/backtest/backtest-run.ts";
import { checkCandidate } from "../../verify/backtest/candidate.ts";
import type { Candidate } from "../../verify/backtest/candidate.ts";
import { makeCompiler } from "../../verify/compiled-plans.ts";
import { makePlanReader } from "../../verify/read-plan.ts";
import { isRegister } from "../../verify/verify-run.ts";
import { CliError, usageError } from "../cli-error.ts";
import { makeProgress } from "../progress.ts";
import { readDocument } from "../read-document.ts";
import { openSession, withExamples, withOutput } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { oneLine } from "../terminal.ts";

interface BacktestOptions extends CommonOptions {
  readonly task: string;
  readonly policy?: string;
  readonly schema?: string;
  readonly examples?: string;
}

const examplesDefault = 5;

/** `reckon backtest`: what other rules would have said of what is on record. */
export function addBacktest(program: Command, cli: Cli): void {
  const command = withOutput(program.command("backtest"))
    .requiredOption("--task <task>", "id or name of the task whose recorded replies are judged")
    .option("--policy <file>", "a list of rules (name, expr, message) in place of the task's own, as JSON or YAML")
    .option("--schema <file>", "a JSON Schema in place of the task's own contract, as JSON or YAML")
    .option("--examples <count>", `changed verdicts of each kind that are named (default: ${examplesDefault})`)
    .summary("judge recorded replies by a policy or contract that is not in force")
    .description(
      "Judge every recorded reply of a task again by a changed policy, a changed contract or both, with the parameters and inputs of its run, and say which would pass that failed and fail that passed. No model is called and nothing is written. Reads the database that DATABASE_URL names, because a server would have to be asked for every run's whole record.",
    )
    .action(async (options: BacktestOptions) => {
      const session = openSession(cli, options);
      const { worse, unjudged } = await backtest(session, options, candidateOf(options));
      if (worse > 0) cli.end("backtestWorse");
      else if (unjudged > 0) cli.end("backtestPart");
    });
  withExamples(
    command,
    ["reckon backtest --task write-memo --policy stricter.yaml", "reckon backtest --task write-memo --schema contract.json --json | jq ."],
    ["backtestSame", "backtestWorse", "usage", "backtestPart", "unreachable", "configuration"],
  );
}

function candidateOf({ policy, schema }: BacktestOptions): Candidate {
  if (policy === undefined && schema === undefined) throw usageError("give --policy, --schema or both: nothing is changed otherwise");
  const rules = policy === undefined ? undefined : readDocument(policy);
  const candidate = checkCandidate({
    ...(rules === undefined ? {} : { policy: isJsonObject(rules) ? (rules["policy"] ?? rules) : rules }),
    ...(schema === undefined ? {} : { schema: readDocument(schema) }),
  });
  if (candidate.ok) return candidate.value;
  throw new CliError({ exit: "usage", code: "invalid_input", message: "these rules would be refused for a task", issues: candidate.error });
}

interface Totals {
  readonly worse: number;
  readonly unjudged: number;
}

async function backtest(session: Session, options: BacktestOptions, candidate: Candidate): Promise<Totals> {
  const examplesMax = countOf(options.examples);
  const progress = makeProgress(session);
  const { log, records } = session.io.handlers.readRecords({ only: null, after: null });
  const tools = { log, compile: makeCompiler(), readPlan: makePlanReader() };
  const isTask = ({ id, name }: { readonly id: string; readonly name: string }): boolean => id === options.task || name === options.task;
  const startedMs = performance.now();
  const counts = { PASS_PASS: 0, PASS_FAIL: 0, FAIL_PASS: 0, FAIL_FAIL: 0 };
  let runs = 0;
  let unjudged = 0;
  for await (const { record } of records) {
    if (isRegister(record.runId, log)) continue;
    const found = backtestRun(record, { candidate, isTask }, tools);
    runs += 1;
    unjudged += found.unjudged;
    for (const judgement of found.judgements) {
      const kind = `${judgement.before}_${judgement.after}` as const;
      counts[kind] += 1;
      if (judgement.before !== judgement.after && counts[kind] <= examplesMax) printExample(session, judgement, progress.clear);
    }
    progress.show(`${runs} runs, ${total(counts)} replies, ${counts.PASS_FAIL} would fail, ${counts.FAIL_PASS} would pass`);
  }
  progress.clear();
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  const replies = total(counts);
  if (replies + unjudged === 0)
    throw new CliError({ exit: "usage", code: "task_not_found", message: `no recorded reply is one of a task ${oneLine(options.task)}` });
  const summary = {
    type: "summary",
    task: options.task,
    runs,
    replies,
    pass_to_fail: counts.PASS_FAIL,
    fail_to_pass: counts.FAIL_PASS,
    still_pass: counts.PASS_PASS,
    still_fail: counts.FAIL_FAIL,
    unjudged,
    seconds,
  };
  if (session.json) session.emit(summary);
  else
    session.print(
      `${replies} replies of ${oneLine(options.task)} in ${runs} runs: ${counts.PASS_FAIL} passed and would fail, ${counts.FAIL_PASS} failed and would pass, ${counts.PASS_PASS} still pass, ${counts.FAIL_FAIL} still fail, ${unjudged} could not be judged again; ${seconds} s\n`,
    );
  return { worse: counts.PASS_FAIL, unjudged };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function countOf(text: string | undefined): number {
  if (text === undefined) return examplesDefault;
  if (!/^\d{1,6}$/.test(text)) throw usageError(`--examples must be a number, found ${text}`);
  return Number(text);
}

function printExample(session: Session, judgement: Judgement, clear: () => void): void {
  clear();
  if (session.json) return session.emit({ type: "changed", ...judgement });
  const { run_id: run, seq, step, attempt, task_version: version, before, after, because } = judgement;
  const change = session.paint(after === "FAIL" ? "red" : "green", `${before} -> ${after}`);
  session.print(`${change} ${run} entry ${seq}, step ${step}, attempt ${attempt}, task version ${version}: ${oneLine(because ?? "")}\n`);
}
