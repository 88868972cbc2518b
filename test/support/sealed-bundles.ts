import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkpointText } from "../../src/ledger/checkpoint.ts";
import { emptyLog, integrate, rootIn } from "../../src/ledger/log-tree.ts";
import { formatSignerKey, formatVerifierKey, keyTypes, parseSignerKey } from "../../src/ledger/note-key.ts";
import type { SignerKey } from "../../src/ledger/note-key.ts";
import { inclusionRanges } from "../../src/ledger/proof-ranges.ts";
import { cosignText, formatNote, signText } from "../../src/ledger/signed-note.ts";
import { hashesFromTiles } from "../../src/ledger/tiles.ts";
import { formatTlogProof } from "../../src/ledger/tlog-proof.ts";
import { auditRun } from "../../src/verify/audit-run.ts";
import type { PinnedKeys } from "../../src/verify/bundle/pinned-keys.ts";
import { readBundle } from "../../src/verify/bundle/read-bundle.ts";
import { writeTar } from "../../src/verify/bundle/tar.ts";
import type { TarFile } from "../../src/verify/bundle/tar.ts";
import { verifySeal } from "../../src/verify/bundle/verify-seal.ts";
import { bundleFiles } from "../../src/verify/bundle/write-bundle.ts";
import { makeCompiler } from "../../src/verify/compiled-plans.ts";
import { makePlanReader } from "../../src/verify/read-plan.ts";
import type { RunRecord } from "../../src/verify/run-record.ts";

// A sealed log over the golden runs, made in memory by the code that makes the real one, with keys of the test's own.

export const origin = "reckoning-machine/local";

export function signer(name: string, type: 0x01 | 0x04, fill: number): SignerKey {
  const key = parseSignerKey(formatSignerKey(name, type, new Uint8Array(32).fill(fill)));
  if (key === null) throw new Error("a key of a test is one");
  return key;
}

export const logKey = signer(origin, keyTypes.ed25519, 7);
export const witnessKey = signer("witness.example/w1", keyTypes.cosignature, 9);
export const pinnedKeys: PinnedKeys = [logKey.verifier, witnessKey.verifier];

const folder = fileURLToPath(new URL("../golden/engine-1/", import.meta.url));

export interface GoldenRecord {
  readonly kind: string;
  readonly record: RunRecord;
}

/** The golden runs, as far as no run is the continuation of another. */
export const goldenRecords: readonly GoldenRecord[] = readdirSync(folder).map((file) => {
  const bundle = readBundle(readFileSync(folder + file));
  if (!bundle.ok) throw new Error(`${file} cannot be read`);
  return { kind: file.replace(".tar", ""), record: bundle.value.record };
});

export interface SealedLogOfTest {
  readonly proofOf: (record: RunRecord, seq: number, size?: number) => Uint8Array;
  readonly size: number;
}

/** The log of these records, entry by entry and run by run, and proofs out of it signed by `keys`. */
export function sealRecords(
  records: readonly RunRecord[],
  keys = { log: logKey, witness: witnessKey as SignerKey | null },
): SealedLogOfTest {
  const leaves = records.flatMap(({ entries }) => entries.map(({ leaf }) => leaf));
  const places = new Map<string, number>();
  for (const { runId, entries } of records) for (const { seq } of entries) places.set(`${runId} ${seq}`, places.size);
  if (leaves.length > 256) throw new Error("one tile holds the log of a test");
  const tile = Buffer.concat(leaves);
  return {
    size: leaves.length,
    proofOf({ runId }, seq, size = leaves.length) {
      const index = places.get(`${runId} ${seq}`) ?? -1;
      const { tree } = integrate(emptyLog, leaves.slice(0, size));
      const text = checkpointText({ origin: keys.log.verifier.name, size, root: rootIn(tree) });
      const signatures = [signText(text, keys.log), ...(keys.witness === null ? [] : [cosignText(text, keys.witness, 1_790_000_000)])];
      const hashes = hashesFromTiles(inclusionRanges(index, size), () => tile);
      return Buffer.from(formatTlogProof({ index, hashes, checkpoint: formatNote(text, signatures), extra: null }));
    },
  };
}

const tools = { compile: makeCompiler(), readPlan: makePlanReader(), renders: true, mayWithhold: true };

/** The files of the bundle that the service would make of a record with this proof of its last entry. */
export function bundleOf(record: RunRecord, proofs: ReadonlyMap<number, Uint8Array>): readonly TarFile[] {
  const sealed = { record, log: origin, proofs };
  const keys = pinnedKeys.map(formatVerifierKey);
  return [
    ...bundleFiles({
      ...sealed,
      keys,
      verified: auditRun(record, { ...tools, log: origin }),
      seal: verifySeal(sealed, pinnedKeys, () => undefined),
    }),
  ];
}

export function archiveOf(files: readonly TarFile[]): Uint8Array {
  return Buffer.concat([...writeTar(files)]);
}
