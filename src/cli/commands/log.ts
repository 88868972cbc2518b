import type { Command } from "commander";
import type { LogView } from "../../domain/view.ts";
import { usageError } from "../cli-error.ts";
import { findRun } from "../find-run.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { fields } from "../table.ts";
import { oneLine } from "../terminal.ts";
import { shownTime } from "../times.ts";
import { readLog } from "../wire.ts";

const whats = ["status", "checkpoint", "proof"] as const;

/** `reckon log`: the sealed log of a server, its last checkpoint, and the proof that an entry is in it. */
export function addLog(program: Command, cli: Cli): void {
  const command = withServer(program.command("log"))
    .argument("[what]", "status (default), checkpoint or proof")
    .argument("[run]", "for proof: run id, a unique beginning or end of it, or latest")
    .argument("[entry]", "for proof: number of the entry in the run (default: its last)")
    .summary("show the sealed log, its last checkpoint, or the proof of an entry")
    .description(
      "Show how the sealed log is doing; print its last signed checkpoint; or print the proof that an entry of a run is in it (C2SP tlog-proof), which whoever has the log's verifier key can check without this server.",
    )
    .action(async (what: string | undefined, run: string | undefined, entry: string | undefined, options: CommonOptions) => {
      const session = openSession(cli, options);
      switch (whats.find((known) => known === (what ?? "status"))) {
        case "status":
          return showStatus(session, readLog(await session.client.get("/api/log")));
        case "checkpoint":
          return printText(session, "/log/checkpoint");
        case "proof":
          return printText(session, await proofPath(session, run, entry));
        case undefined:
          throw usageError(`there is no reckon log ${what}`, `choose one of ${whats.join(", ")}`);
      }
    });
  withExamples(
    command,
    ["reckon log", "reckon log checkpoint > today.checkpoint", "reckon log proof latest > run.tlog-proof", "reckon log proof 5f3a 0"],
    ["success", "error", "usage", "unreachable"],
  );
}

async function proofPath(session: Session, run: string | undefined, entry: string | undefined): Promise<string> {
  if (run === undefined) throw usageError("the proof of which run?", "give a run id, a unique part of it, or latest");
  if (entry !== undefined && !/^[0-9]{1,9}$/.test(entry))
    throw usageError(`${entry} is not the number of an entry`, "entries count from 0");
  const runId = await findRun(session.client, run);
  if (entry !== undefined) return `/api/runs/${runId}/entries/${entry}/proof`;
  const { items } = await session.client.page(`/api/runs/${runId}/entries?limit=500`);
  return `/api/runs/${runId}/entries/${items.length - 1}/proof`;
}

async function printText(session: Session, path: string): Promise<void> {
  const { body } = await session.client.bytes(path);
  session.print(new TextDecoder().decode(body));
}

function showStatus(session: Session, log: LogView): void {
  if (session.json) return session.emit(log);
  const { checkpoint } = log;
  const signed =
    checkpoint === null
      ? "none yet"
      : `${checkpoint.size} entries, ${shownTime(checkpoint.published_at, session.utc)}, signed by ${checkpoint.signatures.map(oneLine).join(", ")}`;
  const does = `${log.seals ? "seals" : "does not seal"}, ${log.signs ? "signs" : "does not sign"}`;
  session.print(
    fields(
      [
        ["log", oneLine(log.origin)],
        ["entries", `${log.size} sealed, ${log.pending}${log.pending_is_more ? " or more" : ""} pending`],
        ["checkpoint", signed],
        ["this server", does],
        ["key", log.verifier_key === null ? "-" : oneLine(log.verifier_key)],
        ...(log.alarm === null ? [] : [["alarm", `${log.alarm.code}: ${oneLine(log.alarm.detail)}`] as const]),
      ],
      session.paint,
    ),
  );
}
