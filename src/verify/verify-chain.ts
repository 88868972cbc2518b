import type { Result } from "../domain/result.ts";
import type { RegisterEventKind } from "../domain/register-event.ts";
import { readOwnJson } from "../domain/read-json.ts";
import { leafOf } from "../ledger/leaf.ts";
import type { EntryKind } from "../ledger/entry.ts";
import { logEpochOf } from "../ledger/log-family.ts";
import { readEntry, readRegisterEntry } from "../ledger/read-entry.ts";
import type { Entry, EntryFault } from "../ledger/read-entry.ts";
import { isCanonical } from "./check-canonical.ts";
import type { Expect } from "./finding.ts";
import { guarded } from "./guarded.ts";
import { hexOf } from "./hex.ts";
import type { RunRecord } from "./run-record.ts";

/** Leaves, canonical form, and the chain: each entry in its place of this run and this log, naming the one before it. */
export function verifyChain(record: RunRecord, log: string, expect: Expect): readonly Entry[] {
  return verifyChainOf({ record, log, readOne: readEntry }, expect);
}

/** As `verifyChain`, for the register, whose entries are of other kinds. */
export function verifyRegisterChain(record: RunRecord, log: string, expect: Expect): readonly Entry<RegisterEventKind>[] {
  return verifyChainOf({ record, log, readOne: readRegisterEntry }, expect);
}

interface Chain<Kind extends EntryKind> {
  readonly record: RunRecord;
  readonly log: string;
  readonly readOne: (body: Uint8Array) => Result<Entry<Kind>, EntryFault>;
}

function verifyChainOf<Kind extends EntryKind>({ record, log, readOne }: Chain<Kind>, expect: Expect): readonly Entry<Kind>[] {
  const read: Entry<Kind>[] = [];
  let prev: string | null = null;
  let epoch = 0;
  let logEpoch = 1;
  if (record.entries.length === 0) expect(null, "entries", { expected: "at least one", found: "none" });
  for (const [index, { seq, body, leaf }] of record.entries.entries()) {
    expect(index, "seq", { expected: String(index), found: String(seq) });
    const computed = hexOf(leafOf(body));
    expect(index, "leaf", { expected: computed, found: hexOf(leaf) });
    const entry = readOne(body);
    if (entry.ok) {
      const { value } = entry;
      if (!isCanonicalBody(body)) expect(index, "body", { expected: "RFC 8785 form", found: "another form of the same value" });
      expect(index, "run", { expected: record.runId, found: value.run });
      const named = logEpochOf(value.log, log);
      if (named === null || named < logEpoch)
        expect(index, "log", { expected: logEpoch === 1 ? log : `${log}/epoch-${logEpoch}`, found: value.log });
      logEpoch = named ?? logEpoch;
      expect(index, "body.seq", { expected: String(index), found: String(value.seq) });
      expect(index, "prev", { expected: prev ?? "null", found: value.prev ?? "null" });
      if (value.epoch < epoch) expect(index, "epoch", { expected: `at least ${epoch}`, found: String(value.epoch) });
      epoch = value.epoch;
      read.push(value);
    } else expect(index, entry.error.field, entry.error);
    prev = computed;
  }
  return read;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isCanonicalBody(body: Uint8Array): boolean {
  const text = decoder.decode(body);
  const value = guarded(() => readOwnJson(text));
  return value.ok && isCanonical(text, value.value);
}
