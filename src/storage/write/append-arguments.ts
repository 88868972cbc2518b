import { assert } from "../../domain/assert.ts";
import type { Transition } from "../../domain/transition.ts";

/** The arguments of `reckoning.append` in its order: one blob of bytes, and arrays of scalars written as PostgreSQL array literals. */
export function appendArguments(transitions: readonly Transition[], leaseMs: number): readonly unknown[] {
  const blob = makeBlob();
  const t = table([
    "run",
    "from",
    "fromEpoch",
    "fromLeaf",
    "count",
    "epoch",
    "leaf",
    "holder",
    "command",
    "payload",
    "changesRun",
    "status",
    "started",
    "ended",
    "waiting",
    "errorStep",
    "errorCode",
    "manifest",
    "manifestVersion",
    "plan",
    "by",
    "created",
  ] as const);
  const e = table(["of", "seq", "at", "bytes"] as const);
  const a = table(["of", "seq", "n", "role", "type", "at", "bytes"] as const);
  const s = table([
    "of",
    "position",
    "key",
    "status",
    "attempts",
    "started",
    "ended",
    "startedSeq",
    "endedSeq",
    "attestedSeq",
    "code",
    "because",
  ] as const);
  for (const [index, transition] of transitions.entries()) {
    const of = index + 1;
    checkTransition(transition);
    const { runId, expected, epoch, leaseHolder, entries, artifacts, run, changesRun, steps, command } = transition;
    const last = entries[entries.length - 1];
    assert(last !== undefined, "a transition has entries");
    t.push([
      runId,
      expected?.entryCount ?? 0,
      expected?.epoch ?? 0,
      expected === null ? 0 : blob.put(expected.leaf),
      last.seq + 1,
      epoch,
      blob.put(last.leaf),
      leaseHolder,
      command?.id ?? null,
      command === null ? 0 : blob.put(command.payload),
      changesRun,
      run.status,
      run.startedAt,
      run.endedAt,
      run.waitingStep,
      run.errorStep,
      run.errorCode,
      run.manifestId,
      run.manifestVersion,
      expected === null ? blob.put(Buffer.from(run.planDigest, "hex")) : 0,
      quote(run.initiatedBy),
      run.createdAt,
    ]);
    for (const entry of entries) {
      e.push([of, entry.seq, blob.put(entry.leaf), entry.body.length]);
      blob.put(entry.body);
    }
    for (const { seq, n, role, mediaType, salt, content } of artifacts) {
      a.push([of, seq, n, role, quote(mediaType), blob.put(salt), content.length]);
      blob.put(content);
    }
    for (const step of steps) {
      s.push([
        of,
        step.position,
        step.stepKey,
        step.status,
        step.attempts,
        step.startedAt,
        step.endedAt,
        step.startedSeq,
        step.endedSeq,
        step.attestedSeq,
        step.failureCode,
        step.skippedBecause,
      ]);
    }
  }
  return [blob.bytes(), `${leaseMs} milliseconds`, ...t.literals(), ...e.literals(), ...a.literals(), ...s.literals()];
}

/** The writer's own half of the checks that the database makes again: a gap here is our bug, not a conflict. */
function checkTransition({ runId, expected, entries, artifacts }: Transition): void {
  const from = expected?.entryCount ?? 0;
  assert(entries.length > 0, `a transition of run ${runId} has entries`);
  for (const [index, entry] of entries.entries()) {
    assert(entry.seq === from + index, `entry ${entry.seq} of run ${runId} follows entry ${from + index - 1}`);
    assert(entry.leaf.length === 32, `the leaf of entry ${entry.seq} has 32 bytes`);
  }
  for (const { seq, salt } of artifacts) {
    assert(seq >= from && seq < from + entries.length, `an artifact of run ${runId} belongs to a new entry`);
    assert(salt.length === 32, "a salt has 32 bytes");
  }
}

interface Blob {
  /** Answers where the bytes begin, counted from 1 as SQL counts. */
  readonly put: (bytes: Uint8Array) => number;
  readonly bytes: () => Buffer;
}

function makeBlob(): Blob {
  const parts: Uint8Array[] = [];
  let length = 0;
  return {
    put(bytes) {
      const at = length + 1;
      parts.push(bytes);
      length += bytes.length;
      return at;
    },
    bytes: () => Buffer.concat(parts, length),
  };
}

type Scalar = string | number | boolean | null;

/** Columns under construction; each becomes one array literal. */
function table<const Names extends readonly string[]>(
  names: Names,
): { readonly push: (row: { readonly [K in keyof Names]: Scalar }) => void; readonly literals: () => readonly string[] } {
  const columns: string[] = names.map(() => "");
  return {
    push(row) {
      for (let column = 0; column < columns.length; column += 1) {
        const value = row[column];
        const before = columns[column] ?? "";
        columns[column] = `${before}${before === "" ? "" : ","}${value === null || value === undefined ? "NULL" : value}`;
      }
    },
    literals: () => columns.map((column) => `{${column}}`),
  };
}

/** Text of any content inside an array literal (PostgreSQL manual, 8.15.2). */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
