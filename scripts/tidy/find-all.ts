import { findCycles } from "./cycles.ts";
import { findForbiddenDoors } from "./doors.ts";
import { importGraph } from "./import-graph.ts";
import { findForeignSql } from "./foreign-sql.ts";
import { findMachineTraces } from "./machine-traces.ts";
import { findClosureBreaks, findUnreached } from "./reach.ts";
import type { Finding, Tree } from "./tree.ts";

/** Every breach of a house rule in `tree`, in the order of the rules. */
export function findAll(tree: Tree): readonly Finding[] {
  const graph = importGraph(tree);
  return [
    ...findForbiddenDoors(graph),
    ...findCycles(graph),
    ...findUnreached(tree, graph),
    ...findClosureBreaks(graph),
    ...findForeignSql(tree),
    ...findMachineTraces(tree),
  ];
}
