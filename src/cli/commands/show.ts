import type { Command } from "commander";
import type { RunId } from "../../domain/ids.ts";
import { isJsonObject } from "../../domain/json.ts";
import { allOf } from "../all-pages.ts";
import { usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { readSnapshot, sayNext } from "../run-snapshot.ts";
import type { RunSnapshot } from "../run-snapshot.ts";
import { exitOfRun, runStyles, stepMarks, stepRemark } from "../run-words.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { showStep } from "../show-step.ts";
import { fields, table } from "../table.ts";
import { oneLine } from "../terminal.ts";
import { elapsed, shownTime } from "../times.ts";
import { readEntry, textOf } from "../wire.ts";

interface ShowOptions extends CommonOptions {
  readonly step?: string;
  readonly steps?: boolean;
  readonly entries?: boolean;
  readonly artifact?: string;
  readonly exitStatus?: boolean;
}

/** `reckon show`: one run, one step of it, its entries or one artifact. */
export function addShow(program: Command, cli: Cli): void {
  const command = withServer(program.command("show"))
    .argument("<run>", "run id, a unique beginning or end of it, or latest")
    .summary("show a run, its steps, its entries, one step or one artifact")
    .description(
      "Show a run and its steps. With --step all about one step: prompt, reply, the model's rationale apart, policy report, canonical output. With --artifact the exact bytes of one artifact.",
    )
    .option("--steps", "only the steps")
    .option("--entries", "the entries of its ledger")
    .option("--step <key>", "all about this step")
    .option("--artifact <ref>", "write this artifact, such as 1.0, to standard output as it is stored")
    .option("--exit-status", "end with the code of the run's status")
    .action(async (text: string, options: ShowOptions) => {
      if ([options.step, options.steps, options.entries, options.artifact].filter((choice) => choice !== undefined).length > 1)
        throw usageError("choose one of --steps, --entries, --step and --artifact");
      const session = openSession(cli, options);
      await show(session, await findRun(session.client, text), options);
    });
  withExamples(
    command,
    [
      "reckon show latest",
      "reckon show latest --step figures",
      "reckon show latest --entries --json | jq .body",
      "reckon show latest --artifact 1.0 > request.json",
    ],
    ["success", "error", "usage", "runError", "runCancelled", "timeout", "waiting", "unreachable"],
  );
}

async function show(session: Session, runId: RunId, options: ShowOptions): Promise<void> {
  if (options.artifact !== undefined) return writeArtifact(session, runId, options.artifact);
  if (options.entries === true) return showEntries(session, runId);
  const snapshot = await readSnapshot(session.client, runId);
  if (options.exitStatus === true) session.end(exitOfRun(snapshot.run.status));
  if (options.step !== undefined) return showStep(session, snapshot, options.step);
  if (session.json) {
    if (options.steps !== true) session.emit(snapshot.run);
    for (const step of options.steps === true ? snapshot.steps : []) session.emit(step);
    return;
  }
  if (options.steps !== true) session.print(`${showHead(session, snapshot)}\n`);
  session.print(showSteps(session, snapshot));
  sayNext(session, snapshot);
}

function showHead(session: Session, { run }: RunSnapshot): string {
  const pairs: (readonly [string, string])[] = [
    ["run", run.id],
    [
      "status",
      `${session.paint(runStyles[run.status], run.status)}${run.waiting_for === null ? "" : ` at ${run.waiting_for.step_key}${run.waiting_for.attested ? ", attested" : ""}`}${run.error === null ? "" : ` at ${run.error.step_key}: ${run.error.code}`}`,
    ],
    ["manifest", `${oneLine(run.manifest_name)} v${run.manifest_version}`],
    ["initiated by", oneLine(run.initiated_by)],
    ["created", shownTime(run.created_at, session.utc)],
    ["ended", run.ended_at === null ? "-" : `${shownTime(run.ended_at, session.utc)} (took ${elapsed(run.created_at, run.ended_at, 0)})`],
    ["params", run.run_params === null ? "erased" : shortJson(run.run_params)],
    ["plan", run.plan_digest],
    ["record", `${run.entry_count} entries, leaf ${run.leaf}`],
  ];
  return fields(pairs, session.paint);
}

const paramShownMax = 60;

/** Parameters on one line; a document among them is named by its length. */
function shortJson(params: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(params).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${name}=${text.length > paramShownMax ? `(${text.length} characters)` : text}`;
  });
  return parts.length === 0 ? "-" : oneLine(parts.join(" "));
}

function showSteps(session: Session, { steps, pending }: RunSnapshot): string {
  const now = Date.now();
  const begun = steps.map((step) => {
    const mark = stepMarks[step.status];
    return [
      { text: mark.glyph, style: mark.style },
      { text: step.step_key, style: "bold" },
      step.step_type,
      { text: step.status, style: mark.style },
      elapsed(step.started_at, step.ended_at, now),
      stepRemark(step),
    ] as const;
  });
  const { glyph, style } = stepMarks.PENDING;
  const rows = [...begun, ...pending.map((key) => [{ text: glyph, style }, key, "", { text: "not begun", style }, "", ""] as const)];
  return table(["", "STEP", "TYPE", "STATUS", "TOOK", ""], rows, session.paint);
}

async function showEntries(session: Session, runId: RunId): Promise<void> {
  const entries = await allOf(session.client, `/api/runs/${runId}/entries`);
  if (session.json) {
    for (const entry of entries) session.emit(entry);
    return;
  }
  const rows = entries.map(readEntry).map(({ seq, leaf, body }) => {
    const actor = isJsonObject(body["actor"]) ? textOf(body["actor"]["id"], textOf(body["actor"]["type"])) : "";
    return [
      String(seq),
      shownTime(textOf(body["at"]) || null, session.utc),
      { text: textOf(body["kind"]), style: "bold" },
      textOf(body["step"]),
      actor,
      leaf.slice(0, 16),
    ] as const;
  });
  session.print(table(["SEQ", "AT", "KIND", "STEP", "ACTOR", "LEAF"], rows, session.paint));
}

async function writeArtifact(session: Session, runId: RunId, ref: string): Promise<void> {
  if (!/^\d+\.\d+$/.test(ref))
    throw usageError(
      `${ref} is not an artifact`,
      "an artifact is named by its place, entry.number, such as 1.0; reckon show RUN --step STEP names them",
    );
  const { body } = await session.client.bytes(`/api/runs/${runId}/artifacts/${ref}`);
  session.io.stdout.write(body);
}
