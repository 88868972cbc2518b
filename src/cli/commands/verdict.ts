import type { Command } from "commander";
import { verifyAct } from "../../attestation/acts.ts";
import type { VerdictOnAttestation } from "../../domain/attestation.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { StepRunView } from "../../domain/view.ts";
import { CliError, usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { findStep } from "../find-step.ts";
import { readSnapshot } from "../run-snapshot.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { askForChallenge, openSigner, signAct } from "../sign-act.ts";

interface VerdictOptions extends CommonOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly key?: string;
  readonly meaning?: string;
  readonly resume?: boolean;
  readonly idempotencyKey?: string;
}

/** `reckon confirm` and `reckon reject`: another person's word on an attestation that waits for it. */
export function addVerdict(program: Command, cli: Cli): void {
  addOne(program, cli, {
    name: "confirm",
    verdict: "VERIFIED",
    summary: "stand by an attestation that waits for another person",
    description:
      "Stand by an attestation under four eyes. When as many persons stand by it as the compute contract asks for, the step succeeds. Look at what was attested first: reckon show RUN.",
    example: "reckon confirm latest --by grace --resume",
  });
  addOne(program, cli, {
    name: "reject",
    verdict: "REJECTED",
    summary: "reject an attestation that waits for another person",
    description: "Reject an attestation under four eyes. The step goes on waiting, for another attestation; the reason stays on record.",
    example: 'reckon reject latest --by grace --reason "the totals do not match the sheet"',
  });
}

interface Words {
  readonly name: string;
  readonly verdict: VerdictOnAttestation;
  readonly summary: string;
  readonly description: string;
  readonly example: string;
}

function addOne(program: Command, cli: Cli, { name, verdict, summary, description, example }: Words): void {
  const command = withServer(program.command(name))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .argument("[step]", "step key or step run id (default: the step the run waits for)")
    .summary(summary)
    .description(description)
    .option("--by <name>", "who says so; not needed where you are let in by a token")
    .option("--reason <text>", verdict === "REJECTED" ? "why" : "why, with --key what the signature is given for")
    .option("--key <file>", "sign it with this key of yours")
    .option("--meaning <meaning>", "with --key: reviewed or approved (default: reviewed)")
    .option("--idempotency-key <key>", "the same key again has no second effect")
    .action(async (run: string, step: string | undefined, options: VerdictOptions) =>
      say(openSession(cli, options), { run, step, verdict, options }),
    );
  if (verdict === "VERIFIED") command.option("--resume", "let the run go on if this was the last word needed");
  withExamples(command, [example], ["success", "error", "usage", "unauthorized", "unreachable", "interrupted"]);
}

interface Asked {
  readonly run: string;
  readonly step: string | undefined;
  readonly verdict: VerdictOnAttestation;
  readonly options: VerdictOptions;
}

async function say(session: Session, { run, step, verdict, options }: Asked): Promise<void> {
  if (verdict === "REJECTED" && options.reason === undefined) throw usageError("a rejection needs its --reason");
  const runId = await findRun(session.client, run);
  const stepRun = findStep(await readSnapshot(session.client, runId), step);
  const path = `/api/runs/${runId}/steps/${stepRun.id}`;
  const body = await verdictBody(session, { path, stepRun, verdict, options });
  const answer = await session.client.post(`${path}/verify`, body, { key: options.idempotencyKey });
  if (session.json) session.emit(answer);
  else session.print(`${stepRun.step_key}: the attestation is ${verdict === "VERIFIED" ? "verified" : "rejected"}\n`);
}

async function verdictBody(
  session: Session,
  {
    path,
    stepRun,
    verdict,
    options,
  }: { readonly path: string; readonly stepRun: StepRunView; readonly verdict: VerdictOnAttestation; readonly options: VerdictOptions },
): Promise<JsonObject> {
  const reason = options.reason ?? null;
  const resume = options.resume === true;
  const said = { verdict, reason, resume, ...(options.by === undefined ? {} : { verified_by: options.by }) };
  const signer = await openSigner(session, options, "reviewed");
  if (signer === null) return said;
  if (reason === null) throw usageError("--key goes with --reason", "a signature says what it is given for");
  if (stepRun.attestation === null) throw nothingToVerify(stepRun);
  const challenge = await askForChallenge(session, path, options.by);
  const act = verifyAct({ by: challenge.to, verdict, reason, resume }, stepRun.attestation);
  return { ...said, verified_by: challenge.to, signature: signAct(signer, challenge, { act, reason }) };
}

function nothingToVerify({ step_key }: StepRunView): CliError {
  return new CliError({
    exit: "error",
    code: "nothing_to_verify",
    message: `step ${step_key} has no attestation that waits to be verified`,
  });
}
