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
    return [edgeId(edge.v, edge.w), points] as const;
  });
  return { places: new Map(places), ways: new Map(ways) };
}

/** A smooth line through the points: each corner is rounded from the middle of the piece before it to that of the piece after. */
export function pathThrough(points: readonly Placed[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const corners = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    const end = at === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x},${point.y} ${end.x},${end.y}`;
  });
  return `M${first.x},${first.y} ${corners.length === 0 ? `L${last.x},${last.y}` : corners.join(" ")}`;
}
