import type { Command } from "commander";
import { parseUuid } from "../../domain/ids.ts";
import type { RunId } from "../../domain/ids.ts";
import { parsePinnedKeys } from "../../verify/bundle/pinned-keys.ts";
import type { PinnedKeys } from "../../verify/bundle/pinned-keys.ts";
import type { Seal } from "../../verify/bundle/verify-seal.ts";
import { verifyBundle } from "../../verify/bundle/verify-bundle.ts";
import type { Finding } from "../../verify/finding.ts";
import type { AbsentArtifact } from "../../verify/verify-artifacts.ts";
import { disorderFinding, makeLogAudit, parseKept } from "../../verify/verify-log.ts";
import type { KeptCheckpoint } from "../../verify/verify-log.ts";
import { verifyStored } from "../../verify/verify-run.ts";
import { usageError } from "../cli-error.ts";
import type { Exit } from "../exit-codes.ts";
import type { RecordSource } from "../handlers.ts";
import { makeProgress } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { readBundleFile, readTextFile } from "../read-bundle-file.ts";
import { openSession, withExamples, withOutput } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { oneLine } from "../terminal.ts";

interface VerifyOptions extends CommonOptions {
  readonly after?: string;
  readonly key?: readonly string[];
  readonly checkpoint?: readonly string[];
}

/** `reckon verify`: the record checked against itself, in the database or in a bundle. */
export function addVerify(program: Command, cli: Cli): void {
  const command = withOutput(program.command("verify"))
    .argument("[run|bundle]", "id of the run to check, or a run export: a .tar file or its unpacked folder (default: all runs)")
    .summary("check the record of one run, of all, or of an exported bundle")
    .description(
      "Check a record: every entry's bytes and leaf, the chain, the plan, every artifact against its commitment; then every step again through the machine, contract and policy included; and in a database the projections against what the entries say. A run or none is read from the database that DATABASE_URL names; a bundle needs no database, no server and no network. Each finding is one line.",
    )
    .option("--key <vkey...>", "a key of the log or of a witness that came to you by another way (C2SP verifier key)")
    .option("--checkpoint <file...>", "checkpoints or proofs that you kept: the log must still be the one that they were made of")
    .option("--after <run>", "go on after this run id: runs are checked in the order of their ids")
    .action(async (text: string | undefined, options: VerifyOptions) => {
      const session = openSession(cli, options);
      const runId = text === undefined ? null : parseUuid<RunId>(text);
      const ended =
        text === undefined || runId !== null
          ? await verifyRecords(session, runId, options)
          : verifyFile(session, text, keysOf(options.key ?? []));
      if (ended !== "verified") cli.end(ended);
    });
  withExamples(
    command,
    [
      "reckon verify",
      "reckon verify 019a2f60-5a0c-7d3e-9a51-0c6f3f1f2b7d",
      "reckon verify run.tar",
      "reckon verify --json | jq -r 'select(.type == \"finding\") | .run_id' | sort -u",
    ],
    ["verified", "wrong", "unreadable", "withheld", "openRecord", "unreachable", "configuration"],
  );
}

async function verifyRecords(session: Session, only: RunId | null, options: VerifyOptions): Promise<Exit> {
  const after = options.after === undefined ? null : parseUuid<RunId>(options.after);
  if (options.after !== undefined && after === null) throw usageError(`${options.after} is not a whole run id`);
  const keys = keysOf(options.key ?? []);
  const kept = (options.checkpoint ?? []).map(readKept);
  const source = session.io.handlers.readRecords({ only, after });
  const { log, records } = source;
  const progress = makeProgress(session);
  const total = { runs: 0, entries: 0, findings: 0, erased: 0 };
  let last: RunId | null = null;
  for await (const { record, total: runs } of records) {
    const { findings: found, absent } = verifyStored(record, log);
    total.runs += 1;
    total.erased += absent.length;
    total.entries += record.entries.length;
    total.findings += found.length;
    last = record.runId;
    for (const finding of found) printFinding(session, finding, progress.clear);
    if (only !== null && !session.json) for (const artifact of absent) session.print(`  ${absenceOf(artifact)}\n`);
    progress.show(
      `${total.runs}${runs === null ? "" : ` of ${runs}`} runs, ${total.entries} entries, ${total.findings} findings, last ${record.runId}`,
    );
  }
  if (only === null) {
    for await (const found of logFindings(source, { keys, progress, kept })) {
      total.findings += 1;
      printFinding(session, found, progress.clear);
    }
  }
  progress.clear();
  const { runs, entries, findings, erased } = total;
  if (session.json) session.emit({ type: "summary", runs, entries, findings, erased, last });
  else
    session.print(
      `${verdict(session, findings)}: ${count(runs, "run")}, ${entries} entries, ${count(findings, "finding")}${erased === 0 ? "" : `, ${count(erased, "artifact")} erased under authority`}\n`,
    );
  if (findings > 0) return "wrong";
  // Of a whole database some things are erased in the course of time; of one run it is worth a code of its own.
  return only !== null && erased > 0 ? "withheld" : "verified";
}

