import { Handle, Position } from "@xyflow/react";
import type { ReactNode } from "react";
import { stepLooks } from "../ui/looks.ts";
import type { Look } from "../ui/looks.ts";
import { StatusIcon } from "../ui/status-icon.tsx";
import type { DagNode } from "./dag-node.ts";

interface Props {
  readonly data: Readonly<Record<string, unknown>>;
}

interface StepNodeData {
  readonly node: DagNode;
  readonly isSelected: boolean;
  readonly onSelect: ((key: string) => void) | null;
}

/** Two lines of fixed height, so that no name however long moves its neighbours. */
export function StepNode({ data }: Props): ReactNode {
  const { node, isSelected, onSelect } = readData(data);
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      {onSelect === null ? (
        <div className={`step-node tone-idle ${node.type} planned`} title={node.key}>
          <NodeText node={node} />
        </div>
      ) : (
        <button
          type="button"
          className={`step-node tone-${lookOf(node).tone} ${node.type} nopan`}
          aria-pressed={isSelected}
          title={node.key}
          onClick={() => onSelect(node.key)}
        >
          <StatusIcon icon={lookOf(node).icon} size={18} />
          <NodeText node={node} />
        </button>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

function lookOf({ state }: DagNode): Look {
  return stepLooks[state ?? "PENDING"];
}

function NodeText({ node }: { readonly node: DagNode }): ReactNode {
  const kind = node.type === "compute" ? "outside work" : "task";
  return (
    <span className="step-node-text">
      <span className="step-node-key">{node.key}</span>
      {node.state !== null && <span className="visually-hidden">, {kind}, </span>}
      <span className="step-node-state">{node.state === null ? kind : lookOf(node).word}</span>
    </span>
  );
}

/** The library hands a node's data on as it got it from us. */
function readData(data: Props["data"]): StepNodeData {
  return data as unknown as StepNodeData;
}
