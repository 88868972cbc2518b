import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { parseUuid } from "../../domain/ids.ts";
import type { RunId } from "../../domain/ids.ts";
import { present } from "../../domain/assert.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import { findManifest } from "../find-manifest.ts";
import { followToRest } from "../follow-run.ts";
import { readSnapshot, sayNext } from "../run-snapshot.ts";
import { readParams } from "../read-params.ts";
import { exitOfRun } from "../run-words.ts";
import { openSession, secondsOf, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { readStarted } from "../wire.ts";

interface RunOptions extends CommonOptions {
  readonly params: readonly string[];
  readonly initiatedBy?: string;
  readonly idempotencyKey?: string;
  readonly watch?: boolean;
  readonly wait?: string;
}

const waitSecondsMax = 600;

/** `reckon run`: start a run of a manifest. */
export function addRun(program: Command, cli: Cli): void {
  const command = withServer(program.command("run"))
    .argument("<manifest>", "name or id of the manifest")
    .summary("start a run")
    .description(
      "Start a run of the current version of a manifest and print its id. --params may be given several times, later ones win: a JSON object, a JSON or YAML file, name=text, name=@file (its text), name:=json.",
    )
    .option("--params <params>", "parameters of the run", (text: string, before: readonly string[]) => [...before, text], [])
    .option("--initiated-by <name>", "who starts it, for the record")
    .option("--idempotency-key <key>", "the same key again starts no second run")
    .option("--watch", "then watch it until it rests")
    .option("--wait <seconds>", `then wait until it rests, at most so long (up to ${waitSecondsMax})`)
    .action(async (name: string, options: RunOptions) => startRun(openSession(cli, options), name, options));
  withExamples(
    command,
    [
      "reckon run quarterly-report --params examples/quarterly-report/params.yaml --params document=@examples/quarterly-report/report.txt --watch",
      'reckon run quarterly-report --params \'{"quarter": "2009Q3"}\' --wait 60 --json',
      "reckon run nightly --idempotency-key nightly-2026-11-24 --initiated-by cron",
    ],
    ["success", "error", "usage", "runError", "runCancelled", "timeout", "waiting", "unreachable", "interrupted"],
  );
}

async function startRun(session: Session, name: string, options: RunOptions): Promise<void> {
  const params = await readParams(options.params);
  const waitSeconds = options.wait === undefined ? undefined : secondsOf(options.wait, "--wait", waitSecondsMax, 1);
  const manifest = await findManifest(session.client, name);
  const body: JsonObject = {
    manifest_id: manifest.id,
    run_params: params,
    ...(options.initiatedBy === undefined ? {} : { initiated_by: options.initiatedBy }),
  };
  const answer = await post(session, body, { key: options.idempotencyKey ?? randomUUID(), waitSeconds });
  const runId = present(parseUuid<RunId>(readStarted(answer).runId), "the id of the started run");
  if (options.watch === true) return followToRest(session, runId);
  if (waitSeconds === undefined) {
    if (session.json) session.emit(answer);
    else session.print(`${runId}\n`);
    session.say(`watch it with: reckon watch ${runId}`);
    return;
  }
  const snapshot = await readSnapshot(session.client, runId);
  if (session.json) session.emit(snapshot.run);
  else session.print(`${runId} ${snapshot.run.status}\n`);
  session.end(exitOfRun(snapshot.run.status));
  sayNext(session, snapshot);
}

/** The longest the server waits with its answer. */
const waitStepSecondsMax = 60;

/** Starts the run and waits. A longer wait asks again under the same key, which starts no second run. */
async function post(
  session: Session,
  body: JsonObject,
  { key, waitSeconds }: { readonly key: string; readonly waitSeconds: number | undefined },
): Promise<Json> {
  const deadline = Date.now() + (waitSeconds ?? 0) * 1000;
  for (;;) {
    const seconds = Math.min(waitStepSecondsMax, Math.max(1, Math.ceil((deadline - Date.now()) / 1000)));
    const answer = await session.client.post("/api/runs", body, { key, ...(waitSeconds === undefined ? {} : { waitSeconds: seconds }) });
    if (waitSeconds === undefined || readStarted(answer).status !== "running" || Date.now() >= deadline) return answer;
  }
}
