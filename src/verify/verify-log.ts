import type { RunId } from "../domain/ids.ts";
import { encodeBase64 } from "../ledger/base64.ts";
import { parseCheckpointText } from "../ledger/checkpoint.ts";
import { logEpochOf } from "../ledger/log-family.ts";
import { emptyFrontier, pushLeaf, rootOf, sameHash } from "../ledger/merkle.ts";
import type { Frontier } from "../ledger/merkle.ts";
import { openNote, parseNote } from "../ledger/signed-note.ts";
import { parseTlogProof } from "../ledger/tlog-proof.ts";
import type { PinnedKeys } from "./bundle/pinned-keys.ts";
import type { Finding } from "./finding.ts";
import { hexOf } from "./hex.ts";

/** One place of the log as a database holds it, and the leaf of the entry that it is said to be; null: there is no such entry. */
export interface LogLeafRow {
  readonly index: number;
  readonly runId: RunId;
  readonly seq: number;
  readonly leaf: Uint8Array;
  readonly entryLeaf: Uint8Array | null;
}

/** A root that the database says the log had at some size: of a sealing, or of a signed checkpoint. */
export type LogRootRow =
  | { readonly type: "tree"; readonly size: number; readonly root: Uint8Array }
  | { readonly type: "checkpoint"; readonly size: number; readonly origin: string; readonly note: string };

export interface LogAudit {
  readonly leaf: (row: LogLeafRow) => readonly Finding[];
  /** Call for each root in the order of sizes, once the log has grown to its size. */
  readonly root: (row: LogRootRow) => readonly Finding[];
  readonly size: () => number;
  /** What is left to say once there are no more leaves. */
  readonly end: () => readonly Finding[];
}

/** A checkpoint that was kept outside the database, by whoever asks. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
}

/** An entry that stands in the log before the entry before it, or without that one (`before` is null). */
export interface LogDisorder {
  readonly runId: RunId;
  readonly seq: number;
  readonly index: number;
  readonly before: number | null;
}

export function disorderFinding({ runId, seq, index, before }: LogDisorder): Finding {
  const found = before === null ? `${index}, and entry ${seq - 1} is not in the log` : `${index}, and entry ${seq - 1} at ${before}`;
  return { run_id: runId, seq, field: "log: order", expected: `a place after that of entry ${seq - 1}`, found };
}

/** A checkpoint as it was published, or a proof that holds one; null when the text is neither. */
export function parseKept(text: string): KeptCheckpoint | null {
  const note = parseNote(parseTlogProof(text)?.checkpoint ?? text);
  return note === null ? null : parseCheckpointText(note.text);
}

/** Builds the tree of the log again from its leaves, in order, and compares every root that was ever kept of it. */
export function makeLogAudit(log: string, keys: PinnedKeys, kept: readonly KeptCheckpoint[] = []): LogAudit {
  let frontier: Frontier = emptyFrontier;
  return {
    size: () => frontier.size,
    leaf({ index, runId, seq, leaf, entryLeaf }) {
      const findings: Finding[] = [];
      const note = (field: string, expected: string, found: string): void =>
        void findings.push({ run_id: runId, seq, field, expected, found });
      if (index !== frontier.size) note("log: index", String(frontier.size), String(index));
      if (entryLeaf === null) note("log: entry", `the entry at place ${index} of the log`, "no such entry");
      else if (!sameHash(entryLeaf, leaf)) note("log: leaf", hexOf(leaf), hexOf(entryLeaf));
      frontier = pushLeaf(frontier, leaf);
      for (const { size, root } of kept) {
        if (size === frontier.size) expectRoot(root, rootOf(frontier), noteOf(findings, size));
      }
      return findings;
    },
    root(row) {
      const findings: Finding[] = [];
      const note = noteOf(findings, row.size);
      if (row.size !== frontier.size) note("size", `a log of ${row.size} entries or more`, `${frontier.size} entries`);
      else if (row.type === "tree") expectRoot(row.root, rootOf(frontier), note);
      else expectCheckpoint(row, { root: rootOf(frontier), log, keys }, note);
      return findings;
    },
    end() {
      const findings: Finding[] = [];
      for (const { size } of kept) {
        if (size > frontier.size) noteOf(findings, size)("kept checkpoint", `a log of ${size} entries or more`, `${frontier.size} entries`);
      }
      return findings;
    },
  };
}

function noteOf(findings: Finding[], size: number): Note {
  return (field, expected, found) =>
    void findings.push({ run_id: null, seq: null, field: `log: ${field} at size ${size}`, expected, found });
}

type Note = (field: string, expected: string, found: string) => void;

function expectRoot(kept: Uint8Array, computed: Uint8Array, note: Note): void {
  if (!sameHash(kept, computed)) note("root", encodeBase64(kept), encodeBase64(computed));
}

function expectCheckpoint(
  row: Extract<LogRootRow, { type: "checkpoint" }>,
  { root, log, keys }: { readonly root: Uint8Array; readonly log: string; readonly keys: PinnedKeys },
  note: Note,
): void {
  const parsed = parseNote(row.note);
  const checkpoint = parsed === null ? null : parseCheckpointText(parsed.text);
  if (checkpoint === null) return note("checkpoint", "a signed C2SP tlog-checkpoint", "something else");
  if (checkpoint.origin !== row.origin || logEpochOf(row.origin, log) === null) note("checkpoint origin", log, checkpoint.origin);
  if (checkpoint.size !== row.size) note("checkpoint size", String(row.size), String(checkpoint.size));
  expectRoot(checkpoint.root, root, note);
  const own = keys.filter(({ name }) => name === checkpoint.origin);
  if (own.length === 0) return undefined;
  const opened = openNote(row.note, own);
  if (!opened.ok) note("checkpoint signature", `one of ${own.map(({ name }) => name).join(", ")}`, opened.error.detail);
  return undefined;
}