/** The sealed log from its first leaf on: that every place is an entry of the ledger, and every root follows from the leaves. */
async function* logFindings(
  source: RecordSource,
  { keys, progress, kept }: { readonly keys: PinnedKeys; readonly progress: Progress; readonly kept: readonly KeptCheckpoint[] },
): AsyncGenerator<Finding> {
  const audit = makeLogAudit(source.log, keys, kept);
  for await (const rows of source.readLog()) {
    for (const row of rows) yield* "type" in row ? audit.root(row) : audit.leaf(row);
    progress.show(`${audit.size()} entries of the log`);
  }
  yield* audit.end();
  for (const disorder of await source.readDisorder()) yield disorderFinding(disorder);
}

function readKept(path: string): KeptCheckpoint {
  const kept = parseKept(readTextFile(path));
  if (kept === null) throw usageError(`${path} is neither a checkpoint nor a proof that holds one`);
  return kept;
}

function keysOf(texts: readonly string[]): PinnedKeys {
  const keys = parsePinnedKeys(texts);
  if (keys.ok) return keys.value;
  throw usageError(
    `${keys.error} is not a verifier key`,
    "a verifier key is NAME+HASH+KEY (C2SP signed-note); one ends where a space begins",
  );
}

function verifyFile(session: Session, path: string, keys: PinnedKeys): Exit {
  const bundle = readBundleFile(path);
  if (!bundle.ok) {
    const { file, expected, found } = bundle.error;
    if (session.json) session.emit({ type: "unreadable", file, expected, found });
    else session.print(`${session.paint("red", "UNREADABLE")} ${oneLine(file)}: expected ${oneLine(expected)}, found ${oneLine(found)}\n`);
    return "unreadable";
  }
  const { findings, absent, isOpen, isAuthentic, seal, notes } = verifyBundle(bundle.value, keys);
  const { runId, entries } = bundle.value.record;
  for (const finding of findings) printFinding(session, finding, () => undefined);
  const said = [
    ...(isOpen ? ["the run had not ended: what came after, if anything did, is not in this bundle"] : []),
    ...absent.map(absenceOf),
    ...notes,
    sealNote(seal, entries.length),
    ...(keys.length > 0 ? [] : ["no key was given: this shows that the bundle is internally consistent, not that it is authentic"]),
  ];
  if (session.json)
    session.emit({
      type: "summary",
      run_id: runId,
      entries: entries.length,
      findings: findings.length,
      authentic: isAuthentic,
      open: isOpen,
      absent,
      notes: said,
    });
  else {
    const word =
      findings.length > 0 ? session.paint("red", "NOT OK") : session.paint("green", isAuthentic ? "AUTHENTIC" : "INTERNALLY CONSISTENT");
    session.print(`${word}: run ${runId}, ${entries.length} entries, ${count(findings.length, "finding")}\n`);
    for (const note of said) session.print(`  ${note}\n`);
  }
  if (findings.length > 0) return "wrong";
  if (absent.length > 0) return "withheld";
  return isOpen ? "openRecord" : "verified";
}

function absenceOf({ seq, n, role, erasedBy }: AbsentArtifact): string {
  return `${role} ${seq}.${n}: ${erasedBy === null ? "not in this bundle, withheld" : `erased, authorised by entry ${erasedBy}`}`;
}

function sealNote(seal: Seal | null, entryCount: number): string {
  if (seal === null) return "it is not sealed: no proof in it says that the record stands in a log";
  const { seq, index, size, origin, signedBy, witnessedBy } = seal;
  const place = `entry ${seq} stands at place ${index} of the log ${oneLine(origin)}, in its tree of ${size} entries`;
  const signed = signedBy.length === 0 ? "" : `, signed by ${signedBy.map(oneLine).join(", ")}`;
  const witnessed = witnessedBy
    .map(({ name, atSeconds }) => `, seen by ${oneLine(name)} at ${new Date(atSeconds * 1000).toISOString()}`)
    .join("");
  const rest = entryCount - 1 - seq;
  return `${place}${signed}${witnessed}${rest === 0 ? "" : `; the ${rest} after it are not sealed`}`;
}

function verdict(session: Session, findings: number): string {
  return findings === 0 ? session.paint("green", "OK") : session.paint("red", "NOT OK");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function printFinding(session: Session, finding: Finding, clear: () => void): void {
  clear();
  if (session.json) return session.emit({ type: "finding", ...finding });
  const place = `${finding.run_id ?? "log"}${finding.seq === null ? "" : ` entry ${finding.seq}`}`;
  session.print(
    `${session.paint("red", "finding")} ${place} ${oneLine(finding.field)}: expected ${oneLine(finding.expected)}, found ${oneLine(finding.found)}\n`,
  );
}
