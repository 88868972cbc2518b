import { Handle, Position } from "@xyflow/react";
import type { ReactNode } from "react";
import { stepLooks } from "../ui/looks.ts";
import { StatusIcon } from "../ui/status-icon.tsx";
import type { DagNode } from "./dag-node.ts";

interface Props {
  readonly data: Readonly<Record<string, unknown>>;
}

interface StepNodeData {
  readonly node: DagNode;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

/** Two lines of fixed height, so that no name however long moves its neighbours. */
export function StepNode({ data }: Props): ReactNode {
  const { node, isSelected, onSelect } = readData(data);
  const look = stepLooks[node.state];
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        type="button"
        className={`step-node tone-${look.tone} ${node.type} nopan`}
        aria-pressed={isSelected}
        title={node.key}
        onClick={() => onSelect(node.key)}
      >
        <StatusIcon icon={look.icon} size={18} />
        <span className="step-node-text">
          <span className="step-node-key">{node.key}</span>
          <span className="visually-hidden">, {node.type === "compute" ? "outside work" : "task"}, </span>
          <span className="step-node-state">{look.word}</span>
        </span>
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

/** The library hands a node's data on as it got it from us. */
function readData(data: Props["data"]): StepNodeData {
  return data as unknown as StepNodeData;
}
