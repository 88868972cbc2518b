import type { ImportGraph } from "./import-graph.ts";
import type { Finding } from "./tree.ts";

/** One finding for each circle of imports, type-only ones included: whoever reads one file of it must read them all. */
export function findCycles(graph: ImportGraph): readonly Finding[] {
  const findings: Finding[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      findings.push({ file, rule: "cycle", detail: [...path.slice(start), file].join(" -> ") });
      return;
    }
    path.push(file);
    for (const target of graph.get(file) ?? []) if (target.type === "file") visit(target.path);
    path.pop();
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return findings;
}
