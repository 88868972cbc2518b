import type { StepRow } from "../../lib/step-rows.ts";

export interface StepPair {
  readonly key: string;
  readonly first: StepRow | null;
  readonly second: StepRow | null;
  /** What the two differ in; empty when they are the same in everything that can decide. */
  readonly differences: readonly Difference[];
}

export const differences = [
  "is there",
  "status",
  "task version",
  "model",
  "contract",
  "output",
  "verdicts",
  "error",
  "attestation",
] as const;
export type Difference = (typeof differences)[number];

/** The steps of two runs by their keys, in the order of the first, then what only the second has. */
export function pairSteps(first: readonly StepRow[], second: readonly StepRow[]): readonly StepPair[] {
  const keys = [...new Set([...first, ...second].map(({ planned }) => planned.step_key))];
  const of = (rows: readonly StepRow[], key: string): StepRow | null => rows.find(({ planned }) => planned.step_key === key) ?? null;
  return keys.map((key) => pair(key, of(first, key), of(second, key)));
}

function pair(key: string, first: StepRow | null, second: StepRow | null): StepPair {
  if (first === null || second === null) return { key, first, second, differences: ["is there"] };
  return { key, first, second, differences: differences.filter((difference) => differs(difference, first, second)) };
}

function differs(difference: Difference, first: StepRow, second: StepRow): boolean {
  return JSON.stringify(facet(difference, first)) !== JSON.stringify(facet(difference, second));
}

/** The part of a step that a kind of difference is about. */
function facet(difference: Difference, { planned, state, run }: StepRow): unknown {
  switch (difference) {
    case "is there":
      return true;
    case "status":
      return state;
    case "task version":
      return planned.step_type === "task" ? planned.task.digest : null;
    case "model":
      return planned.step_type === "task" ? planned.model : null;
    case "contract":
      return planned.step_type === "compute" ? planned.compute_contract : null;
    case "output":
      return run?.canonical_output ?? null;
    case "verdicts":
      return run?.execution_policy_report ?? null;
    case "error":
      return run?.error ?? null;
    case "attestation":
      return attested(run?.attestation ?? null);
  }
}

/** Who attested what; when is not a difference. */
function attested(attestation: NonNullable<StepRow["run"]>["attestation"]): unknown {
  if (attestation === null) return null;
  const { attested_at: _, ...rest } = attestation;
  return rest;
}
