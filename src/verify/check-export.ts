import type { Finding } from "./finding.ts";
import { parsePinnedKeys } from "./bundle/pinned-keys.ts";
import { readBundle } from "./bundle/read-bundle.ts";
import type { BundleFault } from "./bundle/read-bundle.ts";
import { verifyBundle } from "./bundle/verify-bundle.ts";
import type { Seal } from "./bundle/verify-seal.ts";
import type { AbsentArtifact } from "./verify-artifacts.ts";

/** What is to be thought of a run export. */
export type ExportCheck =
  /** Not an archive of the format: where, what was expected, what was found. */
  | { readonly outcome: "unreadable"; readonly fault: BundleFault }
  | ({ readonly outcome: "wrong"; readonly findings: readonly Finding[] } & CheckedExport)
  /** `withheld`: some content is not there. `open`: the run had not ended, so this is a verified beginning. */
  | ({ readonly outcome: "verified" | "withheld" | "open" } & CheckedExport);

export interface CheckedExport {
  readonly runId: string;
  readonly entries: number;
  /** True only when keys that the caller brought along signed for the whole record; else it is at most consistent in itself. */
  readonly isAuthentic: boolean;
  readonly seal: Seal | null;
  readonly absent: readonly AbsentArtifact[];
  readonly notes: readonly string[];
}

/**
 * Checks a run export, as `reckon verify FILE --key VKEY` does, in any program and in a browser: nothing is read but the bytes
 * given. `keys` are C2SP verifier keys that came by another way than the export; throws a TypeError on one that is none.
 */
export function checkExport(archive: Uint8Array, keys: readonly string[] = []): ExportCheck {
  const pinned = parsePinnedKeys(keys);
  if (!pinned.ok) throw new TypeError(`${pinned.error} is not a verifier key`);
  const bundle = readBundle(archive);
  if (!bundle.ok) return { outcome: "unreadable", fault: bundle.error };
  const { findings, absent, isOpen, isAuthentic, seal, notes } = verifyBundle(bundle.value, pinned.value);
  const { runId, entries } = bundle.value.record;
  const checked = { runId, entries: entries.length, isAuthentic, seal, absent, notes };
  if (findings.length > 0) return { outcome: "wrong", findings, ...checked };
  return { outcome: absent.length > 0 ? "withheld" : isOpen ? "open" : "verified", ...checked };
}
