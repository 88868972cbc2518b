import type { EntryKind } from "../ledger/entry.ts";
import { commitmentOf, saltBytes } from "../ledger/leaf.ts";
import type { Entry } from "../ledger/read-entry.ts";
import type { Expect } from "./finding.ts";
import { indexArtifacts } from "./recorded-run.ts";
import type { ArtifactIndex } from "./recorded-run.ts";
import type { RunRecord } from "./run-record.ts";
import { wordOf } from "./word.ts";

/** An artifact that an entry refers to and that is not there. */
export interface AbsentArtifact {
  readonly seq: number;
  readonly n: number;
  readonly role: string;
  /** The entry that authorised its erasure; null: none does, so somebody withholds it. */
  readonly erasedBy: number | null;
}

/** Each artifact against its commitment, and none that no entry refers to. Answers those that are absent. */
export function verifyArtifacts(record: RunRecord, entries: readonly Entry<EntryKind>[], expect: Expect): readonly AbsentArtifact[] {
  const stored = indexArtifacts(record.artifacts);
  const erasures = erasuresIn(entries);
  const seen = new Set<string>();
  const absent: AbsentArtifact[] = [];
  for (const { seq, refs } of entries) {
    for (const [n, ref] of refs.entries()) {
      const name = `${seq}.${n}`;
      const artifact = stored.get(name);
      if (artifact === undefined) {
        absent.push({ seq, n, role: ref.role, erasedBy: erasures.get(name) ?? null });
        continue;
      }
      seen.add(name);
      const erasedBy = erasures.get(name);
      if (erasedBy !== undefined)
        expect(seq, `artifact ${name}`, { expected: `nothing, for entry ${erasedBy} erased it`, found: "its content" });
      expect(seq, `artifact ${name} salt`, { expected: `${saltBytes} bytes`, found: `${artifact.salt.length} bytes` });
      if (artifact.salt.length === saltBytes)
        expect(seq, `artifact ${name} commitment`, { expected: ref.c, found: commitmentOf(artifact.salt, artifact.content) });
      expect(seq, `artifact ${name} size`, { expected: String(ref.size), found: String(artifact.content.length) });
      expect(seq, `artifact ${name} role`, { expected: ref.role, found: artifact.role });
      expect(seq, `artifact ${name} type`, { expected: ref.type, found: artifact.mediaType });
    }
  }
  reportStrays(record, stored, { seen, expect });
  return absent;
}

/** What entries say was erased, and which of them. Whether they may say so is for the replay to judge. */
function erasuresIn(entries: readonly Entry<EntryKind>[]): ReadonlyMap<string, number> {
  return new Map(entries.flatMap(({ kind, seq, data }) => (kind === "artifact.erased" ? [[wordOf(data["artifact"]), seq] as const] : [])));
}

function reportStrays(
  record: RunRecord,
  stored: ArtifactIndex,
  { seen, expect }: { readonly seen: ReadonlySet<string>; readonly expect: Expect },
): void {
  for (const [name, { seq }] of stored) {
    if (!seen.has(name)) expect(seq, `artifact ${name}`, { expected: "an entry that refers to it", found: "none" });
  }
  if (stored.size !== record.artifacts.length) {
    expect(null, "artifacts", { expected: `${stored.size} different places`, found: `${record.artifacts.length} artifacts` });
  }
}
