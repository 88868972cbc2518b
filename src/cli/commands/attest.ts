import type { Command } from "commander";
import type { RunId } from "../../domain/ids.ts";
import { attestAct } from "../../attestation/acts.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { uploadTo } from "../upload-file.ts";
import { attestationOf } from "../read-attestation.ts";
import { readArtifact } from "../read-artifact.ts";
import { usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { findStep } from "../find-step.ts";
import { followToRest } from "../follow-run.ts";
import { readSnapshot } from "../run-snapshot.ts";
import { readJsonText } from "../read-params.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { askForChallenge, openSigner, signAct } from "../sign-act.ts";

interface AttestOptions extends CommonOptions {
  readonly by?: string;
  readonly outcome: string;
  readonly artifact: readonly string[];
  readonly output?: string;
  readonly upload?: boolean;
  readonly notes?: string;
  readonly resume?: boolean;
  readonly watch?: boolean;
  readonly key?: string;
  readonly meaning?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
}

/** `reckon attest`: a person states, under a name, what came of a compute step. */
export function addAttest(program: Command, cli: Cli): void {
  const command = withServer(program.command("attest"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .argument("[step]", "step key or step run id (default: the step the run waits for)")
    .summary("state the outcome of a waiting compute step")
    .description(
      "State, under your name, what came of a compute step outside. SUCCESS must cover every declared output with an artifact and match the output schema; FAIL ends the run in error. A file given as NAME=@FILE is hashed here, and handed over only with --upload.",
    )
    .option("--by <name>", "who states it; not needed where you are let in by a token")
    .requiredOption("--outcome <outcome>", "SUCCESS or FAIL")
    .option(
      "--artifact <artifact>",
      "NAME=URI[,sha256=HEX][,bytes=N] or NAME=@FILE[,uri=URI]; may be given several times",
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option("--upload", "hand the files over to the server, which hashes them too")
    .option("--output <json>", "the step's output for the steps after it: JSON, or @FILE")
    .option("--notes <text>", "notes for the record")
    .option("--resume", "let the run go on in the same commit")
    .option("--watch", "with --resume: then watch it until it rests")
    .option("--key <file>", "sign it with this key of yours (reckon key create)")
    .option("--reason <text>", "with --key: what the signature is given for")
    .option("--meaning <meaning>", "with --key: executed, reviewed or approved (default: executed)")
    .option("--idempotency-key <key>", "the same key again has no second effect")
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
  const said = await attestationBody(session, options);
  const runId = await findRun(session.client, run);
  const stepRun = findStep(await readSnapshot(session.client, runId), step);
  const path = `/api/runs/${runId}/steps/${stepRun.id}`;
  const body = await signed(session, path, { said, options });
  const answer = await session.client.post(`${path}/attest`, body, { key: options.idempotencyKey });
  if (options.watch === true) return followToRest(session, runId);
  if (session.json) session.emit(answer);
  else
    session.print(`${stepRun.step_key} attested ${options.outcome.toUpperCase()}${options.by === undefined ? "" : ` by ${options.by}`}\n`);
  if (isJsonObject(answer) && answer["new_status"] === "WAITING_FOR_ATTESTATION")
    session.say(`another person has to verify it: reckon confirm ${runId}`);
  else sayAfter(session, runId, options);
}

async function attestationBody(session: Session, options: AttestOptions): Promise<JsonObject> {
  const outcome = options.outcome.toUpperCase();
  if (outcome !== "SUCCESS" && outcome !== "FAIL") throw usageError(`--outcome must be SUCCESS or FAIL, found ${options.outcome}`);
  const artifacts: JsonObject[] = [];
  for (const text of options.artifact) artifacts.push(await readArtifact(text, options.upload === true ? uploadTo(session) : null));
  return {
    ...(options.by === undefined ? {} : { attested_by: options.by }),
    outcome,
    artifacts,
    ...(options.notes === undefined ? {} : { notes: options.notes }),
    ...(options.output === undefined ? {} : { output: await readJsonText(options.output, "--output") }),
    ...(options.resume === true ? { resume: true } : {}),
  };
}

/** The body with a signature over exactly what it says, in the name that the server knows the caller by. */
async function signed(
  session: Session,
  path: string,
  { said, options }: { readonly said: JsonObject; readonly options: AttestOptions },
): Promise<JsonObject> {
  const signer = await openSigner(session, options, "executed");
  if (signer === null) return said;
  const { reason } = options;
  if (reason === undefined) throw usageError("--key goes with --reason", "a signature says what it is given for");
  const challenge = await askForChallenge(session, path, options.by);
  const act = attestAct(attestationOf(said, challenge.to), options.resume === true);
  return { ...said, attested_by: challenge.to, signature: signAct(signer, challenge, { act, reason }) };
}

function sayAfter(session: Session, runId: RunId, options: AttestOptions): void {
  if (options.outcome.toUpperCase() === "FAIL") session.say("the run ends in error");
  else if (options.resume === true) session.say(`the run goes on; watch it with: reckon watch ${runId}`);
  else session.say(`to let the run go on: reckon resume ${runId}`);
}
