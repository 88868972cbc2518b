import { InvariantViolation } from "../domain/assert.ts";
import { canonicalBytes, canonicalJson } from "../domain/canonical-json.ts";
import type { RunId, StepKey } from "../domain/ids.ts";
import { isJsonObject, textOf } from "../domain/json.ts";
import { project } from "../domain/projection.ts";
import type { Projection, RunRow, StepRunRow } from "../domain/projection.ts";
import { readOwnJson } from "../domain/read-json.ts";
import { readPlan } from "../domain/read-plan.ts";
import type { Run } from "../domain/run.ts";
import type { RunHead, StoredArtifact, StoredEntry } from "../domain/transition.ts";
import { evolve } from "../engine/evolve.ts";
import { readOutcome } from "../engine/outcome.ts";
import { commitmentOf, leafOf, saltBytes, sha256Of } from "../ledger/leaf.ts";
import { readEntry } from "../ledger/read-entry.ts";
import type { Entry } from "../ledger/read-entry.ts";
import { readFact } from "../ledger/read-fact.ts";
import type { FactSources } from "../ledger/read-fact.ts";
import type { Finding } from "./finding.ts";

/** Everything a store holds of one run. Nothing of it is believed. */
export interface RunRecord {
  readonly runId: RunId;
  readonly entries: readonly StoredEntry[];
  readonly artifacts: readonly StoredArtifact[];
  readonly planBytes: Uint8Array | null;
  /** The projections as they stand; null where they are missing. */
  readonly live: { readonly head: RunHead; readonly run: RunRow; readonly steps: readonly StepRunRow[] } | null;
}

/** Chain, leaves, canonical form, commitments, plan, and the projections rebuilt from the entries. `log` is the ledger's origin. */
export function verifyRun(record: RunRecord, log: string): readonly Finding[] {
  const report = reporter(record.runId);
  const entries = verifyChain(record, log, report);
  verifyArtifacts(record, entries, report);
  verifyPlan(record, entries[0] ?? null, report);
  // A record whose entries cannot be trusted says nothing about its projections.
  if (report.findings.length === 0) verifyProjections(record, entries, report);
  return report.findings;
}

interface Reporter {
  readonly findings: readonly Finding[];
  readonly expect: (seq: number | null, field: string, expected: string, found: string) => void;
}

const quotedMax = 200;

function reporter(runId: RunId): Reporter {
  const findings: Finding[] = [];
  return {
    findings,
    expect(seq, field, expected, found) {
      if (expected !== found)
        findings.push({ run_id: runId, seq, field, expected: expected.slice(0, quotedMax), found: found.slice(0, quotedMax) });
    },
  };
}

function verifyChain(record: RunRecord, log: string, { expect }: Reporter): readonly Entry[] {
  const read: Entry[] = [];
  let prev: string | null = null;
  let epoch = 0;
  if (record.entries.length === 0) expect(null, "entries", "at least one", "none");
  for (const [index, { seq, body, leaf }] of record.entries.entries()) {
    expect(index, "seq", String(index), String(seq));
    const computed = leafOf(body).toString("hex");
    expect(index, "leaf", computed, Buffer.from(leaf).toString("hex"));
    const entry = readEntry(body);
    if (!entry.ok) expect(index, entry.error.field, entry.error.expected, entry.error.found);
    else {
      verifyCanonical(body, index, expect);
      expect(index, "run", record.runId, entry.value.run);
      expect(index, "log", log, entry.value.log);
      expect(index, "body.seq", String(index), String(entry.value.seq));
      expect(index, "prev", prev ?? "null", entry.value.prev ?? "null");
      if (entry.value.epoch < epoch) expect(index, "epoch", `at least ${epoch}`, String(entry.value.epoch));
      epoch = entry.value.epoch;
      read.push(entry.value);
    }
    prev = computed;
  }
  return read;
}

function verifyCanonical(body: Uint8Array, seq: number, expect: Reporter["expect"]): void {
  const text = new TextDecoder().decode(body);
  const canonical = guarded(() => canonicalJson(readOwnJson(text)));
  expect(seq, "body", canonical.ok ? canonical.value : "RFC 8785 form", text);
}

