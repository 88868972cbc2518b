import { parseCheckpointText } from "./checkpoint.ts";
import { verifyConsistency } from "./consistency.ts";
import type { TreeHead } from "./consistency.ts";
import { emptyRoot, sameHash } from "./merkle.ts";
import type { VerifierKey } from "./note-key.ts";
import { openNote, parseNote } from "./signed-note.ts";
import { parseAddCheckpoint } from "./witness-messages.ts";

/** What a witness has to go by: the keys of the logs it watches, each named by its log's origin, and what it last signed of each. */
export interface WitnessMemory {
  readonly logKeys: readonly VerifierKey[];
  readonly lastOf: (origin: string) => TreeHead | null;
}

/** The answer to add-checkpoint, in the statuses that C2SP tlog-witness gives them. */
export type WitnessVerdict =
  /** This text may be cosigned, once `head` is remembered as the last of `origin`. */
  | { readonly status: 200; readonly origin: string; readonly head: TreeHead; readonly text: string }
  /** `size`: how far this witness has come. */
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly detail: string };

const nothing: TreeHead = { size: 0, root: emptyRoot };

/** Judges a request. Everything in it may come from an enemy: anybody may send one. */
export function judgeCheckpoint(body: string, memory: WitnessMemory): WitnessVerdict {
  const request = parseAddCheckpoint(body);
  const note = request === null ? null : parseNote(request.checkpoint);
  const checkpoint = note === null ? null : parseCheckpointText(note.text);
  if (request === null || note === null || checkpoint === null) return { status: 400, detail: "this is not an add-checkpoint request" };
  const { origin, size, root } = checkpoint;
  const keys = memory.logKeys.filter((key) => key.name === origin);
  if (keys.length === 0) return { status: 404, detail: "this witness does not watch that log" };
  const opened = openNote(request.checkpoint, keys);
  if (!opened.ok) return { status: 403, detail: opened.error.detail };
  if (request.oldSize > size) return { status: 400, detail: "the old tree is larger than the new one" };
  const last = memory.lastOf(origin) ?? nothing;
  if (request.oldSize !== last.size) return { status: 409, size: last.size };
  // The same size with another root is the proof that this log shows two faces.
  if (size === last.size && !sameHash(root, last.root)) return { status: 409, size: last.size };
  if (!verifyConsistency(last, { size, root }, request.hashes))
    return { status: 422, detail: "the proof does not lead from the old tree to the new" };
  return { status: 200, origin, head: { size, root }, text: note.text };
}
