import { isJsonArray, isJsonObject } from "../../domain/json.ts";
import { keyTypes, parseVerifierKey } from "../../ledger/note-key.ts";
import type { AuditedRun } from "../audit-run.ts";
import { auditRun } from "../audit-run.ts";
import { makeCompiler } from "../compiled-plans.ts";
import { makeReporter } from "../finding.ts";
import type { Expect, Finding } from "../finding.ts";
import { guarded } from "../guarded.ts";
import { makePlanReader } from "../read-plan.ts";
import { readJson } from "../report/read-shown.ts";
import { renderReport } from "../report/render-report.ts";
import type { AbsentArtifact } from "../verify-artifacts.ts";
import { fileNames } from "./file-names.ts";
import type { Bundle } from "./read-bundle.ts";
import type { PinnedKeys } from "./pinned-keys.ts";
import { verifySeal } from "./verify-seal.ts";
import type { Seal } from "./verify-seal.ts";
import { describeBundle } from "./write-bundle.ts";

/** What can be said of a run export, offline, by whoever holds it. */
export interface BundleVerdict {
  readonly findings: readonly Finding[];
  readonly absent: readonly AbsentArtifact[];
  readonly isOpen: boolean;
  /** The part of the record that stands in a log; its signatures were checked with the reader's own keys, if there were any. */
  readonly seal: Seal | null;
  /** True when a key that the reader brought along signed for the whole record. Otherwise it is at most consistent in itself. */
  readonly isAuthentic: boolean;
  /** What was not there to be checked, in words. */
  readonly notes: readonly string[];
  readonly verified: AuditedRun;
}

/**
 * Everything in a bundle against everything else in it, and against `pinned`: keys that came to the reader by another way.
 * What the bundle says of itself (report, description, keys) is only compared, never believed.
 */
export function verifyBundle(bundle: Bundle, pinned: PinnedKeys): BundleVerdict {
  const { record, log, proofs, description } = bundle;
  const options = { log, compile: makeCompiler(), readPlan: makePlanReader(), renders: true, mayWithhold: true };
  const verified = auditRun(record, options);
  const { findings, expect } = makeReporter(record.runId);
  const notes: string[] = [];
  const claimed = keysIn(description);
  const claimedKeys = claimed.flatMap((text) => parseVerifierKey(text) ?? []);
  if (claimedKeys.length !== claimed.length)
    expect(null, fileNames.description, { expected: "verifier keys", found: "something else among them" });
  const ownSeal = verifySeal(bundle, claimedKeys, expect);
  const seal = pinned.length === 0 ? ownSeal : verifySeal(bundle, pinned, expect);
  if (pinned.length > 0) expectSealed(bundle, { seal, isOpen: verified.isOpen, pinned }, expect);
  if (verified.findings.length === 0) {
    const parts = { record, log, proofs, keys: claimed, verified, seal: ownSeal };
    const compare = (name: string, found: Uint8Array | null, make: () => Uint8Array): void => {
      if (found === null) notes.push(`there is no ${name}`);
      else if (!isMade(found, make)) expect(null, name, { expected: "what this record makes of it", found: "something else" });
    };
    compare(fileNames.report, bundle.report, () => renderReport(parts));
    compare(fileNames.description, description, () => describeBundle(parts));
  }
  // With keys of one's own the proofs were looked at twice; what is wrong with both is said once.
  const all = [...new Map([...verified.findings, ...findings].map((finding) => [JSON.stringify(finding), finding])).values()];
  const isAuthentic = all.length === 0 && pinned.length > 0 && seal !== null && seal.seq === record.entries.length - 1;
  return { findings: all, absent: verified.absent, isOpen: verified.isOpen, seal, isAuthentic, notes, verified };
}

/**
 * Whoever brings a key wants to know that its holder signed for the record: a proof that is not there cannot show it. The same
 * goes for each witness: without its cosignature, a log that shows different trees to different people is not found out.
 */
function expectSealed(
  { record }: Bundle,
  { seal, isOpen, pinned }: Pick<BundleVerdict, "seal" | "isOpen"> & { readonly pinned: PinnedKeys },
  expect: Expect,
): void {
  const last = record.entries.length - 1;
  for (const { name, type } of pinned) {
    const isMissing = type === keyTypes.cosignature && seal?.witnessedBy.every((witness) => witness.name !== name) === true;
    if (isMissing) expect(seal.seq, "proof: witness", { expected: `a cosignature of ${name}`, found: "none" });
  }
  if (seal === null) expect(last, "proof", { expected: "one that a given key signed for", found: "none" });
  else if (!isOpen) expect(last, "proof", { expected: `one of entry ${last}`, found: `one of entry ${seal.seq}` });
}

/** The keys that a description names. */
function keysIn(description: Uint8Array | null): readonly string[] {
  const value = description === null ? undefined : readJson(description);
  const keys = isJsonObject(value) ? value["keys"] : undefined;
  return isJsonArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

/** An enemy's record may be one that nothing can be made of; then nothing was. */
function isMade(found: Uint8Array, make: () => Uint8Array): boolean {
  const made = guarded(make);
  return made.ok && equal(found, made.value);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
