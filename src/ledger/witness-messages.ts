import { decodeBase64, encodeBase64 } from "./base64.ts";
import { parseDecimal } from "./decimal.ts";
import { hashBytes } from "./merkle.ts";

/** What a log asks of a witness (C2SP tlog-witness, add-checkpoint): sign this, it extends what you signed at `oldSize`. */
export interface AddCheckpoint {
  readonly oldSize: number;
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

export const sizeMediaType = "text/x.tlog.size";
const hashesMax = 63;

export function addCheckpointBody({ oldSize, hashes, checkpoint }: AddCheckpoint): string {
  return `old ${oldSize}\n${hashes.map((hash) => `${encodeBase64(hash)}\n`).join("")}\n${checkpoint}`;
}

export function parseAddCheckpoint(body: string): AddCheckpoint | null {
  const blank = body.indexOf("\n\n");
  if (blank < 0) return null;
  const [old, ...lines] = body.slice(0, blank).split("\n");
  const oldSize = old?.startsWith("old ") === true ? parseDecimal(old.slice("old ".length)) : null;
  const hashes = lines.map(decodeBase64);
  if (oldSize === null || hashes.length > hashesMax || !hashes.every((hash) => hash?.length === hashBytes)) return null;
  return { oldSize, hashes: hashes.filter((hash) => hash !== null), checkpoint: body.slice(blank + 2) };
}

/** The size a witness has come to, which it answers to a log that guessed another. */
export function parseSizeBody(body: string): number | null {
  return body.endsWith("\n") ? parseDecimal(body.slice(0, -1)) : null;
}
