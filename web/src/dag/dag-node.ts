import type { StepState } from "../ui/looks.ts";
import type { GraphNode } from "./layout.ts";

export interface DagNode extends GraphNode {
  readonly type: "task" | "compute";
  readonly state: StepState;
}