function verifyArtifacts(record: RunRecord, entries: readonly Entry[], { expect }: Reporter): void {
  const stored = new Map(record.artifacts.map((artifact) => [`${artifact.seq}.${artifact.n}`, artifact]));
  for (const { seq, refs } of entries) {
    for (const [n, ref] of refs.entries()) {
      const name = `${seq}.${n}`;
      const artifact = stored.get(name);
      stored.delete(name);
      if (artifact === undefined) {
        expect(seq, `artifact ${name}`, "its content and salt", "nothing");
        continue;
      }
      expect(seq, `artifact ${name} salt`, `${saltBytes} bytes`, `${artifact.salt.length} bytes`);
      if (artifact.salt.length === saltBytes)
        expect(seq, `artifact ${name} commitment`, ref.c, commitmentOf(artifact.salt, artifact.content));
      expect(seq, `artifact ${name} size`, String(ref.size), String(artifact.content.length));
      expect(seq, `artifact ${name} role`, ref.role, artifact.role);
      expect(seq, `artifact ${name} type`, ref.type, artifact.mediaType);
    }
  }
  for (const [name, artifact] of stored) expect(artifact.seq, `artifact ${name}`, "an entry that refers to it", "none");
}

function verifyPlan({ planBytes }: RunRecord, created: Entry | null, { expect }: Reporter): void {
  if (created === null) return;
  expect(0, "kind", "run.created", created.kind);
  expect(0, "plan", textOf(created.data["plan"]) ?? "no digest", planBytes === null ? "no plan is stored" : sha256Of(planBytes));
}

function verifyProjections(record: RunRecord, entries: readonly Entry[], { expect }: Reporter): void {
  const rebuilt = guarded(() => rebuild(record, entries));
  if (!rebuilt.ok) {
    expect(null, "history", "one the machine could have written", rebuilt.why);
    return;
  }
  if (record.live === null) {
    expect(null, "projections", "present", "missing");
    return;
  }
  const { head, run, steps } = record.live;
  expect(null, "run_head.entry_count", String(entries.length), String(head.entryCount));
  expect(null, "run_head.leaf", Buffer.from(record.entries.at(-1)?.leaf ?? []).toString("hex"), Buffer.from(head.leaf).toString("hex"));
  compareRows(rebuilt.value.run, run, (field, expected, found) => expect(null, `run.${field}`, expected, found));
  const live = new Map<StepKey, StepRunRow>(steps.map((row) => [row.stepKey, row]));
  for (const [key, row] of rebuilt.value.steps) {
    compareRows(row, live.get(key) ?? {}, (field, expected, found) => expect(null, `step_run ${key}.${field}`, expected, found));
    live.delete(key);
  }
  for (const key of live.keys()) expect(null, `step_run ${key}`, "no such row", "a row");
}

function rebuild(record: RunRecord, entries: readonly Entry[]): Projection {
  const sources = sourcesOf(record);
  let run: Run | null = null;
  let projection: Projection | null = null;
  for (const entry of entries) {
    const fact = readFact(entry, sources);
    run = evolve(run, fact);
    projection = project(projection, fact, { seq: entry.seq, at: entry.at });
  }
  if (projection === null) throw new InvariantViolation("a run without entries");
  return projection;
}

const emptyObject = canonicalBytes({});

function sourcesOf({ planBytes, artifacts }: RunRecord): FactSources {
  const params = readOwnJson(new TextDecoder().decode(artifacts.find((artifact) => artifact.role === "params")?.content ?? emptyObject));
  const outcomes = new Map(artifacts.filter((artifact) => artifact.role === "outcome").map((artifact) => [artifact.seq, artifact.content]));
  return {
    plan: readPlan(planBytes ?? emptyObject),
    params: isJsonObject(params) ? params : {},
    outcome: (seq) => readOutcome(outcomes.get(seq) ?? new Uint8Array()),
  };
}

function compareRows(expected: object, found: object, differ: (field: string, expected: string, found: string) => void): void {
  const foundFields = new Map<string, unknown>(Object.entries(found));
  for (const [field, value] of Object.entries(expected))
    differ(field, JSON.stringify(value), foundFields.has(field) ? JSON.stringify(foundFields.get(field)) : "nothing");
}

type Guarded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** An enemy's bytes may break any assumption of our own code; here that is a finding, not a failure of ours. */
function guarded<T>(work: () => T): Guarded<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof InvariantViolation || error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return { ok: false, why: error.message };
    throw error;
  }
}
