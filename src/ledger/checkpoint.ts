import { assert } from "../domain/assert.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { TreeHead } from "./consistency.ts";
import { parseDecimal } from "./decimal.ts";
import { hashBytes } from "./merkle.ts";
import { keyTypes } from "./note-key.ts";
import type { VerifierKey } from "./note-key.ts";
import { openNote } from "./signed-note.ts";
import type { NoteFault } from "./signed-note.ts";

/** What a log signs (C2SP tlog-checkpoint): its name, how many entries it has, and the root over them. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  /** Opaque lines of other logs; ours never has any. */
  readonly extensions: readonly string[];
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The text that was signed, for cosigning. */
  readonly text: string;
  readonly signedBy: readonly VerifierKey[];
  readonly witnessedBy: readonly { readonly key: VerifierKey; readonly atSeconds: number }[];
}

export type CheckpointFault = NoteFault | { readonly code: "wrong_origin"; readonly detail: string };

/** Whom a reader of checkpoints believes: keys of the log named by `origin`, and witnesses. */
export interface Trust {
  readonly origin: string;
  readonly logKeys: readonly VerifierKey[];
  readonly witnessKeys: readonly VerifierKey[];
}

/** A checkpoint of this log, signed by at least one of its keys; how many witnesses are enough is for the caller to say. */
export function openCheckpoint(note: string, trust: Trust): Result<OpenedCheckpoint, CheckpointFault> {
  const opened = openNote(note, [...trust.logKeys, ...trust.witnessKeys]);
  if (!opened.ok) return opened;
  const { text, signedBy } = opened.value;
  const checkpoint = parseCheckpointText(text);
  if (checkpoint === null) return err({ code: "malformed", detail: "the note is not a checkpoint" });
  if (checkpoint.origin !== trust.origin)
    return err({ code: "wrong_origin", detail: `it is of ${checkpoint.origin}, expected ${trust.origin}` });
  const logKeys = signedBy.map(({ key }) => key).filter((key) => trust.logKeys.includes(key));
  if (logKeys.length === 0) return err({ code: "no_known_signature", detail: "no known key of the log has signed it" });
  const witnessedBy = signedBy.flatMap(({ key, atSeconds }) =>
    atSeconds !== null && key.type === keyTypes.cosignature && trust.witnessKeys.includes(key) ? [{ key, atSeconds }] : [],
  );
  return ok({ checkpoint, text, signedBy: logKeys, witnessedBy });
}

export function checkpointText({ origin, size, root }: { readonly origin: string } & TreeHead): string {
  assert(origin !== "" && !origin.includes("\n") && Number.isSafeInteger(size) && size >= 0, "a checkpoint names a log and a size");
  assert(root.length === hashBytes, "a checkpoint's root is a SHA-256 value");
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

export function parseCheckpointText(text: string): Checkpoint | null {
  if (!text.endsWith("\n")) return null;
  const lines = text.slice(0, -1).split("\n");
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || sizeText === undefined || rootText === undefined || lines.includes("")) return null;
  const size = parseDecimal(sizeText);
  const root = decodeBase64(rootText);
  return size === null || root?.length !== hashBytes ? null : { origin, size, root, extensions };
}
