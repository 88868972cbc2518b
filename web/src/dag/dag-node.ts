import type { StepState } from "../ui/looks.ts";
import type { GraphNode } from "./layout.ts";

export interface DagNode extends GraphNode {
  readonly type: "task" | "compute";
  /** Null where there is no run, and so no state. */
  readonly state: StepState | null;
}
