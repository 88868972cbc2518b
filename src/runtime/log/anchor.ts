import { parseCheckpointText } from "../../ledger/checkpoint.ts";
import type { Checkpoint } from "../../ledger/checkpoint.ts";
import { parseNote } from "../../ledger/signed-note.ts";
import { appendLine, readIfThere } from "./keep-file.ts";

/** A checkpoint as it stands outside the database. */
export interface AnchoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

/** Places outside the database where every published checkpoint is put. */
export interface Anchor {
  /** Nothing happens for one that is there already. */
  readonly put: (published: { readonly size: number; readonly note: string }) => Promise<void>;
  readonly last: () => Promise<AnchoredCheckpoint | null>;
}

export interface AnchorOptions {
  readonly file: string | null;
  readonly url: string | null;
  readonly onError: (what: string, error: unknown) => void;
}

const postMsMax = 5_000;

/** A file to which lines are added and, if one is named, an address that is told each checkpoint. */
export function makeAnchor({ file, url, onError }: AnchorOptions): Anchor {
  let lastPut: string | null = null;
  const last = async (): Promise<AnchoredCheckpoint | null> => (file === null ? null : readAnchor(file));
  return {
    last,
    async put({ note }) {
      if (note === lastPut) return;
      if (file !== null && (await last())?.note !== note) await appendLine(file, JSON.stringify({ checkpoint: note }));
      if (url !== null)
        await post(url, note).catch((error: unknown) => onError("a checkpoint could not be sent to the anchor's address", error));
      lastPut = note;
    },
  };
}

/** The last whole line of an anchor file. A line that a crash cut off was not anchored and is passed over. */
export async function readAnchor(file: string): Promise<AnchoredCheckpoint | null> {
  const lines = ((await readIfThere(file)) ?? "").split("\n");
  for (const line of lines.reverse()) {
    const anchored = anchoredIn(line);
    if (anchored !== null) return anchored;
  }
  return null;
}

function anchoredIn(line: string): AnchoredCheckpoint | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const note = isNoteHolder(value) ? value.checkpoint : null;
  const checkpoint = note === null ? null : parseCheckpointText(parseNote(note)?.text ?? "");
  return note === null || checkpoint === null ? null : { checkpoint, note };
}

function isNoteHolder(value: unknown): value is { readonly checkpoint: string } {
  return typeof value === "object" && value !== null && "checkpoint" in value && typeof value.checkpoint === "string";
}

async function post(url: string, note: string): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: note,
    redirect: "error",
    signal: AbortSignal.timeout(postMsMax),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the anchor's address answered ${answer.status}`);
}
