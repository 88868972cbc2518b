import { assert } from "../domain/assert.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { parseDecimal } from "./decimal.ts";
import { hashBytes } from "./merkle.ts";

/** C2SP tlog-proof@v1: that an entry is in a log, checkable offline by whoever has the log's key. */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  /** Not authenticated by anything; ours have none. */
  readonly extra: Uint8Array | null;
}

const header = "c2sp.org/tlog-proof@v1";
const hashesMax = 63;

export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  assert(hashes.length <= hashesMax && hashes.every((hash) => hash.length === hashBytes), "a proof has at most 63 hashes of 32 bytes");
  const extraLine = extra === null ? "" : `extra ${encodeBase64(extra)}\n`;
  return `${header}\n${extraLine}index ${index}\n${hashes.map((hash) => `${encodeBase64(hash)}\n`).join("")}\n${checkpoint}`;
}

export function parseTlogProof(text: string): TlogProof | null {
  const blank = text.indexOf("\n\n");
  if (blank < 0) return null;
  const [first, ...lines] = text.slice(0, blank).split("\n");
  if (first !== header) return null;
  const extra = lines[0]?.startsWith("extra ") === true ? decodeBase64(lines.shift()?.slice("extra ".length) ?? "") : undefined;
  const index = lines[0]?.startsWith("index ") === true ? parseDecimal(lines.shift()?.slice("index ".length) ?? "") : null;
  const hashes = lines.map(decodeBase64);
  if (extra === null || index === null || hashes.length > hashesMax) return null;
  if (!hashes.every((hash) => hash?.length === hashBytes)) return null;
  return { index, hashes: hashes.filter((hash) => hash !== null), checkpoint: text.slice(blank + 2), extra: extra ?? null };
}
