import type { Command } from "commander";
import { parseUuid } from "../../domain/ids.ts";
import type { RunId } from "../../domain/ids.ts";
import { usageError } from "../cli-error.ts";
import type { VerifyFinding, VerifyReport } from "../handlers.ts";
import { openSession, withExamples, withOutput } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { oneLine } from "../terminal.ts";

/** `reckon verify`: the record checked against itself, straight from the database. */
export function addVerify(program: Command, cli: Cli): void {
  const command = withOutput(program.command("verify"))
    .argument("[run]", "id of the run to check (default: all runs)")
    .summary("check the record of one run or of all, from the database")
    .description(
      "Check the record of one run, or of all: every entry's bytes and leaf, the chain, every artifact against its commitment, and the projections against what the entries say. Reads the database that DATABASE_URL names; no server is needed. Each finding is one line.",
    )
    .action(async (text: string | undefined, options: CommonOptions) => {
      const runId = text === undefined ? null : parseUuid<RunId>(text);
      if (text !== undefined && runId === null)
        throw usageError(`${text} is not a whole run id`, "verify asks no server, so it takes only the whole id; reckon runs shows it");
      const session = openSession(cli, options);
      const count = await report(session, cli.io.handlers.verify({ runId }));
      if (count > 0) cli.end("integrity");
    });
  withExamples(
    command,
    [
      "reckon verify",
      "reckon verify 019a2f60-5a0c-7d3e-9a51-0c6f3f1f2b7d",
      "reckon verify --json | jq -r 'select(.type == \"finding\") | .run_id' | sort -u",
    ],
    ["success", "error", "usage", "integrity", "unreachable", "configuration"],
  );
}

const progressMsMin = 200;

/** Prints findings as they come and progress beside them; resolves to the number of findings. */
async function report(session: Session, reports: AsyncIterable<VerifyReport>): Promise<number> {
  const live = session.io.stderr.isTTY === true && !session.json;
  let last = { runs: 0, entries: 0 };
  let findings = 0;
  let shownAt = 0;
  for await (const item of reports) {
    if (item.type === "finding") {
      findings += 1;
      if (session.json) session.emit(item);
      else session.print(`${live ? "\r\u001b[K" : ""}${findingLine(session, item)}\n`);
    } else {
      last = { runs: item.runs, entries: item.entries };
      if (live && Date.now() - shownAt >= progressMsMin) {
        shownAt = Date.now();
        session.io.stderr.write(
          `\r\u001b[K${item.runs}${item.total === null ? "" : ` of ${item.total}`} runs, ${item.entries} entries, ${findings} findings`,
        );
      }
    }
  }
  if (live) session.io.stderr.write("\r\u001b[K");
  if (session.json) session.emit({ type: "summary", ...last, findings });
  else
    session.print(
      `${findings === 0 ? session.paint("green", "OK") : session.paint("red", "NOT OK")}: ${last.runs} ${last.runs === 1 ? "run" : "runs"}, ${last.entries} entries, ${findings} ${findings === 1 ? "finding" : "findings"}\n`,
    );
  return findings;
}

function findingLine(session: Session, finding: VerifyFinding): string {
  const place = `${finding.run_id}${finding.seq === null ? "" : ` entry ${finding.seq}`}`;
  return `${session.paint("red", "finding")} ${place} ${oneLine(finding.field)}: expected ${oneLine(finding.expected)}, found ${oneLine(finding.found)}`;
}
