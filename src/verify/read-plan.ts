import { canonicalBytes } from "../domain/canonical-json.ts";
import { isJsonArray, isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Plan } from "../domain/plan.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { providers } from "../domain/task.ts";
import { engineVersion } from "../engine/make-plan.ts";
import { sha256Of } from "../ledger/leaf.ts";
import type { Entry } from "../ledger/read-entry.ts";
import { isCanonical } from "./check-canonical.ts";
import type { Expect } from "./finding.ts";
import { guarded } from "./guarded.ts";
import { wordOf } from "./word.ts";

/** A plan's bytes once they were looked at: what they say, and everything that is wrong with them. */
export interface PlanReading {
  readonly digest: Sha256;
  readonly plan: Plan | null;
  readonly faults: readonly { readonly field: string; readonly expected: string; readonly found: string }[];
}

export type ReadPlan = (bytes: Uint8Array) => PlanReading;

const plansMax = 1_000;

/** Reads each plan once: hundreds of runs share one. Kept by a digest computed here, never by one that was given. */
export function makePlanReader(): ReadPlan {
  const readings = new Map<Sha256, PlanReading>();
  return (bytes) => {
    const digest = sha256Of(bytes);
    const known = readings.get(digest);
    if (known !== undefined) return known;
    if (readings.size >= plansMax) readings.clear();
    const reading = readBytes(bytes, digest);
    readings.set(digest, reading);
    return reading;
  };
}

/** The plan that a run's first entry names: these bytes, and made of what that entry says. Null, and findings, otherwise. */
export function expectPlan(reading: PlanReading | null, created: Entry, expect: Expect): Plan | null {
  const { data } = created;
  const named = wordOf(data["plan"]);
  expect(0, "kind", { expected: "run.created", found: created.kind });
  expect(0, "plan", { expected: named, found: reading?.digest ?? "no plan" });
  if (reading === null || reading.digest !== named) return null;
  for (const fault of reading.faults) expect(0, fault.field, fault);
  if (reading.plan === null) return null;
  const { manifest, engine } = reading.plan;
  expect(0, "data.manifest_id", { expected: manifest.id, found: wordOf(data["manifest_id"]) });
  expect(0, "data.manifest_digest", { expected: manifest.digest, found: wordOf(data["manifest_digest"]) });
  expect(0, "data.manifest_version", { expected: String(manifest.version), found: wordOf(data["manifest_version"]) });
  expect(0, "data.engine", { expected: engine, found: wordOf(data["engine"]) });
  return reading.faults.length === 0 && reading.digest === named ? reading.plan : null;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readBytes(bytes: Uint8Array, digest: Sha256): PlanReading {
  const read = guarded(() => {
    const plan = parsePlan(decoder.decode(bytes));
    return { plan, faults: [...engineFaults(plan), ...definitionFaults(plan)] };
  });
  if (read.ok) return { digest, ...read.value };
  return { digest, plan: null, faults: [{ field: "plan", expected: "a plan as the machine makes one", found: read.why }] };
}

function parsePlan(text: string): Plan {
  const value = JSON.parse(text) as Json;
  if (!isJsonObject(value) || value["v"] !== "rm-plan/1") throw new SyntaxError("it is not an rm-plan/1");
  if (!isPlanShaped(value)) throw new SyntaxError("it has not the members of a plan");
  if (!isCanonical(text, value)) throw new SyntaxError("it is not in RFC 8785 form");
  return value as unknown as Plan;
}

/** The members that are read before a replay is tried, which finds every other fault by itself. */
function isPlanShaped({ engine, manifest, max_parallel, steps }: JsonObject): boolean {
  if (typeof engine !== "string" || typeof max_parallel !== "number" || !isJsonObject(manifest) || !isJsonArray(steps)) return false;
  const { id, digest, name, version } = manifest;
  if (typeof id !== "string" || typeof digest !== "string" || typeof name !== "string" || typeof version !== "number") return false;
  return steps.every(
    (step) => isJsonObject(step) && typeof step["step_key"] === "string" && (step["step_type"] === "compute" || isTaskShaped(step)),
  );
}

function isTaskShaped({ step_type, task, model }: JsonObject): boolean {
  if (step_type !== "task" || !isJsonObject(task) || !isJsonObject(model)) return false;
  return typeof task["digest"] === "string" && isJsonObject(task["definition"]) && providers.some((known) => known === model["provider"]);
}

function engineFaults({ engine }: Plan): PlanReading["faults"] {
  return engine === engineVersion ? [] : [{ field: "plan.engine", expected: `${engineVersion}, the rules known here`, found: engine }];
}

/** Each task's definition under its own digest. */
function definitionFaults({ steps }: Plan): PlanReading["faults"] {
  return steps.flatMap((step) => {
    if (step.step_type !== "task") return [];
    const { digest: expected, definition } = step.task;
    const found = sha256Of(canonicalBytes(JSON.parse(JSON.stringify(definition)) as Json));
    return found === expected ? [] : [{ field: `plan: task of ${step.step_key}`, expected, found }];
  });
}
