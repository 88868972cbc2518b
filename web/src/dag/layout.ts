import { graphlib, layout } from "@dagrejs/dagre";

export interface GraphNode {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

export interface Placed {
  readonly x: number;
  readonly y: number;
}

export const nodeWidth = 208;
export const nodeHeight = 58;
/** Under 28 the lines crowd the nodes. */
const separation = 28;

export interface Layout {
  readonly places: ReadonlyMap<string, Placed>;
  /** The way of each line around the nodes, under its two ends. */
  readonly ways: ReadonlyMap<string, readonly Placed[]>;
}

export function edgeId(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

/** Where each node stands, from left to right along its dependencies, and how the lines go. */
export function layoutOf(nodes: readonly GraphNode[]): Layout {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: separation, ranksep: separation * 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key } of nodes) graph.setNode(key, { width: nodeWidth, height: nodeHeight });
  for (const { key, dependsOn } of nodes) for (const from of dependsOn) if (graph.hasNode(from)) graph.setEdge(from, key);
  layout(graph);
  const places = nodes.map(({ key }) => {
    const { x, y } = graph.node(key) as Placed;
    return [key, { x: x - nodeWidth / 2, y: y - nodeHeight / 2 }] as const;
  });
  const ways = graph.edges().map((edge) => {
    const { points } = graph.edge(edge) as { readonly points: readonly Placed[] };
    const [from, to] = [graph.node(edge.v) as Placed, graph.node(edge.w) as Placed];
    // Lines leave on the right and arrive on the left, where the eye looks for them.
    const ends = [
      { x: from.x + nodeWidth / 2, y: from.y },
      { x: to.x - nodeWidth / 2, y: to.y },
    ] as const;
    return [edgeId(edge.v, edge.w), [ends[0], ...points.slice(1, -1), ends[1]]] as const;
  });
  return { places: new Map(places), ways: new Map(ways) };
}

/** A smooth line through the points, level at each of them. */
export function pathThrough(points: readonly Placed[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let before = first;
  const pieces = rest.map((point) => {
    const middle = (before.x + point.x) / 2;
    const piece = `C${middle},${before.y} ${middle},${point.y} ${point.x},${point.y}`;
    before = point;
    return piece;
  });
  return `M${first.x},${first.y} ${pieces.join(" ")}`;
}
