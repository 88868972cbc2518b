import type { Entry } from "../api/generated.ts";
import { sha256Hex } from "../lib/sha256.ts";

/** What this browser found when it recomputed the chain from the bytes that it was given. */
export type ChainState =
  | { readonly holds: true; readonly entries: number; readonly head: string }
  | { readonly holds: false; readonly seq: number; readonly fault: string };

export interface Claimed {
  readonly runId: string;
  /** The head that the run shows, when it shows this many entries; null to check the links alone. */
  readonly head: string | null;
}

const leafPrefix = 0x00;

/**
 * Recomputes what docs/format/ledger-entry.md says of a run's chain: every leaf is the SHA-256 of a zero byte and the entry's
 * exact bytes, names the leaf before it, its own run and its own place. It shows that these entries belong together; that
 * they are those of old is shown by a checkpoint or a receipt, not by the chain alone.
 */
export async function checkChain(entries: readonly Entry[], { runId, head }: Claimed): Promise<ChainState> {
  let prev: string | null = null;
  for (const [seq, entry] of entries.entries()) {
    const fault = await faultOf(entry, { runId, seq, prev });
    if (fault !== null) return { holds: false, seq, fault };
    prev = entry.leaf;
  }
  if (head !== null && prev !== head)
    return { holds: false, seq: entries.length - 1, fault: "the last entry is not the one that the run shows as its head" };
  return { holds: true, entries: entries.length, head: prev ?? "" };
}

interface Place {
  readonly runId: string;
  readonly seq: number;
  readonly prev: string | null;
}

async function faultOf(entry: Entry, { runId, seq, prev }: Place): Promise<string | null> {
  const bytes = bytesOf(entry.bytes);
  if (bytes === null) return "its bytes cannot be read";
  const prefixed = new Uint8Array(bytes.length + 1);
  prefixed[0] = leafPrefix;
  prefixed.set(bytes, 1);
  if ((await sha256Hex(prefixed)) !== entry.leaf) return "its leaf is not the digest of its bytes";
  const body = bodyOf(bytes);
  if (body === null) return "its bytes are not an entry";
  if (body["seq"] !== seq || entry.seq !== seq) return `it stands at place ${seq} and calls itself ${String(body["seq"])}`;
  if (body["run"] !== runId) return "it belongs to another run";
  if (body["prev"] !== prev) return "it does not follow the entry before it";
  if (JSON.stringify(body) !== JSON.stringify(entry.body)) return "what is shown of it is not what its bytes say";
  return null;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function bodyOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
