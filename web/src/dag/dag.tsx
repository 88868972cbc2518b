import { Background, BaseEdge, Controls, MarkerType, ReactFlow } from "@xyflow/react";
import type { Edge, EdgeProps, Node } from "@xyflow/react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import type { StepState } from "../ui/looks.ts";
import { StepNode } from "./step-node.tsx";
import { edgeId, layoutOf, nodeHeight, nodeWidth, pathThrough } from "./layout.ts";
import type { DagNode } from "./dag-node.ts";
import "@xyflow/react/dist/style.css";
import "./dag.css";

interface Props {
  readonly nodes: readonly DagNode[];
  readonly selected: string | null;
  /** Null: the graph is only looked at. */
  readonly onSelect: ((key: string) => void) | null;
}

const nodeTypes = { step: StepNode };
const edgeTypes = { way: WayEdge };

/** The steps as a graph. The table below it says the same to those who do not see it. */
export function Dag({ nodes, selected, onSelect }: Props): ReactNode {
  // The places depend on the form of the graph alone, which does not change while states do.
  const form = JSON.stringify(nodes.map(({ key, dependsOn }) => [key, dependsOn]));
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `form` stands for the parts of `nodes` that matter
  const { places, ways } = useMemo(() => layoutOf(nodes), [form]);
  const states = new Map(nodes.map((node) => [node.key, node.state]));
  const flowNodes = nodes.map(
    (node): Node => ({
      id: node.key,
      type: "step",
      position: places.get(node.key) ?? { x: 0, y: 0 },
      width: nodeWidth,
      height: nodeHeight,
      data: { node, isSelected: node.key === selected, onSelect },
    }),
  );
  const edges = nodes.flatMap(({ key, dependsOn }) =>
    dependsOn.map((from) => edgeOf({ from, to: key, path: pathThrough(ways.get(edgeId(from, key)) ?? []) }, states.get(from))),
  );
  return (
    <div className="dag">
      <ReactFlow
        nodes={flowNodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1.1 }}
        minZoom={0.05}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        onlyRenderVisibleElements={nodes.length > 100}
        proOptions={{ hideAttribution: true }}
        aria-label="Graph of the steps"
      >
        <Background gap={24} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-right" orientation="horizontal" />
      </ReactFlow>
    </div>
  );
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

function edgeOf({ from, to, path }: Way, state: StepState | null | undefined): Edge {
  const reached = state === "SUCCESS";
  return {
    id: edgeId(from, to),
    type: "way",
    source: from,
    target: to,
    data: { path },
    className: reached ? "edge-reached" : "edge-open",
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: reached ? "var(--success)" : "var(--line-strong)" },
  };
}

function WayEdge({ data, markerEnd }: EdgeProps): ReactNode {
  return <BaseEdge path={String(data?.["path"])} {...(markerEnd === undefined ? {} : { markerEnd })} />;
}
