import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";

/**
 * What is wrong with the form of a decision rationale (SPEC 3.4), or null. Only the form: what a model says of its
 * reasons decides nothing, and members beyond these are kept as they are.
 */
export function rationaleFault(rationale: Json): string | null {
  if (!isJsonObject(rationale)) return "decision_rationale is not an object";
  const { version, summary, nodes, selected_path: selectedPath } = rationale;
  if (typeof version !== "string" || version === "") return "decision_rationale.version is not a non-empty string";
  if (summary !== undefined && typeof summary !== "string") return "decision_rationale.summary is not a string";
  if (nodes !== undefined && !Array.isArray(nodes)) return "decision_rationale.nodes is not a list";
  if (selectedPath !== undefined && !Array.isArray(selectedPath)) return "decision_rationale.selected_path is not a list";
  return null;
}
