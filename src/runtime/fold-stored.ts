import { assert, present } from "../domain/assert.ts";
import type { RunId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import type { Plan } from "../domain/plan.ts";
import { project } from "../domain/projection.ts";
import type { Projection } from "../domain/projection.ts";
import type { Run } from "../domain/run.ts";
import type { StoredArtifact } from "../domain/transition.ts";
import { erasedOutput } from "../engine/canonical-output.ts";
import { evolve } from "../engine/evolve.ts";
import { readOutcome } from "../engine/outcome.ts";
import { readEntry } from "../ledger/read-entry.ts";
import { readFact } from "../ledger/read-fact.ts";
import type { FactSources } from "../ledger/read-fact.ts";
import type { StoredRun } from "../storage/read/load-run.ts";
import type { HeldRun } from "./held-run.ts";

/** A run folded from what the store holds of it. Asserts that the record is one the machine could have written. */
export function foldStored(runId: RunId, stored: StoredRun, planOf: (bytes: Uint8Array) => Plan): HeldRun {
  const sources = sourcesOf(stored, planOf);
  let run: Run | null = null;
  let projection: Projection | null = null;
  for (const [index, { seq, body }] of stored.entries.entries()) {
    const read = readEntry(body);
    assert(read.ok, `entry ${seq} of run ${runId} can be read${read.ok ? "" : `: ${read.error.field} should be ${read.error.expected}`}`);
    assert(seq === index && read.value.seq === seq && read.value.run === runId, `entry ${index} of run ${runId} stands in its place`);
    const fact = readFact(read.value, sources);
    run = evolve(run, fact);
    projection = project(projection, fact, { seq, at: read.value.at });
  }
  assert(stored.head.entryCount === stored.entries.length, `the head of run ${runId} counts its entries`);
  return { runId, run: present(run, "the run"), projection: present(projection, "its projection"), head: stored.head };
}

function sourcesOf(stored: StoredRun, planOf: (bytes: Uint8Array) => Plan): FactSources {
  // What was erased is gone for a fold too: it happens only after the end, when nothing is rendered or judged any more.
  const stated = stored.artifacts.find((artifact) => artifact.role === "params");
  const params = stated === undefined ? {} : jsonOf(stated);
  assert(isJsonObject(params), "run_params are an object");
  const outcomes = new Map<number, StoredArtifact>();
  for (const artifact of stored.artifacts) if (artifact.role === "outcome") outcomes.set(artifact.seq, artifact);
  return {
    plan: planOf(stored.planBytes),
    params,
    outcome: (seq) => {
      const outcome = outcomes.get(seq);
      return outcome === undefined ? { output: erasedOutput, error: null } : readOutcome(outcome.content);
    },
  };
}

function jsonOf(artifact: StoredArtifact): Json {
  return JSON.parse(new TextDecoder().decode(artifact.content)) as Json;
}
