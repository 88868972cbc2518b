import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions } from "../session.ts";

interface KeepingOptions extends CommonOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
}

interface EraseOptions extends KeepingOptions {
  readonly basis?: string;
  readonly approve?: boolean;
}

/** `reckon erase` and `reckon hold`: what people decide about the content of runs that have ended. */
export function addKeeping(program: Command, cli: Cli): void {
  addErase(program, cli);
  addHold(program, cli);
}

function addErase(program: Command, cli: Cli): void {
  const command = withServer(program.command("erase"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .argument("<artifact>", "the artifact by its place, such as 2.0; reckon show RUN --step STEP names them")
    .summary("ask for content to be erased, or approve what another person asked for")
    .description(
      "Ask for the content of one artifact of an ended run to be erased, or, with --approve, erase what another person asked for. Content and salt go for good; the entries, their chain and all proofs stay, and say by whom and on what ground. Not while the run is on hold.",
    )
    .option("--by <name>", "who asks or approves (needed where the server knows no logins)")
    .option("--basis <text>", "the law or duty that it rests on; it stays on record and names no person")
    .option("--reason <text>", "why; kept as content that can itself be erased")
    .option("--approve", "erase what another person asked for")
    .option("--idempotency-key <key>", "the same key again has no second effect")
    .action(async (run: string, artifact: string, options: EraseOptions) => {
      const session = openSession(cli, options);
      const { basis, reason, approve = false, by, idempotencyKey: key } = options;
      if (!/^\d+\.\d+$/.test(artifact))
        throw usageError(`${artifact} is not an artifact`, "an artifact is named by its place, such as 2.0");
      if (approve && (basis !== undefined || reason !== undefined)) throw usageError("--approve takes ground and reason from the request");
      if (!approve && (basis === undefined || reason === undefined))
        throw usageError("an erasure needs --basis and --reason, or --approve");
      const runId = await findRun(session.client, run);
      const path = `/api/runs/${runId}/erasures`;
      const answer = approve
        ? await session.client.post(`${path}/${artifact}/approve`, { ...(by === undefined ? {} : { approved_by: by }) }, { key })
        : await session.client.post(
            path,
            { artifact, legal_basis: basis ?? "", reason: reason ?? "", ...(by === undefined ? {} : { requested_by: by }) },
            { key },
          );
      if (session.json) session.emit(answer);
      else
        session.say(
          approve
            ? `artifact ${artifact} of run ${runId} is erased`
            : `the erasure of ${artifact} of run ${runId} waits for another person`,
        );
    });
  withExamples(
    command,
    [
      'reckon erase latest 2.0 --by ada --basis "GDPR Art. 17(1)(a)" --reason "asked for by the person concerned"',
      "reckon erase latest 2.0 --approve --by bob",
    ],
    ["success", "error", "usage", "unauthorized", "unreachable"],
  );
}

interface HoldOptions extends KeepingOptions {
  readonly release?: boolean;
}

function addHold(program: Command, cli: Cli): void {
  const command = withServer(program.command("hold"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("forbid that anything of a run is erased, or lift that")
    .description("Place an ended run on hold, so that nothing of it can be erased, or lift the hold with --release.")
    .requiredOption("--reason <text>", "why")
    .option("--by <name>", "who places or lifts it (needed where the server knows no logins)")
    .option("--release", "lift the hold")
    .option("--idempotency-key <key>", "the same key again has no second effect")
    .action(async (run: string, options: HoldOptions) => {
      const session = openSession(cli, options);
      const { reason = "", by, release = false, idempotencyKey: key } = options;
      const runId = await findRun(session.client, run);
      const who = by === undefined ? {} : release ? { released_by: by } : { held_by: by };
      const answer = await session.client.post(`/api/runs/${runId}/hold${release ? "/release" : ""}`, { reason, ...who }, { key });
      if (session.json) session.emit(answer);
      else session.say(`run ${runId} is ${release ? "no longer" : ""} on hold`.replace("  ", " "));
    });
  withExamples(
    command,
    ['reckon hold latest --by ada --reason "case 17/2026"', 'reckon hold latest --release --by ada --reason "case closed"'],
    ["success", "error", "usage", "unauthorized", "unreachable"],
  );
}
