import type { Command } from "commander";
import type { RunId } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { StepRunView } from "../../domain/view.ts";
import { readArtifact } from "../read-artifact.ts";
import { CliError, usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { followToRest } from "../follow-run.ts";
import { readSnapshot } from "../run-snapshot.ts";
import type { RunSnapshot } from "../run-snapshot.ts";
import { readJsonText } from "../read-params.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";

interface AttestOptions extends CommonOptions {
  readonly by: string;
  readonly outcome: string;
  readonly artifact: readonly string[];
  readonly output?: string;
  readonly notes?: string;
  readonly resume?: boolean;
  readonly watch?: boolean;
  readonly key?: string;
}

/** `reckon attest`: a person states, under a name, what came of a compute step. */
export function addAttest(program: Command, cli: Cli): void {
  const command = withServer(program.command("attest"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .argument("[step]", "step key or step run id (default: the step the run waits for)")
    .summary("state the outcome of a waiting compute step")
    .description(
      "State, under your name, what came of a compute step outside. SUCCESS must cover every declared output with an artifact and match the output schema; FAIL ends the run in error. A file given as NAME=@FILE is hashed here; it is not uploaded.",
    )
    .requiredOption("--by <name>", "who states it")
    .requiredOption("--outcome <outcome>", "SUCCESS or FAIL")
    .option(
      "--artifact <artifact>",
      "NAME=URI[,sha256=HEX][,bytes=N] or NAME=@FILE[,uri=URI]; may be given several times",
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option("--output <json>", "the step's output for the steps after it: JSON, or @FILE")
    .option("--notes <text>", "notes for the record")
    .option("--resume", "let the run go on in the same commit")
    .option("--watch", "with --resume: then watch it until it rests")
    .option("--key <key>", "idempotency key: the same key again has no second effect")
    .action(async (run: string, step: string | undefined, options: AttestOptions) =>
      attest(openSession(cli, options), { run, step, options }),
    );
  withExamples(
    command,
    [
      "reckon attest latest --by ada --outcome SUCCESS --artifact projection=@examples/quarterly-report/projection.csv --output @examples/quarterly-report/projection.json --resume --watch",
      "reckon attest latest model --by ada --outcome SUCCESS --artifact model=s3://bucket/model.xlsx,sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      'reckon attest latest --by ada --outcome FAIL --notes "the spreadsheet does not balance"',
    ],
    ["success", "error", "usage", "runError", "runCancelled", "waiting", "unreachable", "interrupted"],
  );
}

async function attest(
  session: Session,
  { run, step, options }: { readonly run: string; readonly step: string | undefined; readonly options: AttestOptions },
): Promise<void> {
  if (options.watch === true && options.resume !== true)
    throw usageError("--watch goes with --resume", "without --resume the run stands still until: reckon resume RUN");
  const body = await attestationBody(options);
  const runId = await findRun(session.client, run);
  const stepRun = findStep(await readSnapshot(session.client, runId), step);
  const answer = await session.client.post(`/api/runs/${runId}/steps/${stepRun.id}/attest`, body, { key: options.key });
  if (options.watch === true) return followToRest(session, runId);
  if (session.json) session.emit(answer);
  else session.print(`${stepRun.step_key} attested ${options.outcome.toUpperCase()} by ${options.by}\n`);
  sayAfter(session, runId, options);
}

async function attestationBody(options: AttestOptions): Promise<JsonObject> {
  const outcome = options.outcome.toUpperCase();
  if (outcome !== "SUCCESS" && outcome !== "FAIL") throw usageError(`--outcome must be SUCCESS or FAIL, found ${options.outcome}`);
  const artifacts: JsonObject[] = [];
  for (const text of options.artifact) artifacts.push(await readArtifact(text));
  return {
    attested_by: options.by,
    outcome,
    artifacts,
    ...(options.notes === undefined ? {} : { notes: options.notes }),
    ...(options.output === undefined ? {} : { output: await readJsonText(options.output, "--output") }),
    ...(options.resume === true ? { resume: true } : {}),
  };
}

function findStep({ run, steps }: RunSnapshot, step: string | undefined): StepRunView {
  const wanted = step ?? run.waiting_for?.step_key;
  if (wanted === undefined)
    throw new CliError({
      exit: "error",
      code: "run_not_waiting",
      message: `run ${run.id} is ${run.status}: no step waits for an attestation`,
    });
  const found = steps.find((candidate) => candidate.step_key === wanted || candidate.id === wanted);
  if (found === undefined)
    throw new CliError({
      exit: "error",
      code: "step_run_not_found",
      message: `run ${run.id} has no step ${wanted}${steps.length === 0 ? "" : `; it has ${steps.map((candidate) => candidate.step_key).join(", ")}`}`,
    });
  return found;
}

function sayAfter(session: Session, runId: RunId, options: AttestOptions): void {
  if (options.outcome.toUpperCase() === "FAIL") session.say("the run ends in error");
  else if (options.resume === true) session.say(`the run goes on; watch it with: reckon watch ${runId}`);
  else session.say(`to let the run go on: reckon resume ${runId}`);
}
