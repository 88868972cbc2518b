import { archiveOf, bundleOf, goldenRecords, sealRecords } from "../support/sealed-bundles.ts";
import { rewrite } from "../support/rewrite.ts";
import type { RunRecord } from "../../src/verify/run-record.ts";

export interface RunExportVector {
  readonly name: string;
  readonly what: string;
  /** What `reckon verify NAME.tar --key …` with both keys of keys.txt ends with. */
  readonly exit: 0 | 1 | 2 | 3 | 4;
  /** The field of a finding that must be among those reported; null: none. */
  readonly field: string | null;
  readonly archive: Uint8Array;
}

export function runExportVectors(): readonly RunExportVector[] {
  const records = goldenRecords.map(({ record }) => record);
  const log = sealRecords(records);
  const recordOf = (kind: string): RunRecord => {
    const found = goldenRecords.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(`there is no golden run ${kind}`);
    return found.record;
  };
  const sealed = (record: RunRecord): Uint8Array => {
    const last = record.entries.length - 1;
    return archiveOf(bundleOf(record, new Map([[last, log.proofOf(record, last)]])));
  };
  const attested = recordOf("attested");
  const success = recordOf("success");
  const withheld = { ...success, artifacts: success.artifacts.filter(({ seq, n }) => seq !== 2 || n !== 0) };
  const backdated = { ...success, entries: rewrite(success.entries, (entry) => ({ ...entry, at: entry.at.replace("2026", "2019") })) };
  const stale = new Map([[success.entries.length - 1, log.proofOf(success, success.entries.length - 1)]]);
  const clean = sealed(attested);
  return [
    { name: "sealed", what: "a whole run with an attestation, sealed and cosigned", exit: 0, field: null, archive: clean },
    { name: "open", what: "a run that waits for an attestation", exit: 4, field: null, archive: sealed(recordOf("waiting")) },
    { name: "withheld", what: "one reply and its salt taken out, and the report made again without it", exit: 3, field: null, archive: sealed(withheld) },
    { name: "not-sealed", what: "a sound record without a proof", exit: 1, field: "proof", archive: archiveOf(bundleOf(success, new Map())) },
    { name: "backdated", what: "other times, the chain made anew, the old proof", exit: 1, field: "proof: inclusion", archive: archiveOf(bundleOf(backdated, stale)) },
    { name: "bit-in-padding", what: "one bit after the end of a file", exit: 2, field: null, archive: flippedPadding(clean) },
    { name: "cut-short", what: "the last 512 bytes missing", exit: 2, field: null, archive: clean.subarray(0, clean.length - 512) },
  ];
}

/** The entries end somewhere within a block; the byte before the next header is padding. */
function flippedPadding(archive: Uint8Array): Uint8Array {
  const size = Number.parseInt(Buffer.from(archive.subarray(124, 135)).toString(), 8);
  const at = 512 + Math.ceil(size / 512) * 512 - 1;
  return archive.map((byte, index) => (index === at ? byte ^ 1 : byte));
}
