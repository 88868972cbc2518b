import { err, ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import type { VerifierKey } from "../../ledger/note-key.ts";
import { openNote, parseNote } from "../../ledger/signed-note.ts";
import { addCheckpointBody, parseSizeBody, sizeMediaType } from "../../ledger/witness-messages.ts";
import type { LogAlarm } from "./log-alarm.ts";

/** Somebody else's server that has seen the log before and says whether it still is the same (C2SP tlog-witness). */
export interface WitnessAddress {
  readonly key: VerifierKey;
  /** The submission prefix, without a slash at its end. */
  readonly url: string;
}

export interface CosignersOptions {
  readonly witnesses: readonly WitnessAddress[];
  /** How many of them must have signed before a checkpoint is published. */
  readonly quorum: number;
  readonly prove: (from: number, to: number) => Promise<readonly Uint8Array[]>;
  readonly onError: (what: string, error: unknown) => void;
}

export interface Cosigners {
  /** The note with the cosignatures it got, if they are enough. */
  readonly cosign: (head: TreeHead, note: string) => Promise<Result<string, LogAlarm>>;
}

const askMsMax = 5_000;
const answerBytesMax = 65_536;
const answersMax = 3;

export function makeCosigners({ witnesses, quorum, prove, onError }: CosignersOptions): Cosigners {
  /** How far each has come, as it last said; a wrong guess costs one more question. */
  const seen = new Map<WitnessAddress, number>();
  const ask = async (witness: WitnessAddress, head: TreeHead, note: string): Promise<string | null> => {
    for (let tries = 0; tries < answersMax; tries += 1) {
      const from = seen.get(witness) ?? 0;
      const answer = await submit(
        witness.url,
        addCheckpointBody({ oldSize: from, hashes: await prove(from, head.size), checkpoint: note }),
      );
      if (answer.status === 200) {
        seen.set(witness, head.size);
        return ownLine(witness, note, answer.text);
      }
      const size = answer.status === 409 && answer.type === sizeMediaType ? parseSizeBody(answer.text) : null;
      if (size === null || size === from || size > head.size) throw new Error(`the witness ${witness.key.name} answered ${answer.status}`);
      seen.set(witness, size);
    }
    throw new Error(`the witness ${witness.key.name} does not stay with one size`);
  };
  return {
    async cosign(head, note) {
      const asked = witnesses.map((witness) =>
        ask(witness, head, note).catch((error: unknown) => {
          onError(`the witness ${witness.key.name} did not sign`, error);
          return null;
        }),
      );
      const lines = (await Promise.all(asked)).filter((line) => line !== null);
      if (lines.length >= quorum) return ok(note + lines.join(""));
      const detail = `${lines.length} of ${witnesses.length} witnesses signed the tree of ${head.size} entries, ${quorum} must`;
      return err({ code: "quorum_missing", detail });
    },
  };
}

/** The signature line of this witness among those it sent; others and wrong ones are not passed on. */
function ownLine({ key }: WitnessAddress, note: string, lines: string): string | null {
  const text = parseNote(note)?.text ?? "";
  for (const line of lines.split("\n")) {
    const opened = openNote(`${text}\n${line}\n`, [key]);
    if (opened.ok) return `${line}\n`;
  }
  throw new Error(`the witness ${key.name} sent no signature of its own key`);
}

async function submit(url: string, body: string): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: "POST", body, redirect: "error", signal: AbortSignal.timeout(askMsMax) });
  const text = await boundedText(answer);
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", text };
}

/** A witness is foreign: it may send without end. */
async function boundedText(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
