import { runEventKinds } from "../domain/event.ts";
import { registerEventKinds } from "../domain/register-event.ts";
import type { RegisterEventKind } from "../domain/register-event.ts";
import { leafOf } from "../ledger/leaf.ts";
import type { EntryKind } from "../ledger/entry.ts";
import { logEpochOf } from "../ledger/log-family.ts";
import { readEntryText, readEntryValue } from "../ledger/read-entry.ts";
import type { Entry } from "../ledger/read-entry.ts";
import { isCanonical } from "./check-canonical.ts";
import type { Expect } from "./finding.ts";
import { hexOf } from "./hex.ts";
import type { RunRecord } from "./run-record.ts";

/** Leaves, canonical form, and the chain: each entry in its place of this run and this log, naming the one before it. */
export function verifyChain(record: RunRecord, log: string, expect: Expect): readonly Entry[] {
  return verifyChainOf({ record, log, kinds: runEventKinds }, expect);
}

/** As `verifyChain`, for the register, whose entries are of other kinds. */
export function verifyRegisterChain(record: RunRecord, log: string, expect: Expect): readonly Entry<RegisterEventKind>[] {
  return verifyChainOf({ record, log, kinds: registerEventKinds }, expect);
}

interface Chain<Kind extends EntryKind> {
  readonly record: RunRecord;
  readonly log: string;
  readonly kinds: readonly Kind[];
}

function verifyChainOf<Kind extends EntryKind>({ record, log, kinds }: Chain<Kind>, expect: Expect): readonly Entry<Kind>[] {
  const entries: Entry<Kind>[] = [];
  let prev: string | null = null;
  let epoch = 0;
  let logEpoch = 1;
  if (record.entries.length === 0) expect(null, "entries", { expected: "at least one", found: "none" });
  for (const [index, { seq, body, leaf }] of record.entries.entries()) {
    expect(index, "seq", { expected: String(index), found: String(seq) });
    const computed = hexOf(leafOf(body));
    expect(index, "leaf", { expected: computed, found: hexOf(leaf) });
    const read = readEntryText(body);
    const entry = read.ok ? readEntryValue(read.value.value, kinds) : read;
    if (read.ok && entry.ok) {
      const { value } = entry;
      if (!isCanonical(read.value.text, read.value.value))
        expect(index, "body", { expected: "RFC 8785 form", found: "another form of the same value" });
      expect(index, "run", { expected: record.runId, found: value.run });
      const named = logEpochOf(value.log, log);
      if (named === null || named < logEpoch)
        expect(index, "log", { expected: logEpoch === 1 ? log : `${log}/epoch-${logEpoch}`, found: value.log });
      logEpoch = named ?? logEpoch;
      expect(index, "body.seq", { expected: String(index), found: String(value.seq) });
      expect(index, "prev", { expected: prev ?? "null", found: value.prev ?? "null" });
      if (value.epoch < epoch) expect(index, "epoch", { expected: `at least ${epoch}`, found: String(value.epoch) });
      epoch = value.epoch;
      entries.push(value);
    } else if (!entry.ok) expect(index, entry.error.field, entry.error);
    prev = computed;
  }
  return entries;
}
