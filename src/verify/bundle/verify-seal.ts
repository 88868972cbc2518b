import { parseCheckpointText } from "../../ledger/checkpoint.ts";
import type { Checkpoint } from "../../ledger/checkpoint.ts";
import { verifyInclusion } from "../../ledger/inclusion.ts";
import { logEpochOf } from "../../ledger/log-family.ts";
import { keyTypes } from "../../ledger/note-key.ts";
import type { VerifierKey } from "../../ledger/note-key.ts";
import { openNote, parseNote } from "../../ledger/signed-note.ts";
import { parseTlogProof } from "../../ledger/tlog-proof.ts";
import type { Expect } from "../finding.ts";
import { guarded } from "../guarded.ts";
import type { RunRecord } from "../run-record.ts";

/** That an entry, and with it every entry before it, stands in a log whose root was signed. */
export interface Seal {
  readonly seq: number;
  /** Place in the log, and the size and name of the tree that was signed. */
  readonly index: number;
  readonly size: number;
  readonly origin: string;
  /** Names of the log's keys whose signature was checked, and of witnesses with the time they saw the tree. */
  readonly signedBy: readonly string[];
  readonly witnessedBy: readonly { readonly name: string; readonly atSeconds: number }[];
}

export interface SealedParts {
  readonly record: RunRecord;
  readonly log: string;
  readonly proofs: ReadonlyMap<number, Uint8Array>;
}

/**
 * Each inclusion proof against the entry it is for, the root it carries, and the signatures of the keys given. Everything in a
 * proof comes from whoever made the bundle; only the keys are the reader's own. The seal of the last entry that has one.
 */
export function verifySeal(parts: SealedParts, keys: readonly VerifierKey[], expect: Expect): Seal | null {
  let seal: Seal | null = null;
  for (const [seq, bytes] of [...parts.proofs].toSorted(([a], [b]) => a - b)) {
    const found = verifyProof(parts, { seq, bytes, keys }, expect);
    if (found === null) continue;
    if (seal !== null && found.index <= seal.index)
      expect(seq, "proof: index", { expected: `after ${seal.index}, the place of entry ${seal.seq}`, found: String(found.index) });
    seal = found;
  }
  return seal;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function verifyProof(
  { record, log }: SealedParts,
  { seq, bytes, keys }: { readonly seq: number; readonly bytes: Uint8Array; readonly keys: readonly VerifierKey[] },
  expect: Expect,
): Seal | null {
  const text = guarded(() => decoder.decode(bytes));
  const proof = text.ok ? parseTlogProof(text.value) : null;
  const note = proof === null ? null : parseNote(proof.checkpoint);
  const checkpoint = note === null ? null : parseCheckpointText(note.text);
  const entry = record.entries[seq];
  const refuse = (field: string, expected: string, found: string): null => {
    expect(seq, `proof: ${field}`, { expected, found });
    return null;
  };
  if (proof === null || note === null || checkpoint === null)
    return refuse("form", "a C2SP tlog-proof with a checkpoint in it", "something else");
  if (proof.extra !== null) return refuse("extra", "none, for nothing holds it", "extra data");
  if (entry === undefined) return refuse("entry", "an entry of this record", `entry ${seq}`);
  if (logEpochOf(checkpoint.origin, log) === null) return refuse("origin", log, checkpoint.origin);
  const { index, hashes } = proof;
  if (!verifyInclusion({ index, size: checkpoint.size, leaf: entry.leaf, hashes }, checkpoint.root))
    return refuse("inclusion", "a path from this entry to the root of the checkpoint", `one from place ${index} to another`);
  return signaturesOf(checkpoint, { seq, index, note: proof.checkpoint, keys }, refuse);
}

function signaturesOf(
  { origin, size, extensions }: Checkpoint,
  {
    seq,
    index,
    note,
    keys,
  }: { readonly seq: number; readonly index: number; readonly note: string; readonly keys: readonly VerifierKey[] },
  refuse: (field: string, expected: string, found: string) => null,
): Seal | null {
  if (extensions.length > 0) return refuse("checkpoint", "no extension lines", `${extensions.length}`);
  if (keys.length === 0) return { seq, index, size, origin, signedBy: [], witnessedBy: [] };
  const opened = openNote(note, keys);
  if (!opened.ok) return refuse("signature", `one of ${keys.map(({ name }) => name).join(", ")}`, opened.error.detail);
  const { signedBy } = opened.value;
  const own = signedBy.filter(({ key }) => key.type === keyTypes.ed25519 && key.name === origin);
  if (own.length === 0) return refuse("signature", `one of a key of ${origin}`, signedBy.map(({ key }) => key.name).join(", "));
  const witnessedBy = signedBy.flatMap(({ key, atSeconds }) => (atSeconds === null ? [] : [{ name: key.name, atSeconds }]));
  return { seq, index, size, origin, signedBy: own.map(({ key }) => key.name), witnessedBy };
}
